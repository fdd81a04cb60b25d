/**
 * The shape of a job on the engine's own module: what is decoded, what planes it is resized to. The same sums as in
 * `wasm/engine/src/map.c`, `target.c` and `jpeg_in.c`, so that memory can be counted from the plan alone.
 */

import { conversionOf } from "./colour/conversion.ts";
import { isQuarterTurn } from "./geometry.ts";
import type { Plan, Size } from "./job.ts";
import { rowPlanes } from "./memory-pictor-png.ts";
import { type Axes, jpegFactors, jpegScale, leastSize, marginOf } from "./memory-pictor-shrink.ts";

type Wanted = Omit<Plan, "peakBytes">;

/** A plane as it is decoded, the part of the map that belongs to it, and the plane that it becomes. */
export interface PlaneMap {
  readonly from: Size;
  /** Source samples for each sample of the result, across and down. */
  readonly scale: Axes;
  readonly to: Size;
}

export interface JobMap {
  /** The planes go to the encoder as they are. */
  readonly direct: boolean;
  /** The result is turned after the resize. */
  readonly transposed: boolean;
  /** Samples of the decoded picture that the final filter has for each of its own, at least. */
  readonly margin: number;
  /** Least size to decode to, as stored. */
  readonly least: Size;
  /** Of the resized picture, lying as the source is stored. */
  readonly target: Size;
  readonly scale: Axes;
}

/** `direct`: as the module will find it. Of planes from another module, it depends on how they are coded. */
export function jobMap(plan: Wanted, direct = isDirect(plan)): JobMap {
  const { source, crop, resize, extract } = plan;
  const onSide = source.orientation >= 5;
  const turned = direct && isQuarterTurn(plan.rotate);
  const across = crop.width / resize.width;
  const down = crop.height / resize.height;
  const scale = onSide ? { x: down, y: across } : { x: across, y: down };
  const margin = marginOf(source, scale);
  return {
    direct,
    transposed: onSide !== turned,
    margin,
    least: leastSize(source, scale, margin),
    target: onSide ? { width: extract.height, height: extract.width } : extract,
    scale,
  };
}

/** Formats whose encoders take luma and chroma. */
const PLANAR_FORMATS: ReadonlySet<string> = new Set(["jpeg", "webp", "avif"]);

/** `target_is_direct`: luma and chroma in, luma and chroma out, and no step that wants pixels. */
export function isDirect(plan: Wanted): boolean {
  const { source, output } = plan;
  // Frames are composed in RGBA.
  if (plan.frames) return false;
  const isLuma = source.colour === "gray" || source.colour === "ycbcr";
  /** An animated WebP is decoded to pixels on its canvas. */
  const isOnCanvas = source.animated && source.format === "webp";
  const hasPlanes = isLuma && !source.alpha && !isOnCanvas;
  const isLossy = PLANAR_FORMATS.has(output.format) && !output.lossless;
  const isConverted = conversionOf(plan) !== undefined;
  return hasPlanes && isLossy && !isConverted && !changesColours(plan) && !hasSurround(plan);
}

function changesColours({ adjust, hue, effect, blur, sharpen, pixelate }: Wanted): boolean {
  return Boolean(adjust ?? effect) || hue !== 0 || blur > 0 || sharpen > 0 || pixelate > 0;
}

/** What is drawn over the picture counts, too. */
function hasSurround({ canvas, draw, border, pad, radius }: Wanted): boolean {
  return Boolean(canvas ?? draw ?? border ?? pad) || radius > 0;
}

/** The planes of the job, with the sizes that they are decoded in. */
export function planeMaps(plan: Wanted, map: JobMap): readonly PlaneMap[] {
  if (plan.frames) return Array(4).fill(planeMap(plan.source, WHOLE, map, 1));
  switch (plan.source.format) {
    case "jpeg":
      return jpegPlanes(plan, map);
    case "webp":
      return webpPlanes(plan, map);
    case "png":
    case "gif":
      return Array(rowPlanes(plan.source)).fill(planeMap(plan.source, WHOLE, map, 1));
    default:
      return rawPlanes(plan, map);
  }
}

function jpegPlanes({ source, output }: Wanted, map: JobMap): readonly PlaneMap[] {
  const factors = jpegFactors(source);
  const [most_h, most_v] = [
    Math.max(...factors.map(({ h }) => h)),
    Math.max(...factors.map(({ v }) => v)),
  ];
  const eighths = jpegScale(source, map.least);
  return factors.map(({ h, v }, i) => {
    const part = { x: (h * eighths) / (most_h * 8), y: (v * eighths) / (most_v * 8) };
    const isChroma = factors.length > 1 && (i === 1 || i === 2) && source.colour !== "rgb";
    return planeMap(source, part, map, isChroma && halvesChroma(map, output) ? 2 : 1);
  });
}

function webpPlanes({ source, output }: Wanted, map: JobMap): readonly PlaneMap[] {
  const part = { x: map.least.width / source.width, y: map.least.height / source.height };
  const isPlanar = source.colour === "ycbcr" && !source.alpha && !source.animated;
  const whole = planeMap(source, part, map, 1);
  if (!isPlanar) return Array(source.alpha || source.animated ? 4 : 3).fill(whole);
  const half = { x: part.x / 2, y: part.y / 2 };
  const chroma = planeMap(source, half, map, halvesChroma(map, output) ? 2 : 1);
  return [whole, chroma, chroma];
}

const CHROMA_PARTS: Readonly<Record<string, Axes>> = {
  "420": { x: 1 / 2, y: 1 / 2 },
  "422": { x: 1 / 2, y: 1 },
};

/** `source_raw.c`. */
function rawPlanes({ source, output }: Wanted, map: JobMap): readonly PlaneMap[] {
  const whole = planeMap(source, WHOLE, map, 1);
  if (source.colour !== "ycbcr") {
    const colours = source.colour === "gray" && !source.alpha ? 1 : 3;
    return Array(source.alpha ? 4 : colours).fill(whole);
  }
  const part = CHROMA_PARTS[source.coded?.[0]?.sampling ?? ""] ?? WHOLE;
  const chroma = planeMap(source, part, map, halvesChroma(map, output) ? 2 : 1);
  return source.alpha ? [whole, chroma, chroma, whole] : [whole, chroma, chroma];
}

const WHOLE: Axes = { x: 1, y: 1 };

function halvesChroma({ direct }: JobMap, { format, chroma }: Plan["output"]): boolean {
  return direct && (format === "webp" || chroma === "420");
}

/** `part`: samples of the plane for each of the stored source. `factor`: result samples for each of the target plane. */
function planeMap(source: Size, part: Axes, { scale, target }: JobMap, factor: number): PlaneMap {
  return {
    from: { width: Math.ceil(source.width * part.x), height: Math.ceil(source.height * part.y) },
    scale: { x: scale.x * part.x * factor, y: scale.y * part.y * factor },
    to: { width: Math.ceil(target.width / factor), height: Math.ceil(target.height / factor) },
  };
}
