/** Client hints over the wire, with signatures: the URL says `auto`, the browser says the rest. */
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Service, startService } from "../../src/cli/local/service.ts";
import { signUrl } from "../../src/sdk/index.ts";
import { jpeg } from "./pictures.ts";

const KEY = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
let service: Service;
const sign = (url: string) => signUrl(url, { kid: "k1", key: KEY });

beforeAll(async () => {
  service = await startService({ bindings: { SIGNING: "required", SIGNING_KEYS: `k1:${KEY}` } });
  const bucket = await service.bucket("ORIGINALS");
  await bucket.put("a.jpg", await jpeg(3000, 2000));
  await bucket.put("avatars/a.jpg", await jpeg(900, 600));
});
afterAll(() => service?.dispose());

async function get(url: string, headers: Record<string, string> = {}) {
  const answer = await fetch(service.url + url, { headers });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const { width } = answer.ok ? await sharp(bytes).metadata() : { width: 0 };
  return { answer, width };
}

describe("a signed URL with width=auto", () => {
  it.each([
    [{ "Sec-CH-Width": "700" }, 768],
    [{ Width: "321" }, 480],
    [{ "Sec-CH-Viewport-Width": "412", "Sec-CH-DPR": "2.625" }, 1200],
    [{ "Sec-CH-Width": "99999" }, 2560],
    [{ "Sec-CH-Width": "evil" }, 960],
    [{}, 960],
  ])("comes for %j in %i px, under one signature", async (headers, width) => {
    const found = await get(await sign("/a.jpg?w=auto&format=jpeg"), headers);
    expect([found.answer.status, found.width]).toEqual([200, width]);
    expect(found.answer.headers.get("Accept-CH")).toBe(
      "Sec-CH-Width, Sec-CH-Viewport-Width, Sec-CH-DPR",
    );
  });

  it("signs the word: a number in its place is another URL", async () => {
    const url = await sign("/a.jpg?w=auto");
    const forged = await get(url.replace("w=auto", "w=640"));
    expect(forged.answer.status).toBe(403);
  });

  it("is one entry with the number that it comes to", async () => {
    const url = await sign("/a.jpg?w=auto&format=webp");
    const first = await get(url, { "Sec-CH-Width": "320" });
    const second = await get(await sign("/a.jpg?w=320&format=webp"));
    expect(second.answer.headers.get("ETag")).toBe(first.answer.headers.get("ETag"));
    expect(second.answer.headers.get("Cache-Status")).toMatch(/hit|collapsed/);
    expect(second.answer.headers.get("Vary")).toBeNull();
  });

  it("takes the ladder of the rule", async () => {
    const url = await sign("/avatars/a.jpg?w=auto&format=jpeg");
    expect((await get(url, { "Sec-CH-Width": "100" })).width).toBe(192);
    expect((await get(url)).width).toBe(96);
  });
});

it("dpr=auto multiplies what a number would", async () => {
  const url = await sign("/a.jpg?w=100&dpr=auto&format=jpeg");
  expect((await get(url, { "Sec-CH-DPR": "1.3" })).width).toBe(150);
  expect((await get(url, { DPR: "8" })).width).toBe(300);
  expect((await get(url)).answer.headers.get("Accept-CH")).toBe("Sec-CH-DPR");
  const both = await get(url, { "Sec-CH-DPR": "2", DPR: "1" });
  expect([both.width, both.answer.headers.get("Vary")]).toEqual([200, "Sec-CH-DPR"]);
});

it("a refusal that came before the hints names none of them", async () => {
  const answer = await fetch(`${service.url}/a.jpg?w=auto`);
  expect([answer.status, answer.headers.get("Vary")]).toEqual([401, null]);
});
