/** Facts and placeholders as a page's build or a gallery uses them. */
import { isBlurhashValid } from "blurhash";
import sharp from "sharp";
import { thumbHashToRGBA } from "thumbhash";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Service, startService } from "../../src/cli/local/service.ts";
import { signUrl } from "../../src/sdk/sign.ts";
import { jpeg, plainPng, pngWithAlpha } from "./pictures.ts";

const KEY = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const PURGE_TOKEN = "purge-token-of-at-least-32-characters";

let open: Service;
let signed: Service;
let photo: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  photo = await jpeg(900, 600);
  open = await startService({
    bindings: { SIGNING: "off", LOCAL_DEVELOPMENT: "true", PURGE_TOKEN },
  });
  signed = await startService({ bindings: { SIGNING: "required", SIGNING_KEYS: `k1:${KEY}` } });
  const originals = await open.bucket("ORIGINALS");
  await originals.put("photo.jpg", photo);
  await originals.put("trips/são paulo.jpg", await jpeg(120, 80));
  await originals.put("avatars/ann.jpg", await jpeg(300, 300));
  await originals.put("spot.png", await pngWithAlpha(100));
  await originals.put("teal.png", await plainPng(700, 300));
  await originals.put("endless.png", await plainPng(11_000, 11_000));
  await originals.put("page.html", "<!doctype html><title>no picture</title>");
  await originals.put("cut.jpg", photo.slice(0, 2500));
  await originals.put(
    "vector.svg",
    '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"/>',
  );
  const lying = sharp(photo).withMetadata({ orientation: 6 }).withIccProfile("p3");
  await originals.put("lying.jpg", new Uint8Array(await lying.jpeg().toBuffer()));
  await (await signed.bucket("ORIGINALS")).put("photo.jpg", photo);
});
afterAll(async () => {
  await open?.dispose();
  await signed?.dispose();
});

const get = (path: string, init?: RequestInit) => fetch(`${open.url}${path}`, init);

interface Told {
  readonly width: number;
  readonly height: number;
  readonly original: Readonly<Record<string, unknown>>;
  readonly palette: readonly { readonly hex: string; readonly share: number }[];
  readonly blurhash: string;
  readonly thumbhash: string;
  readonly srcset: string;
}

async function info(path: string) {
  const response = await get(`/_/info/${path}`);
  expect(response.status).toBe(200);
  expect(response.headers.get("Content-Type")).toBe("application/json");
  return response.json() as Promise<Told>;
}

/** Widths that the candidates of a `srcset` say and have. */
async function candidates(srcset: string) {
  return Promise.all(
    srcset.split(", ").map(async (candidate) => {
      const [url = "", says = ""] = candidate.split(" ");
      const answer = await get(url);
      expect([url, answer.status]).toEqual([url, 200]);
      const { width, height } = await sharp(await answer.arrayBuffer()).metadata();
      expect([url, `${width}w`]).toEqual([url, says]);
      return { width: width!, height: height! };
    }),
  );
}

