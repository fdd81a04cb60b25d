/**
 * Most memory that a job needs at once, over all modules that work on it. The engine's own does nearly all; others
 * live only as long as what they do takes.
 */
import { JOB_BUDGET_BYTES } from "./budget.ts";
import type { Plan } from "./job.ts";
import { avifEncoderBytes, avifFileBytes } from "./memory-avif-encode.ts";
import { colourModuleBytes } from "./memory-colour.ts";
import { decodingBytes } from "./memory-decode.ts";
import { jxlEncoderBytes } from "./memory-jxl.ts";
import { instanceBytes } from "./memory-pictor.ts";
import { animationFileBytes } from "./memory-pictor-frames.ts";
import { handedBytes } from "./memory-pictor-out.ts";
import { svgTextBytes } from "./memory-svg.ts";
import { METADATA_BYTES } from "./metadata/blocks.ts";
import { rasterBytes } from "./raster.ts";

type Wanted = Omit<Plan, "peakBytes">;

/**
 * In bytes, without the source file itself (that is held against `SOURCE_BUDGET_BYTES`). `sourceBytes` is the file's
 * length, or the most that it may be.
 */
export function peakBytes(plan: Wanted, sourceBytes: number): number {
  if (plan.output.format === "svg") return svgTextBytes(sourceBytes);
  const isMoving = plan.frames?.show === "all";
  const handed = isMoving ? animationFileBytes(plan) : handedBytes(plan.output);
  const { before, beside } = decodingBytes(plan, sourceBytes);
  const instance = Math.max(...possible(plan).map((one) => instanceBytes(one, sourceBytes)));
  const making = Math.max(before, beside + instance + handed);
  const encoder = encoding(plan);
  const drawing = drawingBytes(plan);
  const ways = [
    drawing.before,
    // A table of colours is made between the decoder and the instance.
    drawing.during + Math.max(making, beside + colourModuleBytes(plan)),
    // The overlays' rasters are garbage by then, which need not have been collected.
    encoder && drawing.during + handed + encoder,
    // Parts, and what they are joined to; a file, and its copy with metadata in it.
    isMoving || plan.output.metadata ? drawing.during + 2 * handed : 0,
  ];
  return Math.ceil(profileBytes(plan) + metadataBytes(plan) + Math.max(...ways));
}

function metadataBytes({ output }: Wanted): number {
  return output.metadata ? METADATA_BYTES : 0;
}

/** The source's profile, where it is kept for its conversion. */
function profileBytes({ source: { colours } }: Wanted): number {
  return colours?.kind === "profile" ? colours.icc.length : 0;
}

/**
 * The overlays are made one after the other, before the picture, and each is kept until it has been handed over.
 * `before`: the most that this takes; `during`: what is kept while the picture is made.
 */
function drawingBytes({ draw = [] }: Wanted): {
  readonly before: number;
  readonly during: number;
} {
  let [before, during] = [0, 0];
  for (const { plan } of draw) {
    before = Math.max(before, during + plan.peakBytes);
    during += rasterBytes(plan.output);
  }
  return { before, during };
}

/** What is in an icon shows when it is read: a bitmap, or a PNG of any kind. */
function possible(plan: Wanted): readonly Wanted[] {
  if (plan.source.format !== "ico") return [plan];
  const { source } = plan;
  const pngs = COSTLIEST_PNGS.map((png) => ({ ...plan, source: { ...source, ...png } }));
  return [plan, ...pngs];
}

const PNG = { format: "png", colour: "rgb", bitDepth: 16, progressive: true } as const;
/** Alpha costs more; where the result has it and the source has none, a PNG that is made of it may, too. */
const COSTLIEST_PNGS = [PNG, { ...PNG, alpha: false }] as const;

/** The module of an encoder of its own, with the file that it makes. */
function encoding({ output }: Wanted): number {
  if (output.format === "avif") return avifEncoderBytes(output) + avifFileBytes(output);
  return output.format === "jxl" ? jxlBytes(output) : 0;
}

/**
 * How much libjxl takes depends on the picture. When an ordinary one fits and the worst does not, the job gets the whole
 * budget; the engine holds the instance to it, and the rare picture that needs more is refused (413).
 */
function jxlBytes(output: Wanted["output"]): number {
  const [least, most] = heapsOf(output);
  const others = handedBytes(output) + jxlFileBytes(output);
  const enough = least + others;
  const worst = most + others;
  const wanted = enough > JOB_BUDGET_BYTES ? enough : Math.min(worst, JOB_BUDGET_BYTES);
  return wanted - handedBytes(output);
}

/** Emscripten's modules start with so much. */
const EMSCRIPTEN_BYTES = 16.25 * 2 ** 20;

function heapsOf(output: Wanted["output"]): readonly [least: number, most: number] {
  const { least, most } = jxlEncoderBytes(output);
  return [Math.max(EMSCRIPTEN_BYTES, least), Math.max(EMSCRIPTEN_BYTES, most)];
}

/** Most WASM memory that the plan leaves libjxl, beside the finished picture and the encoded one. */
export function jxlLimit({ peakBytes: peak, output }: Plan): number {
  return peak - handedBytes(output) - jxlFileBytes(output);
}

/** For noise at quality 100, measured. */
function jxlFileBytes({ width, height, lossless }: Wanted["output"]): number {
  return width * height * (lossless ? 6 : 4) + 65_536;
}
