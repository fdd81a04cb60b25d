import { findBoxes } from "../../image/probe/bmff.ts";
import { readTracks, type Track } from "../../image/probe/heif-movie.ts";
import { type ByteReader, broken } from "../../image/probe/reader.ts";
import { wholeOf } from "./grid.ts";
import { readNclx } from "./nclx.ts";
import type { AvifPictures } from "./pictures.ts";

/** The first frame of an image sequence (ISO/IEC 23008-12 section 7), for files without a primary item. */
export function firstFrame(moov: ByteReader, file: Uint8Array): AvifPictures {
  const { main, alpha } = readTracks(moov);
  if (main?.format !== "avif") throw broken("The AVIF has no picture in it.");
  const nclx = readNclx(main.entry, colourBoxes(main.entry));
  return {
    colour: stillOf(main, file),
    ...(alpha ? { alpha: stillOf(alpha, file) } : {}),
    premultiplied: false,
    ...(nclx ? { nclx } : {}),
  };
}

function stillOf({ width, height, stbl }: Track, file: Uint8Array) {
  return wholeOf({ parts: [firstSample(stbl, file)], width, height, operatingPoint: 0 });
}

/** The first sample begins with the first chunk (ISO/IEC 14496-12 sections 8.7.3 and 8.7.5). */
function firstSample(stbl: ByteReader, file: Uint8Array): Uint8Array {
  const boxes = findBoxes(stbl, ["stsz", "stco", "co64"]);
  const stsz = boxes.get("stsz");
  const [stco, co64] = [boxes.get("stco"), boxes.get("co64")];
  if (stsz === undefined || (stco ?? co64) === undefined) throw broken("The AVIF has no samples.");
  const size = stbl.u32(stsz.start + 4) || stbl.u32(stsz.start + 12);
  const offset = stco ? stbl.u32(stco.start + 8) : stbl.u64(co64!.start + 8);
  if (size === 0 || offset + size > file.length) {
    throw broken("The AVIF's first sample lies beyond the end of the file.");
  }
  return file.subarray(offset, offset + size);
}

/** Behind the 78 bytes of a VisualSampleEntry. */
function colourBoxes(entry: ByteReader) {
  const box = findBoxes(entry, ["colr"], 78).get("colr");
  return box ? [box] : [];
}
