/** Pictures with a profile of the test's own: the profile is put into a file, and no pixel of it is changed. */
import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";

/** All hues from black to white, and greys; what a conversion mixes up shows. */
export function hues(width = 96, height = 64): Buffer {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const turn = (x / width) * 6;
      const light = y / (height - 1);
      const channel = (shift: number) => {
        const part = Math.min(Math.max(Math.abs(((turn + shift) % 6) - 3) - 1, 0), 1);
        return light < 0.5 ? part * light * 2 : part + (1 - part) * (light * 2 - 1);
      };
      const grey = y % 8 === 0;
      const colour = grey ? Array(3).fill(x / (width - 1)) : [channel(0), channel(4), channel(2)];
      data.set(
        colour.map((value) => Math.round(value * 255)),
        at,
      );
    }
  }
  return data;
}

export const SIZE = { width: 96, height: 64 } as const;
const raw = { ...SIZE, channels: 3 } as const;

export function huesImage() {
  return sharp(hues(), { raw });
}

function chunk(type: string, data: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named) >>> 0);
  return Buffer.concat([head, named, sum]);
}

/** Chunks behind IHDR. */
export function pngWith(
  png: Uint8Array,
  chunks: readonly (readonly [string, Uint8Array])[],
): Buffer {
  const made = chunks.map(([type, data]) => chunk(type, data));
  return Buffer.concat([png.subarray(0, 33), ...made, png.subarray(33)]);
}

export function pngWithProfile(png: Uint8Array, icc: Uint8Array): Buffer {
  return pngWith(png, [["iCCP", Buffer.concat([Buffer.from("Test\0\0"), deflateSync(icc)])]]);
}

/** Segments of `most` bytes each, behind JFIF's or at the start; those that sharp wrote are left out. */
export function jpegWithProfile(jpeg: Buffer, icc: Uint8Array, most = 1000): Buffer {
  const parts = Array.from({ length: Math.ceil(icc.length / most) }, (_, i) =>
    icc.subarray(i * most, (i + 1) * most),
  );
  const segments = parts.map((part, i) => {
    const head = Buffer.from([0xff, 0xe2, 0, 0]);
    head.writeUInt16BE(2 + 14 + part.length, 2);
    const name = Buffer.from(`ICC_PROFILE\0`, "latin1");
    return Buffer.concat([head, name, Buffer.from([i + 1, parts.length]), part]);
  });
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, ...segmentsOf(jpeg)]);
}

/** All behind SOI but profiles. */
function segmentsOf(jpeg: Buffer): Buffer[] {
  const kept: Buffer[] = [];
  let at = 2;
  while (jpeg[at + 1] !== 0xda) {
    const end = at + 2 + jpeg.readUInt16BE(at + 2);
    if (jpeg[at + 1] !== 0xe2) kept.push(jpeg.subarray(at, end));
    at = end;
  }
  return [...kept, jpeg.subarray(at)];
}

/** Inks of the same hues, without a profile. */
export async function cmykJpeg(): Promise<Buffer> {
  const jpeg = await huesImage()
    .toColourspace("cmyk")
    .jpeg({ quality: 100, chromaSubsampling: "4:4:4" })
    .toBuffer();
  return Buffer.concat([jpeg.subarray(0, 2), ...segmentsOf(jpeg)]);
}
