/**
 * A purge that races fills, through the real thing: Gateway, Transformer, variant store and purge log, with either edge
 * cache, in several isolates and two data centres. The same races as in `test/cache/purge-race.test.ts`.
 */
import { createHash } from "node:crypto";
import fc from "fast-check";
import sharp from "sharp";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { readConfig } from "../src/config.ts";
import { type GatewayTools, gateway } from "../src/gateway.ts";
import { peakBytes } from "../src/image/memory.ts";
import type { EdgeCache, Engine, Fill, Origin } from "../src/ports.ts";
import { createCacheApi } from "../src/stores/cache-api.ts";
import { createFlights } from "../src/stores/flights.ts";
import type { Landing } from "../src/stores/landing.ts";
import { createVariantStore } from "../src/stores/variants.ts";
import { createWorkersCache } from "../src/stores/workers-cache.ts";
import { behindWorkersCache } from "../src/stores/workers-cache-key.ts";
import { transform } from "../src/transformer.ts";
import {
  anInterleaving,
  interleave,
  type Place,
  type Reader,
  SOURCE,
} from "./cache/purge-model.ts";
import type { FakeBucket } from "./cache/purge-world.ts";
import { NO_SIGHTS } from "./stand-ins/sights.ts";
import { createWorkersCacheStandIn, type WorkersCacheStandIn } from "./stand-ins/workers-cache.ts";

let header: Uint8Array;
beforeAll(async () => {
  header = new Uint8Array(
    await sharp({ create: { width: 8, height: 8, channels: 3, background: "teal" } })
      .jpeg()
      .toBuffer(),
  );
  // In the same turn, as the races' clock only waits for so many of them.
  const digest = async (_: unknown, data: Uint8Array) => {
    const { buffer, byteOffset, length } = createHash("sha256").update(data).digest();
    return buffer.slice(byteOffset, byteOffset + length);
  };
  vi.spyOn(crypto.subtle, "digest").mockImplementation(digest as never);
});

const config = readConfig(
  { SIGNING: "off" },
  { mounts: { "/": { type: "r2", bucket: "ORIGINALS" } } },
);

/** What the origin said stands behind the picture, and is the result. */
const engine: Engine = {
  version: "fake-1",
  peakBytes,
  reads: () => true,
  hold: () => Promise.reject(new Error("nothing is looked at here")),
  async render({ output: { width, height } }, source) {
    const bytes = new Uint8Array(await new Response(source).arrayBuffer()).slice(header.length);
    return { bytes, facts: { width, height, counts: {}, times: {} } };
  },
};

type Edge = (place: Place, transformer: Fill) => { edge: EdgeCache; around: Fill };

const cacheApi: Edge = ({ cache, defer, world }, transformer) => {
  const flights = createFlights<Landing>({ now: world.now });
  return { edge: createCacheApi({ cache, defer, flights }), around: transformer };
};

/** One platform cache for each data centre, whichever isolate asks. */
const platforms = new WeakMap<object, WorkersCacheStandIn>();

const workersCache: Edge = ({ cache, defer, world }, transformer) => {
  const run = behindWorkersCache(transformer);
  const platform =
    platforms.get(cache) ?? createWorkersCacheStandIn({ run, now: world.now, defer });
  platforms.set(cache, platform);
  const entrypoint: Fill = async (request) => {
    await world.step();
    return platform.fetch(request, {});
  };
  const flights = createFlights<Landing>({ now: world.now });
  const edge = createWorkersCache({ transformer: entrypoint, defer, flights });
  return { edge, around: transformer };
};

function readerOf(place: Place, edgeOf: Edge, blind: boolean): Reader {
  const { bucket, log, world, defer, origin: text } = place;
  const origin: Origin = {
    async open() {
      const said = new TextEncoder().encode(await text());
      const file = new Uint8Array([...header, ...said]);
      const etag = `"${new TextDecoder().decode(said)}"`;
      return { body: new Blob([file]).stream(), size: file.length, validator: { etag } };
    },
    head: async () => ({ validator: { etag: `"${await text()}"` } }),
  };
  const variants = createVariantStore({ bucket: withHead(bucket) });
  const now = world.now;
  const none = { records: async () => [], append: log.append };
  const transformer: Fill = (request) =>
    transform(request, {
      sourceRules: { mounts: ["/"], allowedHosts: config.allowedHosts, selfHosts: [] },
      originOf: () => ({ origin, name: SOURCE }),
      ...{ variants, sights: NO_SIGHTS, engine, now, defer, responseKey: undefined },
      purges: blind ? none : log,
    });
  const { edge, around } = edgeOf(place, transformer);
  const tools: GatewayTools = {
    ...{ config, rules: [], keys: new Map(), engineVersion: engine.version, deployed: 0 },
    ...{ edge, transformer: around, now, defer },
    purges: blind ? none : log,
  };
  return {
    async read() {
      const answer = await gateway(new Request(`https://img.example${SOURCE}?w=4`), tools);
      if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
      return answer.text();
    },
  };
}

function withHead(bucket: FakeBucket): Pick<R2Bucket, "get" | "head" | "put"> {
  return { get: bucket.get, head: bucket.get as R2Bucket["head"], put: bucket.put as never };
}

async function found(edgeOf: Edge, runs: number, blind = false): Promise<string | undefined> {
  const property = fc.asyncProperty(anInterleaving(3_000), async (interleaving) => {
    const wrong = await interleave(interleaving, (place) => readerOf(place, edgeOf, blind));
    if (wrong.length > 0) throw new Error(wrong.join("\n"));
  });
  const { counterexample, errorInstance } = await fc.check(property, {
    ...{ numRuns: runs, seed: 7, endOnFailure: true },
  });
  return counterexample === null ? undefined : String(errorInstance);
}

describe.each([
  ["the Cache API", cacheApi],
  ["Workers Cache's stand-in", workersCache],
])("with %s", (_, edge) => {
  it("no purge lets bytes of before it come back after the bound, in 1,000 interleavings", {
    timeout: 240_000,
  }, async () => {
    expect(await found(edge, 1_000)).toBeUndefined();
  });

  it("finds a reader that knows of no purges", async () => {
    expect(await found(edge, 300, true)).toMatch(/after purges asked at/);
  });
});
