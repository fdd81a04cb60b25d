/** Writes GIF of every kind (GIF89a), with one frame. */

export interface GifPicture {
  /** Of the canvas. */
  readonly width: number;
  readonly height: number;
  readonly frame?: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
  /** Bits of an index, 2 to 8. */
  readonly bits: number;
  readonly index: (x: number, y: number) => number;
  readonly transparent?: number;
  readonly interlaced?: boolean;
  /** The palette is the frame's own, beside a global one of other colours. */
  readonly own?: boolean;
}

export const colourOf = (index: number) =>
  [(index * 37) & 255, 255 - index, (index * 91) & 255] as const;

export function gifOf(wanted: GifPicture): Uint8Array {
  const {
    width,
    height,
    bits,
    transparent,
    interlaced,
    own,
    frame = { x: 0, y: 0, width, height },
  } = wanted;
  const palette = Array.from({ length: 2 ** bits }, (_, i) => colourOf(i)).flat();
  const other = palette.map((value) => 255 - value);
  const indexes = rowsOf(frame.height, interlaced).flatMap((y) =>
    Array.from({ length: frame.width }, (_, x) => wanted.index(x, y)),
  );
  return Uint8Array.from([
    ...Buffer.from("GIF89a"),
    ...[...u16(width), ...u16(height), 0x80 | (bits - 1), 0, 0],
    ...(own ? other : palette),
    ...[0x21, 0xfe, 3, 1, 2, 3, 2, 0x21, 0xf9, 0],
    ...(transparent === undefined ? [] : [0x21, 0xf9, 4, 1, 0, 0, transparent, 0]),
    ...[0x2c, ...u16(frame.x), ...u16(frame.y), ...u16(frame.width), ...u16(frame.height)],
    (interlaced ? 0x40 : 0) | (own ? 0x80 | (bits - 1) : 0),
    ...(own ? palette : []),
    ...[bits, ...subBlocks(lzw(indexes, bits)), 0x3b],
  ]);
}

/** Appendix E. */
export function rowsOf(height: number, interlaced = false): number[] {
  const all = Array.from({ length: height }, (_, y) => y);
  if (!interlaced) return all;
  return [
    ...all.filter((y) => y % 8 === 0),
    ...all.filter((y) => y % 8 === 4),
    ...all.filter((y) => y % 4 === 2),
    ...all.filter((y) => y % 2 === 1),
  ];
}

/** Appendix F; the table is left full, and emptied when the next string is a multiple of 97. */
export function lzw(indexes: readonly number[], bits: number): number[] {
  const clear = 1 << bits;
  const bytes: number[] = [];
  let [held, count] = [0, 0];
  let size = bits + 1;
  let table = new Map<string, number>();
  const put = (code: number) => {
    held |= code << count;
    for (count += size; count >= 8; count -= 8, held >>>= 8) bytes.push(held & 255);
  };
  put(clear);
  let text = "";
  const codeOf = (of: string) => (of.includes(",") ? table.get(of)! : Number(of));
  let next = clear + 2;
  for (const index of indexes) {
    const longer = text === "" ? String(index) : `${text},${index}`;
    if (text === "" || table.has(longer)) {
      text = longer;
      continue;
    }
    put(codeOf(text));
    if (next < 4096) {
      table.set(longer, next++);
      if (next > 1 << size && size < 12) size++;
    } else if (index % 97 === 0) {
      put(clear);
      table = new Map();
      next = clear + 2;
      size = bits + 1;
    }
    text = String(index);
  }
  if (text !== "") put(codeOf(text));
  put(clear + 1);
  if (count > 0) bytes.push(held & 255);
  return bytes;
}

export function subBlocks(bytes: readonly number[]): number[] {
  const blocks: number[] = [];
  for (let at = 0; at < bytes.length; at += 255) {
    const block = bytes.slice(at, at + 255);
    blocks.push(block.length, ...block);
  }
  return [...blocks, 0];
}

export const u16 = (value: number) => [value & 255, value >> 8];
