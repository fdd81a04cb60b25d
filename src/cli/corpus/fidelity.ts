/** How close answers of several sizes come to what libvips makes of the same file, held to bounds. */

import type { Answer } from "./ask.ts";
import { decodedOrReason } from "./look.ts";
import type { Entry } from "./manifest.ts";
import { psnr, readSource, reference, type Size, scaledDown } from "./oracle.ts";
import { ssim } from "./ssim.ts";
import { type Verdict, wrong } from "./verdict.ts";

/** Categories that are compared in several sizes: photos, screenshots, drawings. */
export const FIDELITY_CATEGORIES = ["photo", "quality"] as const;
/** Widths that are asked for, in px. */
const WIDTHS = [320, 800, 1600] as const;
/** Without loss, decoding and resizing are compared alone. */
export const ENCODINGS = ["png", "webp"] as const;
export type Encoding = (typeof ENCODINGS)[number];
/** `own`: the source is narrower than the width that was asked for, and is not resized. */
export const SCALES = [320, 800, 1600, "own"] as const;
export type Scale = (typeof SCALES)[number];

export interface Fidelity {
  readonly path: string;
  readonly encoding: Encoding;
  readonly scale: Scale;
  /** PSNR. */
  readonly db: number;
  readonly ssim: number;
}

/** Least PSNR in dB, and least SSIM. */
export interface Bound {
  readonly db: number;
  readonly ssim: number;
}

/**
 * What was measured, less about 1 dB and 0.002. Without loss, the least are photos made much smaller: libvips averages boxes
 * before its Lanczos filter, and is further from a plain one than we are. In WebP, they are noise and foliage.
 */
export const BOUNDS: Readonly<Record<Encoding, Readonly<Record<Scale, Bound>>>> = {
  png: {
    320: { db: 41, ssim: 0.993 },
    800: { db: 45.5, ssim: 0.995 },
    1600: { db: 49.5, ssim: 0.996 },
    own: { db: 51.5, ssim: 0.997 },
  },
  webp: {
    320: { db: 28.5, ssim: 0.938 },
    800: { db: 30.5, ssim: 0.934 },
    1600: { db: 32, ssim: 0.954 },
    own: { db: 30.5, ssim: 0.93 },
  },
};

export type AskFor = (query: string) => Promise<Answer>;

/** Asks for each size once in each encoding. The last verdict that is wrong, if there is one, counts for the file. */
export async function fidelityOf(
  { path }: Entry,
  file: Uint8Array,
  ask: AskFor,
): Promise<{ readonly measured: readonly Fidelity[]; readonly verdict: Verdict }> {
  const source = await readSource(file);
  if (!source) return { measured: [], verdict: wrong("sharp cannot read the source") };
  const measured: Fidelity[] = [];
  let verdict: Verdict = { outcome: "ok" };
  for (const { width, scale, size } of sizesOf(source.upright)) {
    const wanted = await reference(file, size, {});
    if (!wanted) return { measured, verdict: wrong("sharp cannot decode the source") };
    for (const encoding of ENCODINGS) {
      const query = `w=${width}&format=${encoding}`;
      const { status, body, problem, failure } = await ask(query);
      const got = status === 200 ? await decodedOrReason(body) : (failure ?? problem?.code ?? "");
      if (typeof got === "string") verdict = wrong(`${query}: ${status} ${got}`);
      else if (got.width !== size.width || got.height !== size.height) {
        verdict = wrong(`${query}: ${got.width} × ${got.height}`);
      } else {
        const one = { path, encoding, scale, db: psnr(got, wanted), ssim: ssim(got, wanted) };
        measured.push(one);
        verdict = belowBound(one) ?? verdict;
      }
    }
  }
  return { measured, verdict };
}

/** A source that is narrower than several of the widths is the same picture for all of these. */
function sizesOf(upright: Size): { width: number; scale: Scale; size: Size }[] {
  const own = WIDTHS.find((width) => width >= upright.width);
  return WIDTHS.filter((width) => own === undefined || width <= own).map((width) => ({
    width,
    scale: width === own ? "own" : width,
    size: scaledDown(upright, width),
  }));
}

function belowBound({ encoding, scale, ...found }: Fidelity): Verdict | undefined {
  const least = BOUNDS[encoding][scale];
  if (found.db >= least.db && found.ssim >= least.ssim) return undefined;
  const text = ({ db, ssim }: Bound) => `${db.toFixed(1)} dB, SSIM ${ssim.toFixed(4)}`;
  return wrong(`${encoding}, ${scale} px: ${text(found)}, at least ${text(least)}`);
}
