/** A plan for people and programs: its media types, and its steps in words. */
import { conversionOf } from "./colour/conversion.ts";
import type { Drawn, Frames, Output, Plan } from "./job.ts";

const MEDIA_TYPES = {
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  avif: "image/avif",
  gif: "image/gif",
  svg: "image/svg+xml",
  jxl: "image/jxl",
  heic: "image/heic",
  tiff: "image/tiff",
  bmp: "image/bmp",
  ico: "image/x-icon",
  raster: "application/octet-stream",
} as const;

export function mediaType(format: keyof typeof MEDIA_TYPES): string {
  return MEDIA_TYPES[format];
}

/** The steps that a plan really takes, in their order, in a line each. */
export function stepsOf(plan: Plan): readonly string[] {
  if (plan.output.format === "svg") return ["sanitise svg"];
  const { source, oriented, crop, resize, extract, canvas, pad, flatten, adjust, output } = plan;
  const cropped = crop.width !== oriented.width || crop.height !== oriented.height;
  const resized = resize.width !== crop.width || resize.height !== crop.height;
  const cut = extract.width !== resize.width || extract.height !== resize.height;
  const steps: readonly (string | false | undefined)[] = [
    `decode ${source.format} ${source.width}×${source.height}`,
    plan.frames && shownFrames(plan.frames),
    source.orientation !== 1 && `orient ${source.orientation} → ${sized(oriented)}`,
    cropped && `crop ${placed(crop)}`,
    resized && `resize ${sized(crop)} → ${sized(resize)}`,
    cut && `extract ${placed(extract)}`,
    conversionOf(plan) &&
      `colours ${source.profileName ?? source.profile ?? "srgb"} → ${output.gamut ?? "srgb"}`,
    plan.flip && "flip h",
    plan.rotate !== 0 && `rotate ${plan.rotate}`,
    adjust &&
      `adjust ${Object.entries(adjust).flatMap(([name, factor]) => (factor === 1 ? [] : [`${name} ${factor}`]))}`,
    plan.hue !== 0 && `hue ${plan.hue}`,
    plan.effect && `effect ${plan.effect.kind}`,
    plan.blur > 0 && `blur ${plan.blur}`,
    plan.sharpen > 0 && `sharpen ${plan.sharpen}`,
    plan.pixelate > 0 && `pixelate ${plan.pixelate}`,
    canvas && `canvas ${sized(canvas)}, picture at ${canvas.x},${canvas.y}`,
    ...(plan.draw ?? []).map(drawStep),
    plan.border && `border ${plan.border.width}`,
    plan.radius > 0 && `radius ${plan.radius}`,
    pad && `pad ${pad.top},${pad.right},${pad.bottom},${pad.left}`,
    flatten && "flatten",
    plan.backdrop && "flatten over a blurred copy",
    encodeStep(output),
    output.metadata && METADATA_STEPS[output.metadata],
  ];
  return steps.filter((step) => typeof step === "string");
}

/** Whether the source has any shows when it is read. */
const METADATA_STEPS = {
  copyright: "keep metadata: author and rights",
  keep: "keep metadata: all that describes the picture, but where it was taken",
  "keep-gps": "keep metadata: all that describes the picture, and where it was taken",
} as const;

function encodeStep({ format, lossless, quality, maxBytes, ...size }: Output): string {
  if (format === "raster") return `look at ${sized(size)} px`;
  const step = `encode ${format} ${sized(size)}`;
  if (lossless) return step;
  const fewer = maxBytes === undefined ? "" : ` or less, for at most ${maxBytes} bytes`;
  return `${step}, quality ${quality}${fewer}`;
}

function shownFrames({ show, most }: Frames): string {
  return show === "all"
    ? `compose all frames, at most ${most}, and each:`
    : `compose frame ${show}`;
}

function drawStep(drawn: Drawn): string {
  const { plan, x, y, repeatX, repeatY, opacity, blend } = drawn;
  const repeat = repeatX && repeatY ? "repeated" : repeatX ? "repeated in x" : "repeated in y";
  return [
    `draw ${placed({ ...plan.output, x, y })}`,
    ...(repeatX || repeatY ? [repeat] : []),
    ...(opacity === 1 ? [] : [`opacity ${opacity}`]),
    ...(blend === "normal" ? [] : [blend]),
  ].join(", ");
}

function sized({ width, height }: { width: number; height: number }): string {
  return `${width}×${height}`;
}

function placed(rect: { x: number; y: number; width: number; height: number }): string {
  return `${sized(rect)} at ${rect.x},${rect.y}`;
}
