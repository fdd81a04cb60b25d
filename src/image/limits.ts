/**
 * Limits on the facts: what does not fit is refused from the header alone, before a pixel is decoded, and the
 * refusal says what would fit. Throws picture_too_large or output_too_large (413), besides what `planOf` throws.
 */
import { PictorError } from "../errors.ts";
import { resolve, type Transform } from "../params/resolve.ts";
import { MAX_SIDE } from "../params/row.ts";
import { PARAMS } from "../params/table.ts";
import {
  JOB_BUDGET_BYTES,
  MAX_ANIMATION_FRAMES,
  MAX_ANIMATION_PIXELS,
  MAX_AVIF_OUTPUT_PIXELS,
  MAX_INFLATED_PIXELS,
  MAX_OVERLAY_FILES_BYTES,
  MAX_UNPACKED_PIXELS,
} from "./budget.ts";
import type { Facts } from "./facts.ts";
import type { Findings } from "./findings.ts";
import { areWithinLimits } from "./frames.ts";
import type { Frames, OutputFormat, Plan, Price } from "./job.ts";
import { miniatureOf } from "./miniature.ts";
import { keptRect, orientedSize, planOf, type WantedFormat } from "./plan.ts";

type Wanted = Omit<Transform, "format">;
/** What of the wishes makes a result larger or smaller. */
type SizeWishes = Partial<Pick<Wanted, "width" | "height" | "pad" | "border">>;

/** A plan that fits into the isolate, with a result of at most 8192 px a side. */
export function fittingPlan(
  transform: Wanted,
  format: WantedFormat,
  facts: Facts,
  sourceBytes: number,
  price: Price,
  findings: Findings = {},
): Plan {
  const plan = planOf(transform, format, facts, sourceBytes, price, findings);
  if (fits(plan)) return plan;
  const smaller = (scale: number) => sizeWishes(transform, plan, scale);
  const planned = (wishes: SizeWishes, as = format, of = facts) =>
    planOf(withSize(transform, wishes, facts), as, of, sourceBytes, price, findings);
  const smallest = planned(smaller(0));
  if (isTooLong(smallest)) throw refusedSide(plan);
  if (!fits(smallest)) throw refusedPicture(smallest, fitsAlways(planned, facts, smaller(0)));
  const wishes = smaller(largest((scale) => fits(planned(smaller(scale)))));
  const other = OTHERS[plan.output.format]?.find((as) => fits(planned({}, as)));
  const alone = () => {
    const whole = [withoutPart(transform), format, partAlone(plan)] as const;
    return planOf(...whole, sourceBytes, price, withoutPlaces(findings));
  };
  if (other === undefined && isPart(plan) && fits(alone())) {
    const fitsScaled = (part: number) => fits(planned({}, undefined, scaledFacts(facts, part)));
    const fix = `${printed(wishes)}, or store the picture in a smaller size.`;
    throw refusedPicture(plan, fitsScaled, { fix });
  }
  throw refusedOutput(plan, planned(wishes), wishes, other);
}

/** However small the side that was asked for, the other one stays too long. */
function isTooLong({ output, ...plan }: Plan): boolean {
  const { width, height } = output;
  const size = { width: Math.min(width, MAX_SIDE), height: Math.min(height, MAX_SIDE) };
  return Math.max(width, height) > MAX_SIDE && fits({ ...plan, output: { ...output, ...size } });
}

function refusedSide({ output: { width, height } }: Plan): PictorError {
  return new PictorError("output_too_large", {
    detail: `No side of a result is longer than ${MAX_SIDE} px.`,
    expected: `at most ${MAX_SIDE} × ${MAX_SIDE}`,
    received: `${width} × ${height}`,
    fix: `${height > width ? "height" : "width"}=${MAX_SIDE}`,
  });
}

/** Whether something was cut off the source. */
function isPart({ crop, oriented }: Plan): boolean {
  return crop.width < oriented.width || crop.height < oriented.height;
}

/**
 * A picture of just what is kept of the source, of the kind that takes least: where that fits, it is what lies around it
 * that does not.
 */
function partAlone({ source, crop: { width, height } }: Plan): Facts {
  const { alpha, frames, animated } = source;
  const plain = { format: "png", orientation: 1, bitDepth: 8, colour: "rgb" } as const;
  return { ...plain, width, height, alpha, frames, animated };
}

function withoutPart({ crop: _, trim: __, ...rest }: Wanted): Wanted {
  return { ...rest, zoom: 0, anim: false };
}

function withoutPlaces({ content: _, focus: __, ...rest }: Findings): Findings {
  return rest;
}

