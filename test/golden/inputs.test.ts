/** By URL, through the deployment's own bundle: sources that come to the engine as planes, and SVG. */

import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Service, startService } from "../../src/cli/local/service.ts";
import { bmpFile } from "../engine/bmp/files.ts";

let service: Service | undefined;
const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><script>alert(1)</script><style>.a{fill:#f00}</style><rect class="a" onclick="alert(2)" width="20" height="30"/></svg>';
const CLEAN =
  '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="30"><style>.a{fill:#f00}</style><rect class="a" width="20" height="30"></rect></svg>';

beforeAll(async () => {
  service = await startService({ bindings: { SIGNING: "off", LOCAL_DEVELOPMENT: "true" } });
  const bucket = await service.bucket("ORIGINALS");
  const scene = sharp({ create: { width: 60, height: 40, channels: 3, background: "#369" } });
  await bucket.put("a.svg", new TextEncoder().encode(SVG));
  await bucket.put("drawing", new TextEncoder().encode(SVG));
  await bucket.put(
    "a.tiff",
    new Uint8Array(await scene.clone().tiff({ compression: "lzw" }).toBuffer()),
  );
  await bucket.put("a.png", new Uint8Array(await scene.clone().png().toBuffer()));
  const pixels = Array.from({ length: 8 * 4 * 3 }, (_, i) => [0x99, 0x66, 0x33][i % 3]!);
  await bucket.put("a.bmp", bmpFile({ width: 8, height: 4, bits: 24, pixels }));
  await bucket.put("a.ico", iconOf(60, 40, await scene.clone().png().toBuffer()));
  const jxl = await ask("a.png?format=jxl&lossless=true");
  await bucket.put("a.jxl", await jxl.arrayBuffer());
});
afterAll(() => service?.dispose());

const ask = (path: string, accept = "image/avif,image/webp,*/*") =>
  fetch(`${service!.url}/${path}`, { headers: { Accept: accept } });

/** An icon of one picture, as Windows has it since Vista: a directory of one entry, and a PNG. */
function iconOf(width: number, height: number, png: Uint8Array): Uint8Array {
  const file = new Uint8Array(22 + png.length);
  const view = new DataView(file.buffer);
  view.setUint16(2, 1, true);
  view.setUint16(4, 1, true);
  file.set([width, height], 6);
  view.setUint16(12, 24, true);
  view.setUint32(14, png.length, true);
  view.setUint32(18, 22, true);
  file.set(png, 22);
  return file;
}

describe("an SVG", () => {
  it.each([
    "a.svg",
    "a.svg?w=10",
    "a.svg?format=auto&dpr=2&w=10",
    "a.svg?format=svg&q=20",
    "drawing",
    "drawing?format=svg",
  ])("is passed through without what acts: %s", async (path) => {
    const answer = await ask(path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Type")).toBe("image/svg+xml");
    expect(answer.headers.get("Content-Security-Policy")).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
    );
    expect(answer.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(await answer.text()).toBe(CLEAN);
  });

  it.each([
    ["a.svg?format=png&w=20", "png", 20, 15],
    ["a.svg?format=webp&w=80&fit=contain", "webp", 80, 60],
    ["a.svg?w=10&h=10&fit=cover", "png", 10, 10],
    ["a.svg?blur=1", "png", 40, 30],
    ["a.svg?background=white&format=jpeg", "jpeg", 40, 30],
    ["drawing?format=auto", "avif", 40, 30],
  ])("is drawn where pixels are asked for: %s", async (path, format, width, height) => {
    const answer = await ask(path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Type")).toBe(`image/${format}`);
    expect(answer.headers.get("Content-Security-Policy")).toBe("default-src 'none'; sandbox");
    const made = sharp(Buffer.from(await answer.arrayBuffer()));
    expect(await made.metadata()).toMatchObject({ width, height });
  });

  it("tells its size, and what would be done", async () => {
    expect(await (await ask("a.svg?format=json")).json()).toMatchObject({
      width: 40,
      original: { width: 40, height: 30, format: "image/svg+xml" },
    });
    const told = JSON.stringify(await (await ask("a.svg?explain=1")).json());
    expect(told).toContain("sanitise svg");
  });

  it.each([
    ["a.svg?format=svg&blur=2", "beside `blur`"],
    ["a.svg?format=svg&w=10&h=10&fit=cover", "beside `fit`"],
    ["a.png?format=svg", "a source that is PNG"],
  ])("is no answer to what it cannot be: %s", async (path, expected) => {
    const answer = await ask(path);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      code: "bad_parameter",
      param: "format",
      received: "svg",
      expected: expect.stringContaining(expected),
    });
  });
});

describe("TIFF, BMP, ICO and JPEG XL", () => {
  it.each([
    ["a.tiff?format=png&w=30", 30, 20],
    ["a.bmp?format=png", 8, 4],
    ["a.bmp?w=4&format=webp&lossless=true", 4, 2],
    ["a.ico?format=png&w=30", 30, 20],
    ["a.jxl?format=png&w=30", 30, 20],
  ])("are pictures like any other: %s", async (path, width, height) => {
    const answer = await ask(path);
    expect(answer.status).toBe(200);
    const { data, info } = await sharp(Buffer.from(await answer.arrayBuffer()))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width, height });
    expect([...data]).toEqual(
      Array(width * height)
        .fill([0x33, 0x66, 0x99])
        .flat(),
    );
  });
});
