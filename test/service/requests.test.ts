import sharp from "sharp";
import { parseList } from "structured-headers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Service, startService } from "../../src/cli/local/service.ts";
import { probe } from "../../src/image/probe/index.ts";
import { jpeg, pngWithAlpha } from "./pictures.ts";

let service: Service;

beforeAll(async () => {
  service = await startService({ bindings: { SIGNING: "off", LOCAL_DEVELOPMENT: "true" } });
  const originals = await service.bucket("ORIGINALS");
  await originals.put("photo.jpg", await jpeg(300, 200));
  await originals.put("trips/são paulo.jpg", await jpeg(120, 80));
  await originals.put("spot.png", await pngWithAlpha(100));
  await originals.put("page.html", "<!doctype html><title>no picture</title>");
  await originals.put("empty.jpg", new Uint8Array());
  await originals.put("cut.jpg", (await jpeg(300, 200)).slice(0, 2500));
});
afterAll(() => service?.dispose());

const get = (path: string, init?: RequestInit) => fetch(`${service.url}${path}`, init);
const accept = (value: string) => ({ headers: { Accept: value } });

async function picture(response: Response) {
  expect(response.status).toBe(200);
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect(response.headers.get("Content-Length")).toBe(String(bytes.length));
  const { format, width, height, hasAlpha } = await sharp(bytes).metadata();
  return { bytes, format, width, height, hasAlpha };
}

describe("an image URL answers", () => {
  it("with the picture in the wanted size", async () => {
    const response = await get("/photo.jpg?w=120");
    expect(response.headers.get("Content-Type")).toBe("image/jpeg");
    expect(await picture(response)).toMatchObject({ format: "jpeg", width: 120, height: 80 });
  });

  it("under a key with spaces and letters beyond ASCII", async () => {
    expect(await picture(await get("/trips/s%C3%A3o%20paulo.jpg?w=60"))).toMatchObject({
      width: 60,
      height: 40,
    });
  });

  it("without parameters: the picture in its own format and size, freed of metadata", async () => {
    expect(await picture(await get("/photo.jpg"))).toMatchObject({ format: "jpeg", width: 300 });
    expect(await picture(await get("/spot.png"))).toMatchObject({ format: "png", hasAlpha: true });
  });

  it.each(["webp", "jpeg", "png", "baseline-jpeg"])("as %s when asked", async (format) => {
    const { format: got } = await picture(await get(`/photo.jpg?w=50&format=${format}`));
    expect(got).toBe(format.replace("baseline-", ""));
  });

  it("as JPEG XL when asked, and only then", async () => {
    const response = await get("/spot.png?w=50&format=jxl", accept("image/webp"));
    expect(response.headers.get("Content-Type")).toBe("image/jxl");
    expect(response.headers.get("Vary") ?? "").not.toContain("Accept");
    const bytes = new Uint8Array(await response.arrayBuffer());
    const facts = { format: "jxl", width: 50, height: 50, alpha: true };
    expect(probe(bytes, true)).toMatchObject({ kind: "facts", facts });
    const auto = await get("/photo.jpg?w=50&format=auto", accept("image/jxl,image/webp"));
    expect(auto.headers.get("Content-Type")).toBe("image/webp");
  });

  it("as AVIF when asked", async () => {
    const response = await get("/photo.jpg?w=50&format=avif");
    expect(response.headers.get("Content-Type")).toBe("image/avif");
    expect((await picture(response)).format).toBe("heif");
  });

  it("with its sizes as JSON when asked", async () => {
    const response = await get("/photo.jpg?w=100&h=100&fit=cover&format=json");
    expect(response.headers.get("Content-Type")).toBe("application/json");
    expect(await response.json()).toEqual({
      width: 100,
      height: 100,
      original: {
        // These four as Cloudflare Images has them.
        width: 300,
        height: 200,
        format: "image/jpeg",
        file_size: expect.any(Number),
        orientation: 1,
        animated: false,
        frames: 1,
        alpha: false,
        bit_depth: 8,
        colour: "ycbcr",
      },
    });
  });

  it("with a preset", async () => {
    expect(await picture(await get("/photo.jpg?preset=thumbnail"))).toMatchObject({
      width: 200,
      height: 200,
    });
  });

  it("as a download when asked, from the same cache entry", async () => {
    await (await get("/photo.jpg?w=77")).arrayBuffer();
    const response = await get("/photo.jpg?w=77&download=Lisboa%20%C3%A0%20noite.jpg");
    expect(response.headers.get("Content-Disposition")).toBe(
      "attachment; filename=\"Lisboa a noite.jpg\"; filename*=UTF-8''Lisboa%20%C3%A0%20noite.jpg",
    );
    expect(response.headers.get("Cache-Status")).toContain("hit");
  });

  it("with another v from another cache entry, in the same bytes", async () => {
    const [first, second] = [await get("/photo.jpg?w=70"), await get("/photo.jpg?w=70&v=2")];
    expect(second.headers.get("Cache-Status")).not.toContain("hit");
    expect(second.headers.get("ETag")).not.toBe(first.headers.get("ETag"));
    const [one, other] = [await picture(first), await picture(second)];
    expect(Buffer.compare(one.bytes, other.bytes)).toBe(0);
  });
});

