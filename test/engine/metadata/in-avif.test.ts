import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { metadataInAvif } from "../../../src/engine/metadata/in-avif.ts";
import { MAX_BLOCK_BYTES } from "../../../src/image/metadata/blocks.ts";
import { CAMERA_XMP } from "../../image/metadata/samples.ts";

const file = await sharp({ create: { width: 8, height: 8, channels: 3, background: "red" } })
  .avif()
  .withExif({ IFD0: { Artist: "Ada Lovelace" } })
  .withXmp(CAMERA_XMP)
  .toBuffer();

describe("the items of an AVIF", () => {
  it("are those that sharp wrote", async () => {
    const { exif, xmp } = metadataInAvif(file);
    const theirs = await sharp(file).metadata();
    expect(Buffer.compare(xmp!, theirs.xmp!)).toBe(0);
    expect(Buffer.from(theirs.exif!).includes(Buffer.from(exif!.subarray(6)))).toBe(true);
  });

  it("of changed, cut or arbitrary bytes are nothing, or no longer than a block may be", () => {
    // What describes the items lies in front of them.
    const changes = fc.array(fc.tuple(fc.nat(500), fc.nat(255)), { minLength: 1, maxLength: 6 });
    const changed = changes.map((all) => {
      const bytes = new Uint8Array(file);
      for (const [at, value] of all) bytes[at] = value;
      return bytes;
    });
    const cut = fc.nat(file.length).map((length) => new Uint8Array(file.subarray(0, length)));
    fc.assert(
      fc.property(fc.oneof(changed, cut, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        const { exif, xmp } = metadataInAvif(bytes);
        for (const block of [exif, xmp]) {
          expect(block?.length ?? 0).toBeLessThanOrEqual(MAX_BLOCK_BYTES);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
