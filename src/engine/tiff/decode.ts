/** TIFF, a row at a time: decompressed from the file as rows are asked for, nothing of it twice. */
import type { Plan } from "../../image/job.ts";
import { ByteReader, broken } from "../../image/probe/reader.ts";
import { channelsOf, type Decoded, decodedRows } from "../decoded.ts";
import { toColours } from "./colours.ts";
import { readLayout, type TiffLayout } from "./layout.ts";
import { sampleRows } from "./planes.ts";

/** @throws PictorError `broken_image`, `unsupported_format` */
export function decodeTiff(file: Uint8Array, { source }: Plan): Decoded {
  const layout = readLayout(new ByteReader(file));
  const { width, height } = layout;
  if (width !== source.width || height !== source.height) {
    throw broken("The TIFF has another size than its header said.");
  }
  const channels = channelsOf(source);
  return decodedRows({
    width,
    height,
    channels,
    premultiplied: layout.extra === 1,
    rows: () => rowsOf(file, layout, channels),
  });
}

function* rowsOf(file: Uint8Array, layout: TiffLayout, channels: 1 | 3 | 4): Generator<Uint8Array> {
  const convert = toColours(layout, channels);
  const out = new Uint8Array(layout.width * channels);
  for (const samples of sampleRows(file, layout)) {
    convert(samples, out);
    yield out;
  }
}