describe("headers of an answer", () => {
  it("are complete, and no stamp leaks", async () => {
    const response = await get("/photo.jpg?w=64");
    const headers = Object.fromEntries(response.headers);
    expect(headers).toMatchObject({
      "content-type": "image/jpeg",
      "cache-control": "public, max-age=3600, stale-while-revalidate=86400, stale-if-error=604800",
      "cdn-cache-control":
        "public, max-age=2592000, stale-while-revalidate=86400, stale-if-error=604800",
      "cache-tag": "source:/photo.jpg",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
      "cross-origin-resource-policy": "cross-origin",
      "timing-allow-origin": "*",
      "access-control-allow-origin": "*",
      "accept-ranges": "bytes",
      age: "0",
    });
    expect(headers.etag).toMatch(/^"[\w-]{32}"$/);
    expect(Date.parse(headers["last-modified"]!)).not.toBeNaN();
    expect(Object.keys(headers).filter((name) => name.startsWith("pictor-"))).toEqual([]);
    expect(headers.vary).toBeUndefined();
  });

  it("tell in Cache-Status what happened, in structured fields", async () => {
    const first = parseList((await get("/photo.jpg?w=65")).headers.get("Cache-Status")!);
    expect(first.map(([name]) => String(name))).toEqual(["Pictor-Store", "Pictor"]);
    const second = parseList((await get("/photo.jpg?w=65")).headers.get("Cache-Status")!);
    expect(second).toHaveLength(1);
    expect(second[0]![1].get("hit")).toBe(true);
  });

  it("tell the same of a problem", async () => {
    const ask = async () =>
      parseList((await get("/nowhere.jpg?w=65")).headers.get("Cache-Status")!)[0]![1];
    const first = await ask();
    expect([first.get("hit"), String(first.get("fwd"))]).toEqual([undefined, "uri-miss"]);
    expect((await ask()).get("hit")).toBe(true);
  });
});

describe("format=auto", () => {
  it.each([
    ["image/avif,image/webp,*/*", "image/avif"],
    ["image/webp,*/*", "image/webp"],
    ["image/avif;q=0,image/webp", "image/webp"],
    ["image/*", "image/jpeg"],
    ["*/*", "image/jpeg"],
    ["image/avif;q=0, image/webp;q=0", "image/jpeg"],
  ])("takes the best class of Accept: %s → %s", async (value, type) => {
    const response = await get("/photo.jpg?w=40&format=auto", accept(value));
    expect(response.headers.get("Content-Type")).toBe(type);
    expect(response.headers.get("Vary")).toBe("Accept");
  });

  it("keeps transparency in base", async () => {
    const response = await get("/spot.png?w=40&format=auto", accept("*/*"));
    expect(response.headers.get("Content-Type")).toBe("image/png");
  });

  it("says Vary on 304 and HEAD, too", async () => {
    const path = "/photo.jpg?w=41&format=auto";
    const etag = (await get(path, accept("image/webp"))).headers.get("ETag")!;
    const headers = { Accept: "image/webp", "If-None-Match": etag };
    const known = await get(path, { headers });
    expect([known.status, known.headers.get("Vary")]).toEqual([304, "Accept"]);
    const head = await get(path, { method: "HEAD", ...accept("image/webp") });
    expect(head.headers.get("Vary")).toBe("Accept");
  });

  it("shares its entries with the explicit format", async () => {
    await (await get("/photo.jpg?w=43&format=webp")).arrayBuffer();
    const response = await get("/photo.jpg?w=43&format=auto", accept("image/webp"));
    expect(response.headers.get("Cache-Status")).toContain("hit");
  });
});

