/** AVIF files for tests: made by sharp, or put together here from tiles that sharp made. */
import { readFileSync } from "node:fs";
import sharp, { type Sharp } from "sharp";
import { createAvifDecoder, type DecodedAvif } from "../../../src/engine/avif/decode.ts";
import type { Facts } from "../../../src/image/facts.ts";
import { avifDecoderBytes } from "../../../src/image/memory-avif-decode.ts";
import { probe } from "../../../src/image/probe/index.ts";
import { box, fullBox, join, u16, u32, zeros } from "../../image/probe/bytes.ts";

const FILE = new URL("../../../wasm/avif-decoder/avif-decoder.wasm", import.meta.url);
/** Workers' types know only modules that were compiled beforehand. */
const Module = WebAssembly.Module as unknown as new (bytes: Uint8Array) => WebAssembly.Module;

export const module = new Module(readFileSync(FILE));
const decodeAvif = createAvifDecoder(module);

export function factsOf(file: Uint8Array): Facts {
  const result = probe(file, true);
  if (result.kind !== "facts") throw new Error("the probe wants more than the whole file");
  return result.facts;
}

/** With the memory that it is priced, unless told. */
export function decode(file: Uint8Array, limit?: number): DecodedAvif {
  const facts = factsOf(file);
  return decodeAvif(file, facts, limit ?? avifDecoderBytes(facts, file.length));
}

/** Smooth colours with a little texture, RGBA. */
export function pixels(width: number, height: number): Sharp {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      data[at] = 128 + 100 * Math.sin(x / 37 + y / 91);
      data[at + 1] = 128 + 90 * Math.cos(x / 61 - y / 43) + ((x ^ y) & 7);
      data[at + 2] = (255 * (x + y)) / (width + height);
      data[at + 3] = 255 * Math.min(1, (x + 1) / width + 0.25);
    }
  }
  return sharp(data, { raw: { width, height, channels: 4 } });
}

export interface Coding {
  readonly subsampling?: "4:2:0" | "4:4:4";
  readonly bitDepth?: 8 | 10 | 12;
  readonly alpha?: boolean;
}

export async function avif(
  picture: Sharp,
  { subsampling = "4:2:0", bitDepth = 8, alpha = false }: Coding = {},
): Promise<Uint8Array> {
  const options = { quality: 70, effort: 2, chromaSubsampling: subsampling, bitdepth: bitDepth };
  const opaque = alpha ? picture.clone() : picture.clone().removeAlpha();
  return new Uint8Array(await opaque.avif(options).toBuffer());
}

/** The content of the file's only `mdat`. */
function mediaData(file: Uint8Array): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  for (let at = 0; at < file.length; at += view.getUint32(at)) {
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    if (type === "mdat") return file.subarray(at + 8, at + view.getUint32(at));
  }
  throw new Error("no mdat");
}

export interface GridOptions {
  readonly columns: number;
  readonly rows: number;
  readonly tile: readonly [width: number, height: number];
  /** What is shown of the tiles together. */
  readonly size: readonly [width: number, height: number];
}

/**
 * A grid (ISO/IEC 23008-12 section 6.6.2.3) of opaque 4:2:0 files of the tile's size, left to right and top to bottom;
 * the description lies in `idat`, and every tile in two extents.
 */
export function gridAvif(tiles: readonly Uint8Array[], options: GridOptions): Uint8Array {
  const { columns, rows, tile, size } = options;
  const data = tiles.map(mediaData);
  const ids = data.map((_, i) => i + 2);
  const infe = (id: number, type: string) => fullBox("infe", 2, u16(id), u16(0), type, 0);
  const ispe = ([width, height]: readonly [number, number]) =>
    fullBox("ispe", 0, u32(width), u32(height));
  const description = join(0, 0, rows - 1, columns - 1, u16(size[0]), u16(size[1]));
  const ftyp = box("ftyp", "avif", u32(0), "avif", "mif1", "miaf");
  const meta = (start: number) => {
    let at = start;
    const extents = data.map((bytes, i) => {
      const half = bytes.length >> 1;
      const entry = join(
        join(u16(i + 2), u16(0), u16(0), u16(2)),
        join(u32(at), u32(half), u32(at + half), u32(bytes.length - half)),
      );
      at += bytes.length;
      return entry;
    });
    const grid = join(u16(1), u16(1), u16(0), u16(1), u32(0), u32(description.length));
    return fullBox(
      "meta",
      0,
      fullBox("hdlr", 0, u32(0), "pict", zeros(13)),
      fullBox("pitm", 0, u16(1)),
      fullBox("iloc", 1, 0x44, 0, u16(1 + data.length), grid, ...extents),
      fullBox(
        "iinf",
        0,
        u16(1 + data.length),
        infe(1, "grid"),
        ...ids.map((id) => infe(id, "av01")),
      ),
      box(
        "iprp",
        box("ipco", ispe(size), ispe(tile), box("av1C", 0x81, 0x00, 0x0c, 0x00)),
        fullBox(
          "ipma",
          0,
          u32(1 + data.length),
          join(u16(1), 1, 1),
          ...ids.map((id) => join(u16(id), 2, 2, 0x83)),
        ),
      ),
      fullBox("iref", 0, box("dimg", u16(1), u16(ids.length), ...ids.map((id) => u16(id)))),
      box("idat", description),
    );
  };
  const start = ftyp.length + meta(0).length + 8;
  return join(ftyp, meta(start), box("mdat", ...data));
}
