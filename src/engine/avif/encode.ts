/** A finished picture in planes becomes an AVIF file: an AV1 item for colour, one for alpha, and the boxes around them. */
import { PictorError } from "../../errors.ts";
import type { Output, Size } from "../../image/job.ts";
import { avifEncoderBytes } from "../../image/memory-avif-encode.ts";
import { writeAvif } from "./container-out.ts";
import { BT601, createAvifEncoder, IDENTITY, planesBytes } from "./encoder.ts";
import { alphaOptions, colourOptions } from "./options.ts";

/** 8-bit samples. */
export interface AvifPlanes extends Size {
  /** `400`: a plane of luma alone. */
  readonly chroma: "400" | "420" | "444";
  /**
   * Tight, one after the other: Y, Cb, Cr (BT.601, full range), for lossless G, B, R; then alpha, straight, at full
   * size. Chroma planes of 4:2:0 have half the size, rounded up.
   */
  readonly bytes: Uint8Array;
  readonly alpha: boolean;
}

export type EncodeAvif = (
  planes: AvifPlanes,
  output: Output,
  limit: number,
) => Promise<Uint8Array<ArrayBuffer>>;

/**
 * `limit`: most bytes that the module's memory may have; `avifEncoderBytes(output)` are needed.
 * @throws PictorError `output_too_large`, `over_capacity`, or `internal`
 */
export function avifEncoding(module: WebAssembly.Module): EncodeAvif {
  return async (planes, output, limit) => {
    const bytes = avifEncoderBytes(output);
    if (bytes > limit) throw tooLarge();
    const encoder = createAvifEncoder(module, bytes);
    const { width, height } = planes;
    const colour = {
      width,
      height,
      layout: planes.chroma === "400" ? "monochrome" : planes.chroma,
      matrix: output.lossless ? IDENTITY : BT601,
      ...colourOptions(output),
    } as const;
    const length = planesBytes(colour);
    const alpha = {
      ...colour,
      layout: "monochrome",
      matrix: BT601,
      ...alphaOptions(output),
    } as const;
    return writeAvif({
      width,
      height,
      matrix: colour.matrix,
      colour: encoder.encode(colour, planes.bytes.subarray(0, length)),
      alpha: planes.alpha
        ? encoder.encode(alpha, planes.bytes.subarray(length, length + width * height))
        : undefined,
    });
  };
}

function tooLarge(): PictorError {
  return new PictorError("output_too_large", {
    detail: "Encoding this picture as avif takes more memory than there is.",
    fix: "format=webp",
  });
}
