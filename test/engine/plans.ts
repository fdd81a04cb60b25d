import type { Facts } from "../../src/image/facts.ts";
import type { Drawn, Output, Plan, Size } from "../../src/image/job.ts";
import { peakBytes } from "../../src/image/memory.ts";

export function factsOf(
  wishes: Pick<Facts, "format" | "width" | "height"> & Partial<Facts>,
): Facts {
  return {
    orientation: 1,
    frames: 1,
    animated: false,
    alpha: false,
    bitDepth: 8,
    colour: wishes.format === "jpeg" ? "ycbcr" : "rgb",
    ...wishes,
  };
}

/** A plan that resizes the whole picture to `width` and nothing else, unless told. */
export function planOf(
  source: Facts,
  wishes: Partial<Omit<Plan, "output">> & { output?: Partial<Output>; to?: number } = {},
  sourceBytes = 1 << 20,
): Plan {
  const sideways = source.orientation >= 5;
  const oriented = sideways
    ? { width: source.height, height: source.width }
    : { width: source.width, height: source.height };
  const scale = wishes.to === undefined ? 1 : wishes.to / oriented.width;
  const size = {
    width: Math.max(1, Math.round(oriented.width * scale)),
    height: Math.max(1, Math.round(oriented.height * scale)),
  };
  const { output, to, ...rest } = wishes;
  const plan = {
    source,
    oriented,
    crop: { x: 0, y: 0, ...oriented },
    resize: size,
    extract: { x: 0, y: 0, ...size },
    flip: false,
    rotate: 0 as const,
    blur: 0,
    sharpen: 0,
    ...rest,
    output: {
      format: "png" as const,
      quality: 80,
      lossless: false,
      progressive: false,
      chroma: "420" as const,
      alpha: source.alpha,
      ...size,
      ...output,
    },
  };
  return { ...plan, peakBytes: wishes.peakBytes ?? peakBytes(plan, sourceBytes) };
}

/** An overlay of that size, by default of a PNG with alpha that has it already. */
export function drawn(size: Size, wishes: Partial<Drawn> = {}): Drawn {
  const facts = factsOf({ format: "png", ...size, alpha: true });
  return {
    plan: planOf(facts, { output: { format: "raster" } }),
    x: 0,
    y: 0,
    repeatX: false,
    repeatY: false,
    opacity: 1,
    blend: "normal",
    ...wishes,
  };
}

/** The bytes as a stream of chunks. */
export function streamOf(bytes: Uint8Array, chunk = 1 << 16): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at + chunk));
      at += chunk;
    },
  });
}
