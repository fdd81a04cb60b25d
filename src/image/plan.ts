/**
 * Transform + facts → plan: every rectangle in whole pixels, the format that is really made, and what it costs.
 * Pure arithmetic; nothing is decoded. Throws PictorError when the wishes and the picture do not go together.
 */
import { PictorError } from "../errors.ts";
import { resolve, type Transform } from "../params/resolve.ts";
import type { Wishes } from "../params/table.ts";
import { isWide } from "./colour/conversion.ts";
import { drawnOf } from "./draw.ts";
import type { Facts } from "./facts.ts";
import type { Findings } from "./findings.ts";
import { CENTRE, type Focus, focusOf, seenIn } from "./focus.ts";
import { encodesOf, framesOf, keptFormat, shownFrames } from "./frames.ts";
import { effectIn } from "./gamut.ts";
import { type Box, isQuarterTurn, layout, type Placement, swapped } from "./geometry.ts";
import type { Adjust, Gamut, Output, OutputFormat, Plan, Price, Rect, Sides, Size } from "./job.ts";
import { carriesMetadata } from "./metadata/blocks.ts";
import { keepsAlpha, surroundOf, surroundSteps } from "./surround.ts";
import { drawnAtSize, staysVector, vectorPlan } from "./vector.ts";

/** `base` and `own` are settled by the picture itself; the rest are formats. */
export type WantedFormat = OutputFormat | "base" | "own";

/**
 * `sourceBytes`: length of the file, or the most that it may have. `price`: of the engine that will do it. `findings`:
 * what a look at the pixels found, where the wishes depend on it.
 */
export function planOf(
  transform: Omit<Transform, "format">,
  wanted: WantedFormat,
  given: Facts,
  sourceBytes: number,
  price: Price,
  findings: Findings = {},
): Plan {
  const kept = keptFormat(transform, wanted, given);
  const shows = shownFrames(transform, given, kept);
  // A frame may leave, or make, any part of the canvas transparent.
  const facts = shows === undefined ? given : { ...given, alpha: true };
  const oriented = orientedSize(facts);
  const crop = framed(keptRect(transform, oriented, findings), findings);
  const placed = layout(crop, boxOf(transform, findings.focus));
  const surround = surroundOf(transform, placed);
  const alpha = keepsAlpha(transform, facts, findings);
  const output = outputOf(
    transform,
    kept ?? wanted,
    facts,
    surround.size,
    alpha,
    kept !== undefined,
  );
  if (output.format === "svg") return vectorPlan(facts, output, sourceBytes, price);
  const plan = {
    source: facts,
    ...(shows === undefined
      ? {}
      : { frames: framesOf(shows, facts, surround.size, encodesOf(transform, kept)) }),
    oriented,
    crop,
    resize: placed.resize,
    extract: placed.extract,
    flip: transform.flip === "h",
    rotate: Number(transform.rotate) as Plan["rotate"],
    ...adjustOf(transform),
    hue: transform.hue,
    ...(transform.effect && { effect: effectIn(transform.effect, output.gamut) }),
    blur: transform.blur,
    sharpen: transform.sharpen,
    pixelate: transform.pixelate,
    ...drawOf(transform, findings, surround.shown, output.gamut, price),
    ...surroundSteps(transform, facts, findings, surround, output),
    output,
  };
  const drawn = facts.format === "svg" ? drawnAtSize(plan) : plan;
  return { ...drawn, peakBytes: price(drawn, sourceBytes) };
}

/** Orientations 5–8 lie on their side (EXIF 2.3, tag 274). */
export function orientedSize({ width, height, orientation }: Facts): Size {
  return orientation >= 5 ? swapped({ width, height }) : { width, height };
}

/** What `crop` and `trim` keep of the upright source; the rest of the plan is as if the source ended there. */
export function keptRect(
  { crop, trim }: Pick<Transform, "crop" | "trim">,
  oriented: Size,
  { content }: Findings,
): Rect {
  const cropped = cropRect(crop, oriented);
  if (trim === undefined) return cropped;
  if (trim !== "border") return withoutSides(cropped, trim);
  return content ? partOf(cropped, content) : cropped;
}

function partOf(all: Rect, part: Rect): Rect {
  const { x, y, width, height } = fractionRect(part, all);
  return { x: all.x + x, y: all.y + y, width, height };
}

function withoutSides(all: Rect, { top, right, bottom, left }: Sides): Rect {
  const [width, height] = [all.width - left - right, all.height - top - bottom];
  if (width >= 1 && height >= 1) return { x: all.x + left, y: all.y + top, width, height };
  throw new PictorError("bad_parameter", {
    param: "trim",
    expected: `sides that leave at least one pixel of ${all.width} × ${all.height}`,
    received: [top, right, bottom, left].join(";"),
  });
}

/** A cut that was made tighter by `zoom` is cut from a part of the picture. */
function framed(crop: Rect, { focus }: Findings): Rect {
  return focus?.frame ? partOf(crop, focus.frame) : crop;
}

/** Where a cut of this picture goes, when that depends on what was seen in it; the sight is of all that `crop` keeps. */
export function focusFor(
  transform: Omit<Transform, "format">,
  facts: Facts,
  findings: Findings,
): Focus | undefined {
  const { gravity, trim } = transform;
  if ((gravity !== "auto" && gravity !== "face") || !findings.sight) return undefined;
  const oriented = orientedSize(facts);
  const cropped = cropRect(transform.crop, oriented);
  const kept = keptRect(transform, oriented, findings);
  const { resize, extract } = layout(kept, boxOf(transform));
  const window = { width: extract.width / resize.width, height: extract.height / resize.height };
  const part = {
    x: (kept.x - cropped.x) / cropped.width,
    y: (kept.y - cropped.y) / cropped.height,
    width: kept.width / cropped.width,
    height: kept.height / cropped.height,
  };
  const seen = trim === undefined ? findings.sight : seenIn(part, findings.sight);
  return focusOf(transform, kept, window, seen);
}

