import { describe, expect, it } from "vitest";
import { tapped } from "../../../src/engine/metadata/tap.ts";
import { pngChunk } from "../../../src/image/png-chunk.ts";
import { CAMERA_EXIF, exifBlock, intoJpeg } from "../../image/metadata/samples.ts";

const exif = exifBlock(CAMERA_EXIF);
const png = Uint8Array.from([
  ...new Uint8Array(8),
  ...pngChunk("IDAT", new Uint8Array(100)),
  ...pngChunk("eXIf", exif),
  ...pngChunk("IEND"),
]);

/** Counts what is read of it; `fail` after so many bytes. */
function sourceOf(bytes: Uint8Array, fail = Infinity) {
  const seen = { bytes: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (seen.bytes >= fail) return controller.error(new Error("the origin failed"));
        if (seen.bytes >= bytes.length) return controller.close();
        const chunk = bytes.slice(seen.bytes, seen.bytes + 50);
        seen.bytes += chunk.length;
        controller.enqueue(chunk);
      },
      cancel() {
        seen.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, seen };
}

describe("a source that is listened to", () => {
  it("comes through as it is", async () => {
    const { source, found } = tapped(sourceOf(png).stream, "png");
    expect(new Uint8Array(await new Response(source).arrayBuffer())).toEqual(png);
    expect((await found()).exif).toEqual(exif);
  });

  it("is read to its metadata where the decoder had enough before", async () => {
    const { stream, seen } = sourceOf(png);
    const { source, found } = tapped(stream, "png");
    const reader = source.getReader();
    await reader.read();
    await reader.cancel();
    expect(seen).toEqual({ bytes: 50, cancelled: false });
    expect((await found()).exif).toEqual(exif);
    expect(seen.bytes).toBe(png.length);
  });

  it("is let go where nothing more is to be found", async () => {
    const head = intoJpeg(Uint8Array.of(0xff, 0xd8, 0xff, 0xda), { exif });
    const { stream, seen } = sourceOf(Uint8Array.from([...head, ...new Uint8Array(5000)]));
    const { source, found } = tapped(stream, "jpeg");
    const reader = source.getReader();
    while (seen.bytes < head.length + 50) await reader.read();
    await reader.cancel();
    expect(seen.cancelled).toBe(true);
    expect((await found()).exif).toEqual(exif);
  });

  it("is let go by `cancel`, whoever reads it", async () => {
    const { stream, seen } = sourceOf(png);
    const { source, cancel } = tapped(stream, "png");
    await source.getReader().read();
    await cancel();
    expect(seen.cancelled).toBe(true);
  });

  it("fails as it fails itself, also behind the pixels", async () => {
    const { source, found } = tapped(sourceOf(png, 100).stream, "png");
    await source.cancel();
    await expect(found()).rejects.toThrow("the origin failed");
  });

  it("of another format says nothing, and is not read on for that", async () => {
    const { stream, seen } = sourceOf(png);
    const { source, found } = tapped(stream, "gif");
    await source.getReader().read();
    expect(await found()).toEqual({});
    expect(seen.cancelled).toBe(true);
  });
});
