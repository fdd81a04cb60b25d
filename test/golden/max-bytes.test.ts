/** `max-bytes`: the answer is as good as fits, and it is the very file that its quality would have made. */
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Service, startService } from "../../src/cli/local/service.ts";
import { LOWEST_QUALITY, MOST_ENCODES } from "../../src/image/quality-search.ts";

let service: Service;

beforeAll(async () => {
  service = await startService({ bindings: { SIGNING: "off", LOCAL_DEVELOPMENT: "true" } });
  const bucket = await service.bucket("ORIGINALS");
  await bucket.put("photo.jpg", new Uint8Array(await photo().jpeg({ quality: 95 }).toBuffer()));
  await bucket.put("photo.png", new Uint8Array(await photo().png().toBuffer()));
});
afterAll(() => service?.dispose());

/** Soft shapes with grain, so that every step of quality shows in the bytes. */
function photo() {
  const [width, height] = [480, 320];
  const data = Buffer.alloc(width * height * 3);
  let state = 7;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    const shape = 128 + 60 * Math.sin(x / 17 + (i % 3)) * Math.cos(y / 23);
    data[i] = Math.round(shape + (state >>> 24) / 6 - 21);
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

async function get(url: string) {
  const answer = await fetch(service.url + url);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const note = answer.headers.get("Pictor-Max-Bytes");
  const encodes = /encode;desc="n=(\d+)"/.exec(answer.headers.get("Server-Timing") ?? "")?.[1];
  return { status: answer.status, bytes, note, encodes: Number(encodes), headers: answer.headers };
}

describe.each(["jpeg", "webp", "avif", "jxl"])("in %s", (format) => {
  const url = (rest: string) => `/photo.jpg?w=240&format=${format}&${rest}`;

  it("half of the usual bytes hold the best quality that fits, but for three steps", async () => {
    const usual = await get(url("q=80"));
    const most = Math.max(500, Math.round(usual.bytes.length / 2));
    const small = await get(url(`max-bytes=${most}`));
    expect(small.status).toBe(200);
    expect(small.bytes.length).toBeLessThanOrEqual(most);
    expect(small.encodes).toBeGreaterThan(1);
    expect(small.encodes).toBeLessThanOrEqual(MOST_ENCODES);
    const quality = Number(/^quality=(\d+)$/.exec(small.note ?? "")?.[1]);
    const same = await get(url(`q=${quality}`));
    expect(Buffer.compare(same.bytes, small.bytes)).toBe(0);
    expect(same.note).toBeNull();
    const better = await get(url(`q=${quality + 4}`));
    expect(better.bytes.length).toBeGreaterThan(most);
    // Its own entry, from which it comes with the same note.
    const again = await get(url(`max-bytes=${most}`));
    expect([again.note, again.encodes]).toEqual([small.note, Number.NaN]);
    expect(again.headers.get("ETag")).not.toBe(same.headers.get("ETag"));
  });
});

it("is one encode for what is short enough at once", async () => {
  const answer = await get("/photo.jpg?w=100&format=webp&max-bytes=1000000");
  expect([answer.note, answer.encodes]).toEqual(["quality=80", 1]);
});

it("never goes below quality 10, and says that it is not enough", async () => {
  const answer = await get("/photo.jpg?w=480&format=jpeg&max-bytes=500");
  expect([answer.status, answer.note]).toEqual([200, `quality=${LOWEST_QUALITY}, exceeded`]);
  const lowest = await get(`/photo.jpg?w=480&format=jpeg&q=${LOWEST_QUALITY}`);
  expect(Buffer.compare(lowest.bytes, answer.bytes)).toBe(0);
  expect((await get("/photo.jpg?w=480&format=webp&q=4&max-bytes=500")).note).toMatch(
    /^quality=4(, exceeded)?$/,
  );
});

it("leaves a PNG as it is, and says so", async () => {
  const short = await get("/photo.png?w=20&max-bytes=100000");
  expect([short.status, short.note, short.headers.get("Content-Type")]).toEqual([
    200,
    null,
    "image/png",
  ]);
  expect((await get("/photo.png?w=200&max-bytes=1000")).note).toBe("exceeded");
  expect((await get("/photo.png?w=200&max-bytes=1000&lossless=true")).status).toBe(400);
});

it("works with overlays, and is told by explain", async () => {
  const url = "/photo.jpg?w=240&format=jpeg&max-bytes=6000&draw=photo.png,width:0.3";
  const answer = await get(url);
  expect(answer.bytes.length).toBeLessThanOrEqual(6000);
  const explained = JSON.parse(new TextDecoder().decode((await get(`${url}&explain=1`)).bytes));
  expect(explained.work.steps.at(-1)).toBe(
    "encode jpeg 240×160, quality 80 or less, for at most 6000 bytes",
  );
});
