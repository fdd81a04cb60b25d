/** TIFF files made by hand: one directory behind its strips. */

export interface TiffWishes {
  readonly width: number;
  readonly height: number;
  readonly photometric: number;
  /** Of each sample. */
  readonly bits: readonly number[];
  readonly compression?: number;
  readonly bigEndian?: boolean;
  readonly planar?: boolean;
  readonly rowsPerStrip?: number;
  readonly extra?: number;
  readonly sampleFormat?: number;
  readonly subsampling?: readonly [number, number];
  readonly palette?: readonly (readonly [number, number, number])[];
  /** Strips. The same array twice is there once, in both places. */
  readonly chunks: readonly (readonly number[])[];
  /** Tiles instead of strips: width, height. */
  readonly tile?: readonly [number, number];
  /** Without the lengths of strips. */
  readonly noLengths?: boolean;
}

/** Numbers of 16 or of 32 bits. */
type Field = readonly [tag: number, type: 3 | 4, values: readonly number[]];

export function tiffFile(wishes: TiffWishes): Uint8Array {
  const little = !wishes.bigEndian;
  const parts: number[] = [...(little ? [0x49, 0x49, 42, 0] : [0x4d, 0x4d, 0, 42]), 0, 0, 0, 0];
  const places = new Map<readonly number[], number>();
  const offsets = wishes.chunks.map((chunk) => {
    const at = places.get(chunk) ?? parts.length;
    if (!places.has(chunk)) {
      places.set(chunk, at);
      for (const byte of chunk) parts.push(byte);
      if (parts.length % 2 === 1) parts.push(0);
    }
    return at;
  });
  const number = (value: number, bytes: number) => {
    const all = Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 255);
    return little ? all : all.reverse();
  };
  const entries = fieldsOf(wishes, offsets).map(([tag, type, values]) => {
    const size = type === 3 ? 2 : 4;
    const bytes = values.flatMap((value) => number(value, size));
    const head = [...number(tag, 2), ...number(type, 2), ...number(values.length, 4)];
    if (bytes.length <= 4) return [...head, ...bytes, ...Array(4 - bytes.length).fill(0)];
    const at = parts.length;
    for (const byte of bytes) parts.push(byte);
    return [...head, ...number(at, 4)];
  });
  const directory = parts.length;
  parts.push(...number(entries.length, 2), ...entries.flat(), 0, 0, 0, 0);
  const file = Uint8Array.from(parts);
  file.set(number(directory, 4), 4);
  return file;
}

function fieldsOf(wishes: TiffWishes, offsets: readonly number[]): readonly Field[] {
  const { palette } = wishes;
  const channel = (c: 0 | 1 | 2) =>
    Array.from({ length: 256 }, (_, i) => (palette?.[i]?.[c] ?? 0) * 257);
  const all: readonly (Field | false)[] = [
    [256, 4, [wishes.width]],
    [257, 4, [wishes.height]],
    [258, 3, wishes.bits],
    [259, 3, [wishes.compression ?? 1]],
    [262, 3, [wishes.photometric]],
    [wishes.tile ? 324 : 273, 4, offsets],
    [277, 3, [wishes.bits.length]],
    [278, 4, [wishes.rowsPerStrip ?? wishes.height]],
    !wishes.noLengths && [wishes.tile ? 325 : 279, 4, wishes.chunks.map(({ length }) => length)],
    [284, 3, [wishes.planar ? 2 : 1]],
    palette !== undefined && [320, 3, [...channel(0), ...channel(1), ...channel(2)]],
    wishes.tile !== undefined && [322, 4, [wishes.tile[0]]],
    wishes.tile !== undefined && [323, 4, [wishes.tile[1]]],
    wishes.extra !== undefined && [338, 3, [wishes.extra]],
    wishes.sampleFormat !== undefined && [339, 3, wishes.bits.map(() => wishes.sampleFormat!)],
    wishes.subsampling !== undefined && [530, 3, wishes.subsampling],
  ];
  return all.filter((field): field is Field => field !== false);
}
