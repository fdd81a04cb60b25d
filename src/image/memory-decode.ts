/** What decoding takes outside of the engine's own module, in bytes: other modules' memory, and JavaScript's. */
import { JOB_BUDGET_BYTES } from "./budget.ts";
import type { Plan } from "./job.ts";
import { avifDecoderBytes } from "./memory-avif-decode.ts";
import { jxlDecoderBytes } from "./memory-jxl-decode.ts";
import { overlayBytes } from "./memory-pictor.ts";
import { jobMap, planeMaps } from "./memory-pictor-map.ts";
import { bandBytes } from "./memory-pictor-source.ts";
import { KIB } from "./memory-sums.ts";
import { svgDrawingBytes } from "./memory-svg.ts";
import { rasterBytes } from "./raster.ts";

type Wanted = Omit<Plan, "peakBytes">;

export interface DecodingBytes {
  /** Before the engine's module begins: what is dropped by then. */
  readonly before: number;
  /** Beside it. */
  readonly beside: number;
}

const NOTHING: DecodingBytes = { before: 0, beside: 0 };

/** `sourceBytes`: length of the file, or the most that it may be. */
export function decodingBytes(plan: Wanted, sourceBytes: number): DecodingBytes {
  const { source } = plan;
  switch (source.format) {
    case "avif":
      return { before: 0, beside: avifDecoderBytes(source, sourceBytes) + handing(plan) };
    case "bmp":
    case "ico":
    case "tiff":
      return { before: 0, beside: rowsBytes(plan) + handing(plan) };
    case "jxl":
      return whole(plan, jxlDecoderBytes(source, sourceBytes));
    case "svg":
      return whole(plan, svgDrawingBytes(source, sourceBytes));
    default:
      return NOTHING;
  }
}

/** The band that is handed over. */
function handing(plan: Wanted): number {
  return bandBytes(planeMaps(plan, jobMap(plan)));
}

/** What TIFF's reader holds whatever the picture: pieces that were inflated (4 MiB), in buffers that are grown and copied. */
const READER_BYTES = 12.5 * 1024 * KIB;
/** Where each row of a run-length coded BMP begins, and at which pixel (`RowStarts` of `engine/bmp/rle.ts`). */
const INDEX_BYTES_A_ROW = 8;

/** Rows of `engine/bmp`, `engine/ico` and `engine/tiff`: samples, colours, and 16 bits of each. */
function rowsBytes({ source }: Wanted): number {
  const { width, height, tileRowBytes = 0, format } = source;
  const index = format === "bmp" ? INDEX_BYTES_A_ROW * height : 0;
  const reader = format === "tiff" ? READER_BYTES : 0;
  return index + reader + tileRowBytes + 5 * 6 * width;
}

/**
 * For decoders that make a whole raster before the engine begins. How much they take depends on the picture: when an
 * ordinary one fits and the worst does not, the job gets the whole budget; the decoder is held to it, and the rare
 * picture that needs more is refused (413).
 */
function whole(
  plan: Wanted,
  { least, most }: { readonly least: number; readonly most: number },
): DecodingBytes {
  const raster = rasterBytes(plan.source);
  const enough = least + raster;
  const budget = JOB_BUDGET_BYTES - overlayBytes(plan);
  const before = enough > budget ? enough : Math.min(most + raster, budget);
  return { before, beside: raster + handing(plan) };
}

/** Most memory that a plan leaves its decoder's module, beside its raster and the overlays'. */
export function decoderLimit(plan: Plan, sourceBytes: number): number {
  const { source, peakBytes } = plan;
  if (source.format === "avif") return avifDecoderBytes(source, sourceBytes);
  return peakBytes - rasterBytes(source) - overlayBytes(plan);
}
