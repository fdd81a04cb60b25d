/** Formats that code of ours reads, a row at a time: BMP, ICO with bitmaps in it, TIFF. */
import type { SourceFormat } from "../image/facts.ts";
import { decodeBmp } from "./bmp/decode.ts";
import type { Decode } from "./decoded.ts";
import { decodeIco } from "./ico/decode.ts";
import { decodeTiff } from "./tiff/decode.ts";

export const rowDecoders: Readonly<Partial<Record<SourceFormat, Decode>>> = {
  bmp: decodeBmp,
  ico: decodeIco,
  tiff: decodeTiff,
};
