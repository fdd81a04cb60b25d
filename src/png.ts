/** A raster as a PNG without our engine: for pictures that are drawn here, and seldom (PNG, third edition). */
import { pngChunk } from "./image/png-chunk.ts";
import type { Raster } from "./image/raster.ts";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const RGBA_8 = [8, 6, 0, 0, 0];

export async function pngOf({ width, height, data }: Raster): Promise<Uint8Array<ArrayBuffer>> {
  const header = new Uint8Array([...bytesOf(width), ...bytesOf(height), ...RGBA_8]);
  const parts = [
    new Uint8Array(SIGNATURE),
    pngChunk("IHDR", header),
    pngChunk("IDAT", await deflated(filtered(width, height, data))),
    pngChunk("IEND", new Uint8Array(0)),
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

function bytesOf(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
