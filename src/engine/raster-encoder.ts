/** Encoders of finished pictures, one a format, for what the engine's own module does not encode itself. */
import type { OutputFormat } from "../image/job.ts";
import type { EncodeRaster } from "./pictor/engine.ts";

/** `special`'s encoder where it has one for the output's format, else `others`. */
export function rasterEncoder(
  special: Readonly<Partial<Record<OutputFormat, EncodeRaster>>>,
  others: EncodeRaster,
): EncodeRaster {
  return (picture, output, limit) => (special[output.format] ?? others)(picture, output, limit);
}
