import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FoundMetadata, MAX_BLOCK_BYTES } from "../../../src/image/metadata/blocks.ts";
import { type Walk, Walker } from "../../../src/image/metadata/walk.ts";
import { walkJpeg } from "../../../src/image/metadata/walk-jpeg.ts";
import { walkPng } from "../../../src/image/metadata/walk-png.ts";
import { walkWebp } from "../../../src/image/metadata/walk-webp.ts";
import { pngChunk } from "../../../src/image/png-chunk.ts";
import { CAMERA_EXIF, CAMERA_IPTC, CAMERA_XMP, exifBlock, intoJpeg } from "./samples.ts";

const exif = exifBlock(CAMERA_EXIF);
const xmp = new TextEncoder().encode(CAMERA_XMP);
const jpeg = intoJpeg(Uint8Array.of(0xff, 0xd8, 0xff, 0xdb, 0, 4, 1, 2, 0xff, 0xda, 0, 2, 9, 9), {
  exif,
  xmp,
  iptc: CAMERA_IPTC,
});
const ascii = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));
const png = Uint8Array.from([
  ...new Uint8Array(8),
  ...pngChunk("IHDR", new Uint8Array(13)),
  ...pngChunk("IDAT", new Uint8Array(100)),
  ...pngChunk("iTXt", ascii("Comment\0\0\0\0\0no"), new Uint8Array(2)),
  ...pngChunk("iTXt", ascii("XML:com.adobe.xmp\0\0\0en\0Wort\0"), xmp),
  ...pngChunk("eXIf", exif),
  ...pngChunk("IEND"),
]);
const riff = (type: string, body: Uint8Array) => [
  ...ascii(type),
  ...new Uint8Array(Uint32Array.of(body.length).buffer),
  ...body,
  ...(body.length & 1 ? [0] : []),
];
const webp = Uint8Array.from([
  ...ascii("RIFF????WEBP"),
  ...riff("VP8 ", new Uint8Array(33)),
  ...riff("EXIF", exif),
  ...riff("XMP ", xmp),
]);

type Kind = readonly [name: string, walk: (found: FoundMetadata) => Walk, file: Uint8Array];
/** As libvips writes it. */
const packed = Uint8Array.from([
  ...new Uint8Array(8),
  ...pngChunk("zTXt", ascii("XML:com.adobe.xmp\0\0"), deflateSync(xmp)),
  ...pngChunk("IDAT", new Uint8Array(100)),
  ...pngChunk("eXIf", exif),
  ...pngChunk("IEND"),
]);
const KINDS: readonly Kind[] = [
  ["JPEG", walkJpeg, jpeg],
  ["PNG", walkPng, png],
  ["PNG of libvips", walkPng, packed],
  ["WebP", walkWebp, webp],
];

function walked(walk: Kind[1], file: Uint8Array, chunk = file.length): FoundMetadata {
  const found: FoundMetadata = {};
  const walker = new Walker(walk(found));
  for (let at = 0; at < file.length; at += Math.max(1, chunk)) {
    walker.push(file.subarray(at, at + Math.max(1, chunk)));
  }
  return found;
}

describe.each(KINDS)("the metadata of a %s", (name, walk, file) => {
  it("is found, however the bytes come", () => {
    for (const chunk of [1, 2, 7, 100, 4096, file.length]) {
      const found = walked(walk, file, chunk);
      expect(found.exif).toEqual(exif);
      expect(found.xmp).toEqual(xmp);
      expect(found.iptc).toEqual(name === "JPEG" ? CAMERA_IPTC : undefined);
    }
  });

  it("of arbitrary and of changed bytes is never longer than they are, and nothing is thrown", () => {
    const changes = fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { maxLength: 8 });
    const changed = changes.map((all) => {
      const bytes = file.slice();
      for (const [at, value] of all) bytes[at] = value;
      return bytes;
    });
    const any = fc.oneof(changed, fc.uint8Array({ maxLength: 300 }));
    fc.assert(
      fc.property(any, fc.integer({ min: 1, max: 5000 }), (bytes, chunk) => {
        const { exif, xmp, iptc } = walked(walk, bytes, chunk);
        for (const block of [exif, xmp, iptc]) {
          expect(block?.length ?? 0).toBeLessThanOrEqual(MAX_BLOCK_BYTES);
        }
        expect(walked(walk, bytes, 3)).toEqual(walked(walk, bytes));
      }),
      { numRuns: 300 },
    );
  });
});

it("nothing is held of what is longer than any metadata", () => {
  const found: FoundMetadata = {};
  const walker = new Walker(walkPng(found));
  walker.push(new Uint8Array(8));
  walker.push(Uint8Array.of(0x7f, 0xff, 0xff, 0xff, ...ascii("eXIf")));
  for (let i = 0; i < 50; i++) walker.push(new Uint8Array(100_000));
  expect([walker.isDone, found]).toEqual([false, {}]);
});

it("a JPEG of nothing but garbage is given up soon", () => {
  const walker = new Walker(walkJpeg({}));
  walker.push(new Uint8Array(10_000));
  expect(walker.isDone).toBe(true);
});
