/** SVG: answered as it is, or drawn at the very size that is wanted. */
import { PictorError } from "../errors.ts";
import type { Transform } from "../params/resolve.ts";
import { PARAMS } from "../params/table.ts";
import type { Facts } from "./facts.ts";
import type { Output, Plan, Price } from "./job.ts";
import type { WantedFormat } from "./plan.ts";

/** What a vector needs not be drawn for: whoever shows it gives it a size, and there are no pixels to be coded. */
const WITHOUT_PIXELS: ReadonlySet<string> = new Set([
  ...["width", "height", "fit", "gravity", "enlarge", "dpr"],
  ...["format", "quality", "lossless", "progressive", "chroma", "gamut", "metadata", "max-bytes"],
  ...["anim", "frame"],
]);
/** Fits that keep all of the picture and nothing else. */
const WHOLE: ReadonlySet<string> = new Set(["scale-down", "contain"]);

/**
 * Whether the SVG itself is the answer: when `format=svg` says so, or nothing does, and nothing but its size is asked for.
 * @throws PictorError `bad_parameter` when `format=svg` cannot be
 */
export function staysVector(
  transform: Omit<Transform, "format">,
  wanted: WantedFormat,
  { format }: Facts,
): boolean {
  const changed = format === "svg" ? changedPixels(transform) : undefined;
  if (wanted === "own") return format === "svg" && changed === undefined;
  if (wanted !== "svg") return false;
  if (format === "svg" && changed === undefined) return true;
  throw new PictorError("bad_parameter", {
    param: "format",
    expected:
      format === "svg"
        ? `a format of pixels beside \`${changed}\`, or \`svg\` without it`
        : `a format of pixels for a source that is ${format.toUpperCase()}`,
    received: "svg",
  });
}

/** The first parameter that only pixels can follow. */
function changedPixels(transform: Omit<Transform, "format">): string | undefined {
  if (!WHOLE.has(transform.fit)) return "fit";
  const named = Object.entries(transform).find(([name, value]) => {
    const { default: usual } = PARAMS[name as keyof typeof PARAMS] as {
      readonly default?: unknown;
    };
    return !WITHOUT_PIXELS.has(name) && JSON.stringify(value) !== JSON.stringify(usual);
  });
  return named?.[0];
}

/** Nothing is done to it; its size is the file's own. */
export function vectorPlan(source: Facts, output: Output, sourceBytes: number, price: Price): Plan {
  const { width, height } = source;
  const size = { width, height };
  const all = { x: 0, y: 0, ...size };
  const plan = {
    source,
    oriented: size,
    crop: all,
    resize: size,
    extract: all,
    flip: false,
    rotate: 0,
    hue: 0,
    blur: 0,
    sharpen: 0,
    pixelate: 0,
    radius: 0,
    backdrop: false,
    output: { ...output, ...size, lossless: true },
  } as const;
  return { ...plan, peakBytes: price(plan, sourceBytes) };
}

/**
 * A vector has no size of its own: it is drawn so large that its crop has the size of the result, rather than resized.
 * `oriented` stays what the file says.
 */
export function drawnAtSize<Planned extends Pick<Plan, "source" | "crop" | "resize">>(
  plan: Planned,
): Planned {
  const { source, crop, resize } = plan;
  const [x, across, width] = drawnSpan(crop.x, crop.width, source.width, resize.width);
  const [y, down, height] = drawnSpan(crop.y, crop.height, source.height, resize.height);
  return {
    ...plan,
    source: { ...source, width, height },
    crop: { x, y, width: across, height: down },
  };
}

/** Where a crop begins in the drawing, its length there, and that of the whole. */
function drawnSpan(start: number, length: number, all: number, wanted: number) {
  const scale = wanted / length;
  const first = Math.round(start * scale);
  return [first, wanted, Math.max(first + wanted, Math.round(all * scale))] as const;
}