describe("/_/info/<key>", () => {
  it("tells what the header says, colours, placeholders and a srcset", async () => {
    const told = await info("photo.jpg");
    expect(told).toEqual({
      width: 900,
      height: 600,
      original: {
        file_size: photo.length,
        width: 900,
        height: 600,
        stored: { width: 900, height: 600 },
        format: "image/jpeg",
        orientation: 1,
        animated: false,
        frames: 1,
        alpha: false,
        bit_depth: 8,
        colour: "ycbcr",
      },
      dominant: expect.stringMatching(/^#[0-9a-f]{6}$/),
      palette: expect.any(Array),
      blurhash: expect.any(String),
      thumbhash: expect.any(String),
      srcset: expect.any(String),
      sizes: "(max-width: 900px) 100vw, 900px",
    });
    expect(isBlurhashValid(told.blurhash)).toEqual({ result: true });
    expect(thumbHashToRGBA(Buffer.from(told.thumbhash, "base64"))).toMatchObject({ w: 32 });
    expect(told.palette.length).toBeGreaterThanOrEqual(4);
    const shares = told.palette.map(({ share }) => share);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeGreaterThan(0.9);
  });

  it("has the same placeholders as their own URLs, byte for byte", async () => {
    for (const query of ["", "?ar=1:1&fit=cover&gravity=west"]) {
      const told = await info(`photo.jpg${query}`);
      for (const kind of ["blurhash", "thumbhash"] as const) {
        const own = await get(`/photo.jpg${query}${query ? "&" : "?"}format=${kind}`);
        expect([kind, await own.text()]).toEqual([kind, told[kind]]);
      }
    }
  });

  it("tells the stored size, the upright one, and the profile", async () => {
    const { width, height, original } = await info("lying.jpg");
    expect({ width, height }).toEqual({ width: 600, height: 900 });
    expect(original).toMatchObject({
      width: 600,
      height: 900,
      stored: { width: 900, height: 600 },
      orientation: 6,
      profile: "display-p3",
    });
  });

  it("names a plain picture's colour exactly, and leaves out what is transparent", async () => {
    expect(await info("teal.png")).toMatchObject({
      dominant: "#008080",
      palette: [{ hex: "#008080", share: 1 }],
    });
    const { palette, original } = await info("spot.png");
    expect(original.alpha).toBe(true);
    // A level of rounding, of a resize with alpha.
    expect(palette).toEqual([{ hex: expect.stringMatching(/^#e[0-2]1[c-e]4[789]$/), share: 1 }]);
  });

  it("has a srcset whose candidates are as wide as they say, and never enlarged", async () => {
    const { srcset } = await info("photo.jpg");
    const sizes = await candidates(srcset);
    expect(sizes.map(({ width }) => width)).toEqual([320, 480, 640, 800, 900]);
  });

  it("keeps the transform's shape and wishes in its srcset", async () => {
    const told = await info("photo.jpg?w=400&h=400&fit=cover&rotate=90&pad=10&q=50");
    expect([told.width, told.height]).toEqual([420, 420]);
    expect(told.srcset).toContain("quality=50");
    for (const { width, height } of await candidates(told.srcset)) expect(height).toBe(width);
    const banner = await info("photo.jpg?w=900&h=5&fit=cover");
    expect(await candidates(banner.srcset)).toEqual([{ width: 900, height: 5 }]);
  });

  it("is one entry for all spellings, and other parameters are another", async () => {
    const first = await get("/_/info/trips/s%C3%A3o%20paulo.jpg?fit=cover&ar=2:1");
    const again = await get("/_/info/trips/são paulo.jpg?ar=4:2&fit=cover&utm_source=x");
    expect(again.headers.get("Cache-Status")).toContain("hit");
    expect(await again.text()).toBe(await first.text());
    const other = await get("/_/info/trips/são paulo.jpg?ar=1:1&fit=cover");
    expect(other.headers.get("Cache-Status")).not.toMatch(/Pictor;hit/);
    expect(other.headers.get("ETag")).not.toBe(first.headers.get("ETag"));
  });

  it("is 304 for who has it, and HEAD has no body", async () => {
    const first = await get("/_/info/photo.jpg");
    const etag = first.headers.get("ETag")!;
    const known = await get("/_/info/photo.jpg", { headers: { "If-None-Match": etag } });
    expect([known.status, await known.text()]).toEqual([304, ""]);
    const head = await get("/_/info/photo.jpg", { method: "HEAD" });
    expect(head.headers.get("Content-Length")).toBe(String((await first.arrayBuffer()).byteLength));
    expect(await head.text()).toBe("");
    expect((await get("/_/info/photo.jpg", { method: "POST" })).status).toBe(405);
  });

  it("goes with its source when that is purged", async () => {
    await get("/_/info/teal.png");
    expect((await get("/_/info/teal.png")).headers.get("Cache-Status")).toMatch(/^Pictor;hit/);
    const purge = await get("/_/purge", {
      method: "POST",
      headers: { Authorization: `Bearer ${PURGE_TOKEN}` },
      body: JSON.stringify({ sources: ["teal.png"] }),
    });
    expect(purge.ok).toBe(true);
    expect((await get("/_/info/teal.png")).headers.get("Cache-Status")).not.toMatch(/Pictor;hit/);
  });

  it("keeps to the widths of its rule, and is another entry than without them", async () => {
    const { srcset } = await info("avatars/ann.jpg");
    const asked = [...srcset.matchAll(/[?&]width=(\d+)/g)].map(([, width]) => Number(width));
    expect(asked).toEqual([48, 96, 192, 384]);
    const sizes = await candidates(srcset);
    expect(sizes.map(({ width }) => width)).toEqual([48, 96, 192, 300]);
    const answer = await get("/_/info/avatars/ann.jpg?explain=1");
    const { cacheKey } = (await answer.json()) as { cacheKey: string };
    expect(cacheKey).toMatch(/\/info\/avatars\/ann\.jpg\?ladder=48,96,192,384$/);
    expect((await get("/_/info/photo.jpg?ladder=1,2")).status).toBe(400);
  });

  it("tells the facts also of what it cannot decode, and why that is all", async () => {
    const vector = await info("vector.svg");
    expect(vector).toMatchObject({ width: 30, height: 20, original: { format: "image/svg+xml" } });
    const endless = await info("endless.png");
    expect(endless).toMatchObject({ width: 11_000, unseen: expect.stringContaining("PNG") });
    expect(endless).not.toHaveProperty("palette");
    expect(endless).not.toHaveProperty("srcset");
  });

  it.each([
    ["photo.jpg?format=webp", 400, { code: "bad_parameter", param: "format" }],
    ["photo.jpg?fallback=spot.png", 400, { code: "bad_parameter", param: "fallback" }],
    ["photo.jpg?w=0", 400, { code: "bad_parameter", param: "width" }],
    ["", 404, { code: "not_found" }],
    ["nowhere.jpg", 404, { code: "not_found" }],
    ["page.html", 415, { code: "unsupported_format" }],
    ["cut.jpg", 422, { code: "broken_image" }],
  ])("refuses %s with %i", async (path, status, expected) => {
    const answer = await get(`/_/info/${path}`);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
    expect(await answer.json()).toMatchObject(expected);
  });

  it("signs its own path, and hands out no signature", async () => {
    const ask = (path: string) => fetch(`${signed.url}${path}`);
    const key = { kid: "k1", key: KEY };
    expect((await ask("/_/info/photo.jpg")).status).toBe(401);
    const ofPicture = await signUrl("/photo.jpg", key);
    expect((await ask(`/_/info${ofPicture}`)).status).toBe(403);
    const ofInfo = await signUrl("/_/info/photo.jpg", key);
    expect((await ask(ofInfo.replace("/_/info", ""))).status).toBe(403);
    const answer = await ask(ofInfo);
    expect(answer.status).toBe(200);
    const text = await answer.text();
    expect(text).not.toMatch(/sig=|kid=/);
    const [url] = (JSON.parse(text) as { srcset: string }).srcset.split(" ");
    expect((await ask(url!)).status).toBe(401);
    expect((await ask(await signUrl(url!, key))).status).toBe(200);
  });
});

describe("placeholders", () => {
  it("are text of their own, with validators, and never each other's", async () => {
    const kinds = ["blurhash", "thumbhash", "lqip", "json"];
    const answers = await Promise.all(kinds.map((kind) => get(`/photo.jpg?w=300&format=${kind}`)));
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(texts).size).toBe(kinds.length);
    expect(new Set(answers.map(({ headers }) => headers.get("ETag"))).size).toBe(kinds.length);
    for (const { status, headers } of answers.slice(0, 3)) {
      expect([status, headers.get("Content-Type")]).toEqual([200, "text/plain; charset=utf-8"]);
      expect(headers.get("Vary") ?? "").not.toContain("Accept");
    }
    const picture = await get("/photo.jpg?w=300&format=jpeg");
    expect(picture.headers.get("Content-Type")).toBe("image/jpeg");
  });

  it("are one for all widths of a shape", async () => {
    const first = await get("/photo.jpg?w=200&h=100&fit=cover&format=lqip");
    const second = await get("/photo.jpg?w=800&ar=2:1&fit=cover&format=lqip");
    expect(second.headers.get("Cache-Status")).toMatch(/^Pictor;hit/);
    const text = await first.text();
    expect(await second.text()).toBe(text);
    const padded = await get("/photo.jpg?w=200&h=100&fit=cover&pad=20&format=lqip");
    expect(await padded.text()).not.toBe(text);
  });

  it("are purged by their names, and no others with them", async () => {
    const kinds = ["blurhash", "thumbhash"];
    const urls = kinds.map((kind) => `/spot.png?format=${kind}`);
    for (const url of urls) await (await get(url)).text();
    const purge = await get("/_/purge", {
      method: "POST",
      headers: { Authorization: `Bearer ${PURGE_TOKEN}` },
      body: JSON.stringify({ formats: ["blurhash"] }),
    });
    expect(purge.ok).toBe(true);
    const states = await Promise.all(
      urls.map(async (url) => /^Pictor;hit/.test((await get(url)).headers.get("Cache-Status")!)),
    );
    expect(states).toEqual([false, true]);
  });

  it("are never what format=auto chooses", async () => {
    const headers = { Accept: "text/plain,application/json,image/lqip,*/*" };
    const answer = await get("/photo.jpg?format=auto", { headers });
    expect(answer.headers.get("Content-Type")).toBe("image/jpeg");
  });

  it.each([
    ["page.html", 415, "unsupported_format"],
    ["cut.jpg", 422, "broken_image"],
    ["endless.png", 413, "picture_too_large"],
    ["nowhere.jpg", 404, "not_found"],
  ])("of %s are refused with %i", async (key, status, code) => {
    for (const kind of ["blurhash", "thumbhash", "lqip"]) {
      const answer = await get(`/${key}?format=${kind}`);
      expect([kind, answer.status]).toEqual([kind, status]);
      expect(await answer.json()).toMatchObject({ code });
    }
  });
});
