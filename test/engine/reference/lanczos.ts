/** The weights of a Lanczos3 resize along one axis. */

/** For each wanted sample: where its taps begin, and `taps` weights that sum to 1. */
export interface Weights {
  /** Taps a sample; the same for all, unused ones weigh 0. */
  readonly taps: number;
  /** First source index of each sample; may lie outside the source, where the edge sample is repeated. */
  readonly first: Int32Array;
  readonly weight: Float32Array;
}

const LOBES = 3;

/**
 * Weights for the samples `from … from + count - 1` of an axis of `source` samples resized to `target`. When it
 * shrinks, the kernel is as much wider as the picture gets smaller, so that it is also the anti-alias filter.
 */
export function lanczos3(source: number, target: number, from: number, count: number): Weights {
  const scale = source / target;
  const stretch = Math.max(1, scale);
  const support = LOBES * stretch;
  const taps = 2 * Math.ceil(support) + 1;
  const first = new Int32Array(count);
  const weight = new Float32Array(count * taps);
  for (let i = 0; i < count; i++) {
    const centre = (from + i + 0.5) * scale - 0.5;
    const start = Math.ceil(centre - support);
    first[i] = start;
    const own = weight.subarray(i * taps, (i + 1) * taps);
    let sum = 0;
    for (let t = 0; t < taps; t++) sum += own[t] = kernel((start + t - centre) / stretch);
    for (let t = 0; t < taps; t++) own[t] = own[t]! / sum;
  }
  return { taps, first, weight };
}

/** `sinc(x)·sinc(x/3)` inside ±3. */
function kernel(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  const p = Math.PI * x;
  return (LOBES * Math.sin(p) * Math.sin(p / LOBES)) / (p * p);
}
