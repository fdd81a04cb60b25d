import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { withMetadata } from "../../../src/image/metadata/attach.ts";
import { readExif } from "../../../src/image/metadata/exif-in.ts";
import { writeExif } from "../../../src/image/metadata/exif-out.ts";
import { keptXmp } from "../../../src/image/metadata/xmp.ts";
import { CAMERA_EXIF, CAMERA_XMP, exifBlock, plainExif } from "./samples.ts";

const exif = writeExif(readExif(exifBlock(CAMERA_EXIF))!, "keep", { width: 21, height: 13 })!;
const xmp = keptXmp(new TextEncoder().encode(CAMERA_XMP), "keep")!;

const picture = sharp({
  create: { width: 21, height: 13, channels: 4, background: { r: 200, g: 30, b: 90, alpha: 0.5 } },
});
const frames = await Promise.all([
  picture.clone().png().toBuffer(),
  picture.clone().negate({ alpha: false }).png().toBuffer(),
]);

type Kind = readonly [name: string, format: "jpeg" | "png" | "webp", file: Uint8Array];
const opaque = picture.clone().removeAlpha();
const KINDS: readonly Kind[] = [
  ["a JPEG", "jpeg", await opaque.clone().jpeg().toBuffer()],
  ["a JPEG with a profile", "jpeg", await opaque.clone().jpeg().withIccProfile("p3").toBuffer()],
  ["a PNG", "png", await picture.clone().png().toBuffer()],
  ["a PNG with a profile", "png", await picture.clone().png().withIccProfile("p3").toBuffer()],
  ["a PNG with a palette", "png", await picture.clone().png({ palette: true }).toBuffer()],
  ["a lossy WebP", "webp", await opaque.clone().webp().toBuffer()],
  ["a lossy WebP with alpha", "webp", await picture.clone().webp().toBuffer()],
  ["a lossless WebP", "webp", await opaque.clone().webp({ lossless: true }).toBuffer()],
  ["a lossless WebP with alpha", "webp", await picture.clone().webp({ lossless: true }).toBuffer()],
  ["a WebP with a profile", "webp", await picture.clone().webp().withIccProfile("p3").toBuffer()],
  [
    "an animated WebP",
    "webp",
    await sharp(frames, { join: { animated: true } })
      .webp()
      .toBuffer(),
  ],
];

describe.each(KINDS)("%s", (_, format, file) => {
  it.each([
    ["both", { exif, xmp }],
    ["EXIF alone", { exif }],
    ["XMP alone", { xmp }],
    ["XMP of an odd length", { xmp: new Uint8Array([...xmp, 0x20]) }],
  ])("with %s has it, the same pixels and the same profile", async (_, kept) => {
    const done = withMetadata(file, kept, { format });
    const told = (bytes: Uint8Array) => sharp(bytes, { animated: true }).metadata();
    const [before, after] = await Promise.all([told(file), told(done)]);
    expect(after.exif && plainExif(after.exif)).toEqual(
      "exif" in kept ? plainExif(kept.exif) : undefined,
    );
    expect(after.xmp && Buffer.from(after.xmp)).toEqual(
      "xmp" in kept ? Buffer.from(kept.xmp) : undefined,
    );
    expect([after.icc, after.hasAlpha, after.pages]).toEqual([
      before.icc,
      before.hasAlpha,
      before.pages,
    ]);
    const [was, is] = await Promise.all(
      [file, done].map((bytes) => sharp(bytes, { animated: true }).raw().toBuffer()),
    );
    expect(Buffer.compare(was!, is!)).toBe(0);
  });
});