function cropRect(crop: Transform["crop"], source: Size): Rect {
  if (!crop) return { x: 0, y: 0, ...source };
  if (crop.unit === "fraction") return fractionRect(crop, source);
  const { x, y, width, height } = crop;
  if (x + width > source.width || y + height > source.height) {
    throw new PictorError("bad_parameter", {
      param: "crop",
      expected: `a rectangle inside the ${source.width} × ${source.height} source`,
      received: `${x},${y},${width},${height}`,
    });
  }
  return { x, y, width, height };
}

/** Both edges are rounded, so that neighbouring crops meet without a gap; at least one pixel is kept. */
function fractionRect(crop: Rect, source: Size): Rect {
  const [x, width] = fractionSpan(crop.x, crop.width, source.width);
  const [y, height] = fractionSpan(crop.y, crop.height, source.height);
  return { x, y, width, height };
}

function fractionSpan(start: number, length: number, all: number): [start: number, length: number] {
  const first = Math.min(all - 1, Math.round(start * all));
  const end = Math.min(all, Math.round((start + length) * all));
  return [first, Math.max(1, end - first)];
}

/** `width` and `height` mean the result after `rotate`; the box stands before it. */
function boxOf(transform: Omit<Transform, "format">, focus?: Focus): Box {
  const { fit, width, height, ar, enlarge } = transform;
  const box: Box = { fit, width, height, ar, enlarge, gravity: placementOf(transform, focus) };
  return isQuarterTurn(transform.rotate)
    ? { ...box, width: height, height: width, ar: ar && swapped(ar) }
    : box;
}

/** What was cut out tighter has its place already. */
function placementOf({ gravity }: Omit<Transform, "format">, focus?: Focus): Placement {
  if (gravity !== "auto" && gravity !== "face") return gravity;
  if (!focus || focus.frame) return "center";
  const { x, y } = focus.point;
  return x === CENTRE.x && y === CENTRE.y ? "center" : { x, y };
}

function outputOf(
  transform: Omit<Transform, "format">,
  wanted: WantedFormat,
  facts: Facts,
  size: Size,
  alpha: boolean,
  isMoving: boolean,
): Output {
  const isVector = staysVector(transform, wanted, facts);
  const format = isVector ? "svg" : formatOf(wanted, facts, alpha, transform.lossless);
  const { "max-bytes": maxBytes } = transform;
  return {
    ...size,
    format,
    quality: transform.quality,
    ...(maxBytes !== undefined && { maxBytes }),
    lossless: (transform.lossless && format !== "gif") || format === "png",
    progressive: transform.progressive,
    chroma: transform.chroma,
    alpha: alpha && format !== "jpeg",
    // Animations are always sRGB: their file has no profile.
    ...(transform.gamut === "keep" && TAGGED.has(format) && isWide(facts) && !isMoving
      ? { gamut: "display-p3" as const }
      : {}),
    ...metadataOf(transform, facts, format),
  };
}

function metadataOf(
  { metadata }: Omit<Transform, "format">,
  facts: Facts,
  format: OutputFormat,
): Pick<Output, "metadata"> {
  return metadata !== "none" && carriesMetadata(facts.format, format) ? { metadata } : {};
}

/** Formats whose files say what their colours mean. */
const TAGGED: ReadonlySet<OutputFormat> = new Set(["jpeg", "png", "webp", "avif"]);

function formatOf(
  wanted: WantedFormat,
  facts: Facts,
  alpha: boolean,
  lossless: boolean,
): OutputFormat {
  const base = alpha || lossless ? "png" : "jpeg";
  if (wanted !== "base" && wanted !== "own") return wanted;
  const own = wanted === "own" ? OWN_FORMATS.find((format) => format === facts.format) : undefined;
  return own === undefined || (own === "gif" && lossless) ? base : own;
}

/** Formats that we write and whose pictures stay what they are; a JPEG's own format is what `base` comes to. */
const OWN_FORMATS = ["png", "webp", "avif", "gif"] as const;

function adjustOf(transform: Omit<Transform, "format">): { readonly adjust?: Adjust } {
  const { brightness, contrast, saturation, gamma } = transform;
  const adjust = { brightness, contrast, saturation, gamma };
  return Object.values(adjust).every((factor) => factor === 1) ? {} : { adjust };
}

/** Without the overlays' headers (sizes alone are wanted) nothing is drawn. */
function drawOf(
  { draw }: Omit<Transform, "format">,
  { overlays }: Findings,
  size: Size,
  gamut: Gamut | undefined,
  price: Price,
): Pick<Plan, "draw"> {
  if (!draw || !overlays) return {};
  const layers = overlays.map(({ facts, bytes }) => ({
    own: orientedSize(facts),
    planned(wishes: Wishes) {
      const { format: _, ...rest } = resolve(wishes);
      const { peakBytes: _peak, ...plan } = planOf(rest, "raster", facts, bytes, price);
      // An overlay's pixels mean what those of the picture below it do.
      const meant = gamut ? { ...plan, output: { ...plan.output, gamut } } : plan;
      return { ...meant, peakBytes: price(meant, bytes) };
    },
  }));
  return { draw: drawnOf(draw, layers, size) };
}
