/** Bytes at equal SSIMULACRA2: two encoders' curves over the qualities 60 to 90, laid over one another. */
import { mean } from "../statistics.ts";

export interface Point {
  readonly quality: number;
  readonly bytes: number;
  readonly score: number;
}

export type Curve = readonly Point[];

const STEPS = 16;

/**
 * Geometric mean of `ours` / `theirs` in bytes over the scores that both curves reach; between points, the logarithm
 * of the bytes is taken to be linear in the score. NaN when they reach none together.
 */
export function bytesAtEqualScore(ours: Curve, theirs: Curve): number {
  const [a, b] = [byScore(ours), byScore(theirs)];
  const low = Math.max(a[0]!.score, b[0]!.score);
  const high = Math.min(a.at(-1)!.score, b.at(-1)!.score);
  if (!(low < high)) return Number.NaN;
  const ratios = Array.from({ length: STEPS + 1 }, (_, i) => {
    const score = low + ((high - low) * i) / STEPS;
    return Math.log(bytesAt(a, score) / bytesAt(b, score));
  });
  return Math.exp(mean(ratios));
}

/** Bytes of a curve at a score; beyond its ends, as its last piece goes on. */
export function bytesAt(curve: Curve, score: number): number {
  return Math.exp(valueAt(byScore(curve), score, ({ bytes }) => Math.log(bytes)));
}

export function qualityAt(curve: Curve, score: number): number {
  return valueAt(byScore(curve), score, ({ quality }) => quality);
}

function byScore(curve: Curve): Point[] {
  return [...curve].sort((p, q) => p.score - q.score);
}

function valueAt(curve: Curve, score: number, of: (point: Point) => number): number {
  const after = curve.findIndex((point) => point.score >= score);
  const next = after < 0 ? curve.length - 1 : Math.max(1, after);
  const [from, to] = [curve[next - 1]!, curve[next]!];
  const part = to.score === from.score ? 0 : (score - from.score) / (to.score - from.score);
  return of(from) * (1 - part) + of(to) * part;
}