/** A plan for a copy of the result that is at most `side` px long, whatever the size that was asked for. */
export function fittingMiniature(
  transform: Wanted,
  format: OutputFormat,
  side: number,
  facts: Facts,
  sourceBytes: number,
  price: Price,
  findings: Findings = {},
): Plan {
  const planned = (wishes: Wanted, of: Facts): Plan => {
    const plan = planOf(wishes, format, of, sourceBytes, price, findings);
    const { overlays = [] } = findings;
    const small = miniatureOf(plan, side, (of, i) => price(of, overlays[i]?.bytes ?? 0));
    return { ...small, peakBytes: price(small, sourceBytes) };
  };
  const plan = planned(transform, facts);
  if (fits(plan)) return plan;
  const wishes = withSize(transform, {}, facts);
  throw refusedPicture(plan, (part) => fits(planned(wishes, scaledFacts(facts, part))));
}

type Planned = (wishes: SizeWishes, as?: WantedFormat, of?: Facts) => Plan;

/** Whether a picture of a part of the sides fits: with the size that was asked for, or else with any. */
function fitsAlways(planned: Planned, facts: Facts, smallest: SizeWishes) {
  const fitting = (wishes: SizeWishes) => (part: number) =>
    fits(planned(wishes, undefined, scaledFacts(facts, part)));
  return fitting({})(0) ? fitting({}) : fitting(smallest);
}

/** Pixels of formats whose files can be short, however many they have. */
const MOST_PIXELS: Readonly<Partial<Record<Facts["format"], number>>> = {
  png: MAX_INFLATED_PIXELS,
  gif: MAX_INFLATED_PIXELS,
  bmp: MAX_UNPACKED_PIXELS,
  tiff: MAX_UNPACKED_PIXELS,
};

/** What a plan costs in time, before all else, is what its source's header claims. */
function isEndless({ format, width, height }: Facts): boolean {
  return width * height > (MOST_PIXELS[format] ?? Infinity);
}

export function fits({ peakBytes, output, source, frames }: Plan): boolean {
  if (isEndless(source) || (frames && !areWithinLimits(frames, source))) return false;
  const { format, width, height } = output;
  if (format === "svg") return peakBytes <= JOB_BUDGET_BYTES;
  const tooManyForAvif = format === "avif" && width * height > MAX_AVIF_OUTPUT_PIXELS;
  return peakBytes <= JOB_BUDGET_BYTES && Math.max(width, height) <= MAX_SIDE && !tooManyForAvif;
}

/** 413 for an overlay that does not fit however small it is drawn; what it takes beside its picture shows in the plan. */
export function assertOverlayFits(facts: Facts, price: Price): void {
  const { format: _, ...wishes } = resolve({ width: 1, height: 1, fit: "squeeze" });
  const smallest = planOf(wishes, "raster", facts, MAX_OVERLAY_FILES_BYTES, price);
  if (fits(smallest)) return;
  throw new PictorError("picture_too_large", {
    received: `${facts.width} × ${facts.height}`,
    fix: "Store the overlay in a smaller size.",
  });
}

/** Wishes for `scale` times the size, in the same parameters as before; only a first size needs a new one. */
function sizeWishes(wanted: Wanted, { output }: Plan, scale: number): SizeWishes {
  const { width, height, pad, border } = wanted;
  const side = (px: number) => Math.max(1, Math.floor(px * scale));
  const margin = (px: number) => Math.floor(px * scale);
  const { top, right, bottom, left } = pad;
  const hasSize = width !== undefined || height !== undefined;
  const hasPad = top + right + bottom + left > 0;
  return {
    ...(width === undefined ? {} : { width: side(width) }),
    ...(height === undefined ? {} : { height: side(height) }),
    ...(hasSize ? {} : { width: side(output.width - left - right - 2 * (border?.width ?? 0)) }),
    ...(hasPad && {
      pad: { top: margin(top), right: margin(right), bottom: margin(bottom), left: margin(left) },
    }),
    ...(border && { border: { ...border, width: margin(border.width) } }),
  };
}

/**
 * The wishes with another size. As in a URL, `ar` fills in the height of a first width. A crop and a trim of so many px
 * become a part of their picture, so that they have the same meaning for a smaller one.
 */
function withSize({ ar, crop, trim, ...rest }: Wanted, size: SizeWishes, facts: Facts): Wanted {
  const height =
    ar && size.width ? Math.max(1, Math.round((size.width * ar.height) / ar.width)) : undefined;
  const kept = { ...(crop && { crop }), ...(trim && trim !== "border" && { trim }) };
  return {
    ...rest,
    ...(ar && height === undefined ? { ar } : {}),
    ...(height === undefined ? {} : { height }),
    ...size,
    ...(trim === "border" && { trim }),
    ...((kept.crop ?? kept.trim) && { crop: asFractions(kept, facts) }),
  };
}