describe("conditional and partial requests", () => {
  it("answer 304 to a known ETag, and to a date only without one", async () => {
    const first = await get("/photo.jpg?w=66");
    const etag = first.headers.get("ETag")!;
    const date = first.headers.get("Last-Modified")!;
    const status = async (headers: Record<string, string>) =>
      (await get("/photo.jpg?w=66", { headers })).status;
    expect(await status({ "If-None-Match": etag })).toBe(304);
    expect(await status({ "If-None-Match": `W/${etag}` })).toBe(304);
    expect(await status({ "If-None-Match": '"other"' })).toBe(200);
    expect(await status({ "If-Modified-Since": date })).toBe(304);
    expect(await status({ "If-None-Match": '"other"', "If-Modified-Since": date })).toBe(200);
  });

  it("answer HEAD like GET, without a body", async () => {
    const got = await get("/photo.jpg?w=67");
    const head = await get("/photo.jpg?w=67", { method: "HEAD" });
    expect((await head.arrayBuffer()).byteLength).toBe(0);
    for (const name of ["Content-Length", "Content-Type", "ETag", "Cache-Control"]) {
      expect(head.headers.get(name)).toBe(got.headers.get(name));
    }
  });

  it("answer 206 for a range, and 416 beyond the end", async () => {
    const whole = new Uint8Array(await (await get("/photo.jpg?w=68")).arrayBuffer());
    const part = await get("/photo.jpg?w=68", { headers: { Range: "bytes=10-19" } });
    expect(part.status).toBe(206);
    expect(part.headers.get("Content-Range")).toBe(`bytes 10-19/${whole.length}`);
    expect(part.headers.get("Content-Length")).toBe("10");
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(whole.slice(10, 20));
    const beyond = await get("/photo.jpg?w=68", { headers: { Range: "bytes=999999-" } });
    expect(beyond.status).toBe(416);
    expect(beyond.headers.get("Content-Range")).toBe(`bytes */${whole.length}`);
  });

  it("gives a range of a picture that nobody asked for before", async () => {
    const part = await get("/photo.jpg?w=69", { headers: { Range: "bytes=0-1" } });
    expect([part.status, [...new Uint8Array(await part.arrayBuffer())]]).toEqual([
      206,
      [0xff, 0xd8],
    ]);
  });

  it("honour If-Range by the strong ETag alone", async () => {
    const etag = (await get("/photo.jpg?w=68")).headers.get("ETag")!;
    const status = async (ifRange: string) =>
      (await get("/photo.jpg?w=68", { headers: { Range: "bytes=0-1", "If-Range": ifRange } }))
        .status;
    expect(await status(etag)).toBe(206);
    expect(await status('"old"')).toBe(200);
    expect(await status(`W/${etag}`)).toBe(200);
  });

  it("answer OPTIONS for CORS", async () => {
    const response = await get("/photo.jpg", {
      method: "OPTIONS",
      headers: { Origin: "https://a.example", "Access-Control-Request-Method": "GET" },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get("Access-Control-Allow-Methods")).toBe("GET, HEAD, OPTIONS");
  });
});

describe("errors", () => {
  it.each([
    ["/photo.jpg?w=0", 400, "bad_parameter", "public, max-age=10"],
    ["/photo.jpg?colour=red", 400, "unknown_parameter", "public, max-age=10"],
    ["/photo.jpg?w=1&width=2", 400, "repeated_parameter", "public, max-age=10"],
    ["/photo.jpg?w=1&w=1", 400, "repeated_parameter", "public, max-age=10"],
    ["/photo.jpg?preset=none", 400, "bad_parameter", "public, max-age=10"],
    ["/photo.jpg?crop=0,0,301,10", 400, "bad_parameter", "public, max-age=10"],
    ["/%E0%A4%A.jpg", 400, "bad_url", "public, max-age=10"],
    ["/a%5Cb.jpg", 400, "bad_url", "public, max-age=10"],
    ["/a/..%2fb.jpg", 400, "bad_url", "public, max-age=10"],
    ["/a%00.jpg", 400, "bad_url", "public, max-age=10"],
    ["/missing.jpg?w=10", 404, "not_found", "public, max-age=60"],
    ["/.git/config", 404, "not_found", "public, max-age=60"],
    ["/_/nothing", 404, "not_found", "public, max-age=60"],
    ["/page.html?w=10", 415, "unsupported_format", "public, max-age=10"],
    ["/empty.jpg?w=10", 415, "unsupported_format", "public, max-age=10"],
    ["/cut.jpg?w=10", 422, "broken_image", "public, max-age=10"],
    ["/https%3A%2F%2Fexample.com%2Fa.jpg", 403, "origin_not_allowed", "public, max-age=10"],
    ["/https://example.com/a.jpg", 400, "bad_url", "public, max-age=10"],
    ["/http%3A%2F%2F127.0.0.1%2Fa.jpg", 403, "origin_not_allowed", "public, max-age=10"],
    [`/photo.jpg?v=${"x".repeat(9000)}`, 414, "uri_too_long", "public, max-age=10"],
  ])("%s is %i %s", async (path, status, code, cacheControl) => {
    const response = await get(path);
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
    expect(response.headers.get("Cache-Control")).toBe(cacheControl);
    expect([...response.headers.keys()].filter((name) => name.startsWith("pictor-"))).toEqual([]);
    expect(await response.json()).toMatchObject({ status, code });
    expect(response.status).toBe(status);
  });

  it("name the parameter, what was expected and what came", async () => {
    expect(await (await get("/photo.jpg?fit=stretch")).json()).toMatchObject({
      param: "fit",
      expected: "one of scale-down, contain, cover, crop, aspect-crop, pad, squeeze",
      received: "stretch",
    });
  });

  it("refuse other methods", async () => {
    const response = await get("/photo.jpg", { method: "POST", body: "x" });
    expect([response.status, response.headers.get("Allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
  });

  it("refuse a request that Pictor itself sent", async () => {
    const response = await get("/photo.jpg?w=10", {
      headers: { "CDN-Loop": "other; a=b, pictor" },
    });
    expect([response.status, await response.json()]).toMatchObject([508, { code: "loop" }]);
  });
});

describe("routes of the service", () => {
  it("answer health, readiness and the parameter table", async () => {
    expect(await (await get("/_/health")).json()).toMatchObject({ status: "ok", signing: "off" });
    expect((await get("/_/ready")).status).toBe(200);
    const { params } = (await (await get("/_/params.json")).json()) as {
      params: { name: string }[];
    };
    expect(params.map(({ name }) => name)).toContain("width");
    expect((await get("/_/health", { method: "POST" })).status).toBe(405);
  });

  it("explain what would be done, and render nothing", async () => {
    const response = await get("/photo.jpg?w=100&h=100&fit=cover&explain=1", accept("image/webp"));
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(await response.json()).toMatchObject({
      negotiation: { classes: ["own", "base"], chosen: "own" },
      signature: { mode: "off", signed: false },
      work: {
        source: { format: "jpeg", width: 300, height: 200 },
        plan: { resize: { width: 150, height: 100 }, output: { format: "jpeg", width: 100 } },
        steps: [
          "decode jpeg 300×200",
          "resize 300×200 → 150×100",
          "extract 100×100 at 25,0",
          "encode jpeg 100×100, quality 80",
        ],
      },
    });
    const after = await get("/photo.jpg?w=100&h=100&fit=cover");
    expect(after.headers.get("Cache-Status")).not.toContain("hit");
  });
});
