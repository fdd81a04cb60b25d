import type { Box } from "../../image/probe/bmff.ts";
import type { ByteReader } from "../../image/probe/reader.ts";

/** What the planes mean, in code points of ITU-T H.273. */
export interface Nclx {
  readonly matrix: number;
  readonly fullRange: boolean;
}

/** The first `colr` box of type `nclx` (ISO/IEC 14496-12 section 12.1.5). */
export function readNclx(r: ByteReader, boxes: readonly Box[]): Nclx | undefined {
  for (const { type, start } of boxes) {
    if (type !== "colr" || r.text(start, 4) !== "nclx") continue;
    return { matrix: r.u16(start + 8), fullRange: (r.u8(start + 10) & 0x80) !== 0 };
  }
  return undefined;
}