export function asFractions(
  wishes: Pick<Wanted, "crop" | "trim">,
  facts: Facts,
): NonNullable<Wanted["crop"]> {
  const { crop, trim } = wishes;
  if (crop?.unit === "fraction" && !trim) return crop;
  const { width, height } = orientedSize(facts);
  const kept = keptRect(wishes, { width, height }, {});
  return {
    unit: "fraction",
    x: kept.x / width,
    y: kept.y / height,
    width: kept.width / width,
    height: kept.height / height,
  };
}

/** Largest part of 1, to within a millionth, for which `holds` is true; it must hold for 0. */
function largest(holds: (part: number) => boolean): number {
  let [low, high] = [0, 1];
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

export function scaledFacts(facts: Facts, scale: number): Facts {
  const side = (px: number) => Math.max(1, Math.floor(px * scale));
  return { ...facts, width: side(facts.width), height: side(facts.height) };
}

/** What an animation may be. */
export const ANIMATION_LIMIT = `at most ${MAX_ANIMATION_PIXELS / 1e6} megapixels in all frames together (with max-bytes as WebP, a fifth of that), and ${MAX_ANIMATION_FRAMES} frames`;

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
const megapixels = (pixels: number) => `${(Math.floor(pixels / 1e5) / 10).toFixed(1)} megapixels`;

/** `fitsScaled`: whether it would fit with a source of a part of the sides. */
export function refusedPicture(
  { source, peakBytes, frames }: Plan,
  fitsScaled: (part: number) => boolean,
  { doing = "Decoding", fix = "Store the picture in a smaller size." } = {},
): PictorError {
  const scale = largest(fitsScaled);
  const pixels = source.width * source.height;
  const format = source.format.toUpperCase();
  if (frames && !areWithinLimits(frames, source)) throw refusedAnimation(source, frames);
  const detail = isEndless(source)
    ? `Decoding a ${format} of so many pixels takes longer than a request may take, whatever the file's length.`
    : `${doing} this ${format} takes ${mebibytes(peakBytes)}; a request may take ${mebibytes(JOB_BUDGET_BYTES)}.`;
  return new PictorError("picture_too_large", {
    detail,
    expected: `a source of at most about ${megapixels(pixels * scale * scale)}`,
    received: `${source.width} × ${source.height} (${megapixels(pixels)})`,
    fix: frames ? "anim=false shows the first frame." : fix,
  });
}

export function refusedAnimation(
  { width, height, frames: count }: Facts,
  { show, most }: Frames,
): PictorError {
  if (show !== "all") {
    return new PictorError("picture_too_large", {
      param: "frame",
      detail:
        "To show a frame, all before it are composed: of this size, that is more than one request may take.",
      expected: `at most ${most}, if there are so many`,
      received: String(show),
      fix: `frame=${most}`,
    });
  }
  const frames = `${count} or more frames`;
  return new PictorError("picture_too_large", {
    detail: "The animation has more frames of this size than one request may take.",
    expected: ANIMATION_LIMIT,
    received: `${frames} of ${width} × ${height}`,
    fix: "anim=false shows the first frame.",
  });
}

/** Formats that take larger results, best first. */
const OTHERS: Readonly<Partial<Record<OutputFormat, readonly OutputFormat[]>>> = {
  avif: ["webp"],
  jxl: ["avif", "webp"],
};

function refusedOutput(
  { output }: Plan,
  smaller: Plan,
  wishes: SizeWishes,
  other: OutputFormat | undefined,
): PictorError {
  const { width, height } = output;
  const format = output.format.toUpperCase();
  return new PictorError("output_too_large", {
    detail: `A result of ${width} × ${height} (after dpr and ar) as ${format} is more than one request may take.`,
    expected: `at most about ${smaller.output.width} × ${smaller.output.height} as ${format}`,
    received: `${width} × ${height}`,
    fix: `${printed(wishes)}${other === undefined ? "" : `, or format=${other}`}`,
  });
}

function printed({ width, height, pad, border }: SizeWishes): string {
  return [
    width === undefined ? undefined : `width=${width}`,
    height === undefined ? undefined : `height=${height}`,
    pad && `pad=${PARAMS.pad.kind.print(pad)}`,
    border && `border=${PARAMS.border.kind.print(border)}`,
  ]
    .filter((part) => part !== undefined)
    .join("&");
}
