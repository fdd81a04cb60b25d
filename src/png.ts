/** A raster as a PNG without our engine: for pictures that are drawn here, and seldom (PNG, third edition). */
import type { Raster } from "./image/raster.ts";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const RGBA_8 = [8, 6, 0, 0, 0];

export async function pngOf({ width, height, data }: Raster): Promise<Uint8Array<ArrayBuffer>> {
  const header = new Uint8Array([...bytesOf(width), ...bytesOf(height), ...RGBA_8]);
  const parts = [
    new Uint8Array(SIGNATURE),
    ...chunk("IHDR", header),
    ...chunk("IDAT", await deflated(filtered(width, height, data))),
    ...chunk("IEND", new Uint8Array(0)),
  ];
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Each sample as its difference from the one above it (filter type 2). */
function filtered(width: number, height: number, data: Uint8ClampedArray): Uint8Array<ArrayBuffer> {
  const stride = width * 4;
  const rows = new Uint8Array(height * (stride + 1));
  for (let y = 0; y < height; y++) {
    const to = y * (stride + 1);
    rows[to] = 2;
    for (let i = 0; i < stride; i++) {
      const above = y === 0 ? 0 : data[(y - 1) * stride + i]!;
      rows[to + 1 + i] = data[y * stride + i]! - above;
    }
  }
  return rows;
}

async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function chunk(type: string, data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const named = new Uint8Array(4 + data.length);
  named.set(new TextEncoder().encode(type));
  named.set(data, 4);
  return [bytesOf(data.length), named, bytesOf(crc(named))];
}

function bytesOf(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function crc(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (0xedb88320 & -(rest & 1));
  }
  return (rest ^ 0xffffffff) >>> 0;
}
