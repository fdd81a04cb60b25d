/** BMP files made by hand, byte for byte, so that their pixels are known. */

export interface BmpWishes {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly compression?: number;
  /** Of the DIB header: 12, 40, 108, 124. */
  readonly header?: number;
  /** Red, green, blue, alpha. */
  readonly masks?: readonly number[];
  /** `[red, green, blue]` of each index. */
  readonly palette?: readonly (readonly [number, number, number])[];
  /** As stored. */
  readonly pixels: readonly number[];
}

/** With its file header. A negative height stores rows from the top. */
export function bmpFile(wishes: BmpWishes): Uint8Array {
  const dib = dibOf(wishes);
  const pixels = 14 + dib.length - wishes.pixels.length;
  const file = new Uint8Array(14 + dib.length);
  const view = new DataView(file.buffer);
  file.set([0x42, 0x4d]);
  view.setUint32(2, file.length, true);
  view.setUint32(10, pixels, true);
  file.set(dib, 14);
  return file;
}

/** Header, masks, palette, pixels. */
export function dibOf(wishes: BmpWishes): Uint8Array {
  const { width, height, bits, compression = 0, header = 40, masks = [], palette = [] } = wishes;
  const core = header === 12;
  const behind = header === 40 ? masks.length * 4 : 0;
  const entry = core ? 3 : 4;
  const start = header + behind + palette.length * entry;
  const bytes = new Uint8Array(start + wishes.pixels.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, header, true);
  if (core) {
    view.setUint16(4, width, true);
    view.setUint16(6, height, true);
    view.setUint16(8, 1, true);
    view.setUint16(10, bits, true);
  } else {
    view.setInt32(4, width, true);
    view.setInt32(8, height, true);
    view.setUint16(12, 1, true);
    view.setUint16(14, bits, true);
    view.setUint32(16, compression, true);
    view.setUint32(32, palette.length, true);
    masks.forEach((mask, i) => {
      view.setUint32(40 + i * 4, mask, true);
    });
  }
  palette.forEach(([r, g, b], i) => {
    bytes.set([b, g, r], header + behind + i * entry);
  });
  bytes.set(wishes.pixels, start);
  return bytes;
}
