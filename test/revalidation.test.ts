/** A stored variant whose time is over: what it takes to know whether its source is still the same. */
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { printCanonical } from "../src/cache/key.ts";
import { ORDER, printOrder } from "../src/cache/order.ts";
import { peakBytes } from "../src/image/memory.ts";
import { createHttpOrigin } from "../src/origins/http.ts";
import { parse } from "../src/params/parse.ts";
import { resolve } from "../src/params/resolve.ts";
import { BUILT_IN_RULE, type CacheRule } from "../src/policy/rules.ts";
import { createVariantStore } from "../src/stores/variants.ts";
import { transform } from "../src/transformer.ts";
import { NO_SIGHTS } from "./stand-ins/sights.ts";
import { createFakeBucket } from "./stores/fake-bucket.ts";

const DATE = "Tue, 01 Sep 2026 10:00:00 GMT";
const DAY = 86_400_000;
let picture: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  const create = { width: 30, height: 20, channels: 3, background: "teal" } as const;
  picture = new Uint8Array(await sharp({ create }).jpeg().toBuffer());
});

interface Source {
  /** Of the file that is there now. */
  headers: Record<string, string>;
  /** Status of every answer instead, when it is not well. */
  status?: number;
  refusesHead?: boolean;
}

/** A Transformer over an HTTP origin and a bucket; `did` is what it asked, and how often it rendered. */
function open(source: Source, rule: Partial<CacheRule> = {}) {
  let now = Date.UTC(2026, 10, 1);
  const did: string[] = [];
  const deferred: Promise<unknown>[] = [];
  const { bucket, entries } = createFakeBucket({ now: () => now });

  async function fetch(_url: string, { method, headers }: RequestInit): Promise<Response> {
    const asked = new Headers(headers);
    const ifNoneMatch = asked.get("if-none-match");
    const ifModifiedSince = asked.get("if-modified-since");
    const condition = ifNoneMatch ?? ifModifiedSince;
    did.push(condition === null ? `${method}` : `${method} unless ${condition}`);
    if (source.status !== undefined) return new Response(null, { status: source.status });
    if (source.refusesHead && method === "HEAD") return new Response(null, { status: 405 });
    const { etag, "last-modified": modified } = source.headers;
    const same = ifNoneMatch
      ? ifNoneMatch === etag
      : ifModifiedSince && ifModifiedSince === modified;
    if (same) return new Response(null, { status: 304, headers: source.headers });
    return new Response(method === "HEAD" ? null : picture, { headers: source.headers });
  }

  const origin = createHttpOrigin({
    base: "https://origin.example.com/",
    fetch,
    maxBytes: 1_000_000,
    allow: () => {
      throw new Error("no redirects here");
    },
  });
  const request = () => {
    const canonical = {
      source: "/a.jpg",
      output: "webp",
      transform: resolve(parse([["w", "10"]])),
    };
    const order = {
      rule: { ...BUILT_IN_RULE, ...rule },
      generation: "",
      purged: "",
      patience: "any",
    };
    const headers = { [ORDER]: printOrder(order as Parameters<typeof printOrder>[0]) };
    const url = printCanonical(canonical as Parameters<typeof printCanonical>[0], "fake-1");
    return new Request(url, { headers });
  };

  return {
    did,
    entries,
    wait: (days: number) => {
      now += days * DAY;
    },
    /** Status, and what was done for it. */
    async ask() {
      did.length = 0;
      const answer = await transform(request(), {
        sourceRules: { mounts: ["/"], allowedHosts: [], selfHosts: [] },
        originOf: () => ({ origin, name: "a.jpg" }),
        variants: createVariantStore({ bucket }),
        sights: NO_SIGHTS,
        purges: {
          records: async () => [],
          append: () => Promise.reject(new Error("not here")),
        },
        engine: {
          version: "fake-1",
          peakBytes,
          reads: () => true,
          hold: () => Promise.reject(new Error("nothing is looked at here")),
          async render(_plan, stream) {
            await new Response(stream).arrayBuffer();
            did.push("render");
            const facts = { width: 10, height: 7, counts: {}, times: {} };
            return { bytes: new Uint8Array(500), facts };
          },
        },
        responseKey: undefined,
        now: () => now,
        defer: (work) => deferred.push(work),
      });
      const size = answer.ok ? (await answer.arrayBuffer()).byteLength : 0;
      await Promise.all(deferred);
      if (answer.ok) expect(size).toBe(500);
      return [answer.status, ...did];
    },
  };
}

