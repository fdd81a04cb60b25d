/** Builders of minimal headers for the probe's tests. */
import { deflateSync } from "node:zlib";

export type Part = number | string | Uint8Array | readonly number[];

/** Joins bytes (numbers), Latin-1 text and arrays. */
export function join(...parts: Part[]): Uint8Array {
  const arrays = parts.map((part) => {
    if (typeof part === "number") return [part];
    return typeof part === "string" ? Buffer.from(part, "latin1") : part;
  });
  const joined = new Uint8Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    joined.set(array, at);
    at += array.length;
  }
  return joined;
}

const swap = (bytes: number[], le: boolean) => (le ? bytes.reverse() : bytes);
export const u16 = (n: number, le = false) => swap([(n >>> 8) & 255, n & 255], le);
export const u32 = (n: number, le = false) =>
  swap([(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255], le);
export const le16 = (n: number) => u16(n, true);
export const le32 = (n: number) => u32(n, true);
export const zeros = (n: number) => new Uint8Array(n);

/** A TIFF file or EXIF block with one directory of SHORT and LONG values. */
export function tiff(
  fields: readonly (readonly [tag: number, type: 3 | 4, value: number])[],
  le = true,
): Uint8Array {
  const entries = fields.map(([tag, type, value]) =>
    join(
      u16(tag, le),
      u16(type, le),
      u32(1, le),
      type === 3 ? [...u16(value, le), 0, 0] : u32(value, le),
    ),
  );
  return join(
    le ? "II" : "MM",
    u16(42, le),
    u32(8, le),
    u16(fields.length, le),
    ...entries,
    u32(0, le),
  );
}

export const exif = (orientation: number, le = true) => tiff([[274, 3, orientation]], le);

export const segment = (code: number, ...body: Part[]) => {
  const bytes = join(...body);
  return join(0xff, code, u16(bytes.length + 2), bytes);
};

interface JpegOptions {
  readonly sof?: number;
  readonly width?: number;
  readonly height?: number;
  readonly bits?: number;
  /** Sampling factors (`0x22`) a component. */
  readonly factors?: readonly number[];
  readonly ids?: readonly number[];
  readonly before?: readonly Uint8Array[];
  readonly after?: readonly Uint8Array[];
}

export function jpeg(options: JpegOptions = {}): Uint8Array {
  const { sof = 0xc0, width = 64, height = 48, bits = 8, factors = [0x22, 0x11, 0x11] } = options;
  const ids = options.ids ?? factors.map((_, i) => i + 1);
  const components = factors.flatMap((factor, i) => [ids[i] ?? 0, factor, 0]);
  return join(
    [0xff, 0xd8],
    ...(options.before ?? []),
    segment(sof, bits, u16(height), u16(width), factors.length, components),
    ...(options.after ?? []),
    segment(0xda, 1, 1, 0, 0, 63, 0),
    [1, 2, 3, 0xff, 0xd9],
  );
}

export const chunk = (type: string, ...body: Part[]) => {
  const bytes = join(...body);
  return join(u32(bytes.length), type, bytes, u32(0));
};

export function png(
  { width = 64, height = 48, depth = 8, type = 2, interlace = 0 } = {},
  ...chunks: Uint8Array[]
): Uint8Array {
  return join(
    "\x89PNG\r\n\x1a\n",
    chunk("IHDR", u32(width), u32(height), depth, type, 0, 0, interlace),
    ...chunks,
    chunk("IDAT", 1, 2, 3),
    chunk("IEND"),
  );
}

export const iccp = (profile: Uint8Array) => chunk("iCCP", "name\0\0", deflateSync(profile));

export function riff(...chunks: Uint8Array[]): Uint8Array {
  const body = join("WEBP", ...chunks);
  return join("RIFF", le32(body.length), body);
}

export const riffChunk = (type: string, ...body: Part[]) => {
  const bytes = join(...body);
  return join(type, le32(bytes.length), bytes, bytes.length & 1 ? [0] : []);
};

export const vp8 = (width: number, height: number) =>
  riffChunk("VP8 ", [0x10, 0, 0, 0x9d, 0x01, 0x2a], le16(width), le16(height), zeros(6));
export const vp8l = (width: number, height: number, alpha: boolean) =>
  riffChunk(
    "VP8L",
    0x2f,
    le32((width - 1) | ((height - 1) << 14) | (alpha ? 1 << 28 : 0)),
    zeros(5),
  );
const u24le = (n: number) => le32(n).slice(0, 3);
export const vp8x = (flags: number, width: number, height: number) =>
  riffChunk("VP8X", flags, 0, 0, 0, u24le(width - 1), u24le(height - 1));

export const box = (type: string, ...body: Part[]) => {
  const bytes = join(...body);
  return join(u32(bytes.length + 8), type, bytes);
};
export const fullBox = (type: string, version: number, ...body: Part[]) =>
  box(type, version, 0, 0, 0, ...body);

interface HeifOptions {
  readonly brand?: string;
  readonly width?: number;
  readonly height?: number;
  readonly type?: string;
  /** Further properties of the primary item, in order. */
  readonly properties?: readonly Uint8Array[];
  readonly alpha?: boolean;
  readonly boxes?: readonly Uint8Array[];
}

export const AV1C = box("av1C", 0x81, 0x00, 0x0c, 0x00);

/** A grid: item 1, made from these tiles, which have their own ids. */
export function heifGrid(tiles: readonly number[]): Uint8Array {
  const infe = (id: number, type: string) => fullBox("infe", 2, u16(id), u16(0), type, 0);
  const ipma = [1, ...tiles].flatMap((id) => [...u16(id), 2, 1, 2]);
  const meta = fullBox(
    "meta",
    0,
    fullBox("hdlr", 0, u32(0), "pict", zeros(13)),
    fullBox("pitm", 0, u16(1)),
    fullBox(
      "iinf",
      0,
      u16(1 + tiles.length),
      infe(1, "grid"),
      ...tiles.map((id) => infe(id, "av01")),
    ),
    fullBox("iref", 0, box("dimg", u16(1), u16(tiles.length), ...tiles.map((id) => u16(id)))),
    box(
      "iprp",
      box("ipco", fullBox("ispe", 0, u32(64), u32(48)), AV1C),
      fullBox("ipma", 0, u32(1 + tiles.length), ipma),
    ),
  );
  return join(box("ftyp", "avif", u32(0), "mif1"), meta, box("mdat", 1, 2, 3));
}

/** A still: item 1 is the picture, item 2 its alpha when asked for. */
export function heif(options: HeifOptions = {}): Uint8Array {
  const { brand = "avif", width = 64, height = 48, type = "av01", properties = [AV1C] } = options;
  const infe = (id: number) => fullBox("infe", 2, u16(id), u16(0), type, 0);
  const alpha = options.alpha === true;
  const ipco = box(
    "ipco",
    fullBox("ispe", 0, u32(width), u32(height)),
    fullBox("auxC", 0, "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0"),
    ...properties,
  );
  const own = properties.map((_, i) => 0x80 | (i + 3));
  const ipma = fullBox(
    "ipma",
    0,
    u32(alpha ? 2 : 1),
    u16(1),
    own.length + 1,
    1,
    own,
    ...(alpha ? [u16(2), 2, 1, 2] : []),
  );
  const meta = fullBox(
    "meta",
    0,
    fullBox("hdlr", 0, u32(0), "pict", zeros(13)),
    fullBox("pitm", 0, u16(1)),
    fullBox("iinf", 0, u16(alpha ? 2 : 1), infe(1), ...(alpha ? [infe(2)] : [])),
    ...(alpha ? [fullBox("iref", 0, box("auxl", u16(2), u16(1), u16(1)))] : []),
    box("iprp", ipco, ipma),
  );
  return join(
    box("ftyp", brand, u32(0), "mif1"),
    meta,
    ...(options.boxes ?? []),
    box("mdat", 1, 2, 3),
  );
}

/** A picture track of `frames` samples. */
export function moov(frames: number, width = 64, height = 48): Uint8Array {
  const entry = box("av01", zeros(24), u16(width), u16(height), zeros(50), AV1C);
  const stbl = box(
    "stbl",
    fullBox("stsd", 0, u32(1), entry),
    fullBox("stsz", 0, u32(0), u32(frames), zeros(Math.min(frames, 100) * 4)),
  );
  const hdlr = fullBox("hdlr", 0, u32(0), "pict", zeros(13));
  return box("moov", box("trak", box("mdia", hdlr, box("minf", stbl))));
}

interface GifOptions {
  readonly width?: number;
  readonly height?: number;
  readonly frames?: number;
  readonly transparent?: boolean;
  readonly loop?: boolean;
}

export function gif(options: GifOptions = {}): Uint8Array {
  const { width = 64, height = 48, frames = 1, transparent = false, loop = false } = options;
  const frame = join(
    [0x21, 0xf9, 4, transparent ? 1 : 0, 0, 0, 0, 0],
    [0x2c, 0, 0, 0, 0, ...le16(width), ...le16(height), 0],
    [2, 2, 0x4c, 0x01, 0],
  );
  return join(
    "GIF89a",
    le16(width),
    le16(height),
    [0x80, 0, 0],
    zeros(6),
    loop ? join([0x21, 0xff, 11], "NETSCAPE2.0", [3, 1, 0, 0, 0]) : [],
    ...Array.from({ length: frames }, () => frame),
    0x3b,
  );
}

/** A BMP with a BITMAPINFOHEADER or one of its larger kin. */
export function bmp({
  width = 64,
  height = 48,
  bits = 24,
  size = 40,
  compression = 0,
  mask = 0,
} = {}) {
  return join("BM", zeros(12), dib({ width, height, bits, size, compression, mask }));
}

export function dib({
  width = 64,
  height = 48,
  bits = 24,
  size = 40,
  compression = 0,
  mask = 0,
} = {}) {
  const head = join(
    le32(size),
    le32(width),
    le32(height),
    le16(1),
    le16(bits),
    le32(compression),
    zeros(20),
  );
  return join(head, zeros(12), le32(mask), zeros(Math.max(0, size - 56)));
}

export function ico(
  entries: readonly (readonly [side: number, bits: number, picture: Uint8Array])[],
  type = 1,
) {
  let at = 6 + entries.length * 16;
  const directory = entries.map(([side, bits, picture]) => {
    const entry = join(
      side & 255,
      side & 255,
      0,
      0,
      le16(1),
      le16(bits),
      le32(picture.length),
      le32(at),
    );
    at += picture.length;
    return entry;
  });
  return join(le16(0), le16(type), le16(entries.length), ...directory, ...entries.map((e) => e[2]));
}

/** An RGB matrix profile (ICC v2) with a gamma curve, or an sRGB-like parametric one. */
export function icc({
  name = "Test",
  space = "RGB ",
  colorants = [0.436, 0.2225, 0.0139, 0.3851, 0.7169, 0.0971, 0.1431, 0.0606, 0.7141],
  gamma = 0,
}: {
  name?: string;
  space?: string;
  colorants?: readonly number[];
  gamma?: number;
} = {}): Uint8Array {
  const s15 = (n: number) => u32(Math.round(n * 65536));
  const xyz = (i: number) => join("XYZ ", u32(0), ...colorants.slice(i, i + 3).map(s15));
  const srgb = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045];
  const curve =
    gamma > 0
      ? join("curv", u32(0), u32(1), u16(Math.round(gamma * 256)), 0, 0)
      : join("para", u32(0), u16(3), u16(0), ...srgb.map(s15));
  const desc = join("desc", u32(0), u32(name.length + 1), name, 0);
  const tags: [string, Uint8Array][] = [
    ["desc", desc],
    ["rXYZ", xyz(0)],
    ["gXYZ", xyz(3)],
    ["bXYZ", xyz(6)],
    ["rTRC", curve],
    ["gTRC", curve],
    ["bTRC", curve],
  ];
  let at = 132 + tags.length * 12;
  const table = tags.map(([tag, data]) => {
    const entry = join(tag, u32(at), u32(data.length));
    at += data.length;
    return entry;
  });
  const header = join(zeros(16), space, "XYZ ", zeros(12), "acsp", zeros(88));
  return join(header, u32(tags.length), ...table, ...tags.map(([, data]) => data));
}