const tagged = (tag = "v1") => ({ headers: { etag: `"${tag}"`, "last-modified": DATE } });

describe("a stored variant", () => {
  it("is given without a question while it is fresh", async () => {
    const { ask, wait } = open(tagged());
    expect(await ask()).toEqual([200, "GET", "render"]);
    wait(29);
    expect(await ask()).toEqual([200]);
  });

  it("of an unchanged source costs one conditional HEAD and no pixels, once for each TTL", async () => {
    const { ask, wait } = open(tagged());
    await ask();
    for (let month = 0; month < 3; month++) {
      wait(31);
      expect(await ask()).toEqual([200, 'HEAD unless "v1"']);
      expect(await ask()).toEqual([200]);
    }
  });

  it("of an origin that refuses HEAD costs a conditional GET instead", async () => {
    const { ask, wait } = open({ ...tagged(), refusesHead: true });
    await ask();
    wait(31);
    expect(await ask()).toEqual([200, 'HEAD unless "v1"', 'GET unless "v1"']);
    expect(await ask()).toEqual([200]);
  });

  it("of an origin with dates alone is compared by the date", async () => {
    const source: Source = { headers: { "last-modified": DATE } };
    const { ask, wait } = open(source);
    await ask();
    wait(31);
    expect(await ask()).toEqual([200, "HEAD"]);
    wait(31);
    source.refusesHead = true;
    expect(await ask()).toEqual([200, "HEAD", `GET unless ${DATE}`]);
    wait(31);
    // Put back from a backup: older, and still another file.
    Object.assign(source, {
      refusesHead: false,
      headers: { "last-modified": "Mon, 01 Jun 2026 10:00:00 GMT" },
    });
    expect(await ask()).toEqual([200, "HEAD", "GET", "render"]);
  });

  it("of a changed source is rendered anew, and the new one is kept", async () => {
    const source: Source = tagged();
    const { ask, wait } = open(source);
    await ask();
    wait(31);
    source.headers = tagged("v2").headers;
    expect(await ask()).toEqual([200, 'HEAD unless "v1"', "GET", "render"]);
    expect(await ask()).toEqual([200]);
  });

  it("of a source without any validator is rendered anew: nothing tells whether it changed", async () => {
    const { ask, wait } = open({ headers: {} });
    await ask();
    wait(31);
    expect(await ask()).toEqual([200, "HEAD", "GET", "render"]);
  });

  it("is given while the origin fails, within stale-if-error, and not a day longer", async () => {
    const source: Source = tagged();
    const { ask, wait } = open(source);
    await ask();
    wait(31);
    source.status = 503;
    expect(await ask()).toEqual([200, 'HEAD unless "v1"']);
    wait(7);
    expect((await ask())[0]).toBe(502);
  });

  it("is not given once its source is gone", async () => {
    const source: Source = tagged();
    const { ask, wait } = open(source);
    await ask();
    wait(31);
    source.status = 404;
    expect((await ask())[0]).toBe(404);
  });

  it("lives as long as its origin says, where the rule obeys it, and a 304 says it anew", async () => {
    const source: Source = { headers: { ...tagged().headers, "cache-control": "max-age=86400" } };
    const { ask, wait } = open(source, { origin: { obey: true, min: 0, max: 30 * 86_400 } });
    await ask();
    wait(0.9);
    expect(await ask()).toEqual([200]);
    wait(0.2);
    source.headers["cache-control"] = "max-age=864000";
    expect(await ask()).toEqual([200, 'HEAD unless "v1"']);
    wait(9);
    expect(await ask()).toEqual([200]);
  });

  it("that was damaged in the store is rendered anew and replaced", async () => {
    const { ask, entries } = open(tagged());
    await ask();
    const [key, entry] = [...entries][0]!;
    entries.set(key, { ...entry, bytes: entry.bytes.subarray(0, 100) });
    expect(await ask()).toEqual([200, "GET", "render"]);
    expect(await ask()).toEqual([200]);
  });
});
