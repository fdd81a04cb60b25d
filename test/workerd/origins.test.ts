import { env } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { createR2Origin } from "../../src/origins/r2.ts";
import { CONTRACT_MAX_BYTES, codeOf, originContract, pattern, read } from "../contracts/origin.ts";
import { openHttpWorld } from "../origins/fake-server.ts";

const bindings = env as unknown as { ORIGINALS: R2Bucket };
let serial = 0;

originContract("R2", async () => {
  const prefix = `contract-${serial++}/`;
  let bucket: Pick<R2Bucket, "get" | "head"> = bindings.ORIGINALS;
  const current = {
    get: (key: string) => bucket.get(key),
    head: (key: string) => bucket.head(key),
  } as Pick<R2Bucket, "get" | "head">;
  const broken = (answer: () => Promise<never>) => {
    bucket = { get: answer, head: answer };
  };
  return {
    origin: createR2Origin({
      bucket: current,
      prefix,
      maxBytes: CONTRACT_MAX_BYTES,
      answerTimeoutMs: 300,
      totalTimeoutMs: 500,
    }),
    put: async (name, bytes) => {
      await bindings.ORIGINALS.put(prefix + name, bytes);
    },
    breakDown: () => broken(() => Promise.reject(new Error("internal error (10001)"))),
    hang: () => broken(() => new Promise(() => {})),
  };
});

originContract("HTTP, with the runtime's own streams", openHttpWorld);

describe("an R2 origin", () => {
  it("answers not_found for keys that R2 cannot hold", async () => {
    const origin = createR2Origin({ bucket: bindings.ORIGINALS });
    expect(await codeOf(origin.open("k".repeat(1025)))).toBe("not_found");
    expect(await codeOf(origin.open("ü".repeat(513)))).toBe("not_found");
    expect(await codeOf(origin.open(""))).toBe("not_found");
    expect(await codeOf(origin.open("k".repeat(1024)))).toBe("not_found");
  });

  it("stays below its prefix, dot segments or not", async () => {
    await bindings.ORIGINALS.put("secret.jpg", pattern(10));
    const origin = createR2Origin({ bucket: bindings.ORIGINALS, prefix: "tenant/" });
    for (const name of ["../secret.jpg", "/../secret.jpg", "%2e%2e/secret.jpg", "..\\secret.jpg"]) {
      expect(await codeOf(origin.open(name)), name).toBe("not_found");
    }
  });

  it("reads in large chunks", async () => {
    await bindings.ORIGINALS.put("large", pattern(1_000_000));
    const reader = (
      await createR2Origin({ bucket: bindings.ORIGINALS }).open("large")
    ).body.getReader();
    let chunks = 0;
    while (!(await reader.read()).done) chunks++;
    expect(chunks).toBeLessThan(40);
  });

  it("hands out the lifetime that its object was uploaded with, in open and in head", async () => {
    const origin = createR2Origin({ bucket: bindings.ORIGINALS });
    const lifetimeWith = async (cacheControl: string) => {
      await bindings.ORIGINALS.put("kept", pattern(10), { httpMetadata: { cacheControl } });
      const { body, ...opened } = await origin.open("kept");
      await body.cancel();
      expect(await origin.head("kept")).toEqual(opened);
      return opened.lifetime;
    };
    expect(await lifetimeWith("public, max-age=600")).toBe(600);
    expect(await lifetimeWith("private")).toBe("no-store");
    expect(await lifetimeWith("immutable")).toBeUndefined();
  });

  it("answers origin_failed when the bytes end before their size", async () => {
    const object = { size: 20, httpEtag: '"a"', uploaded: new Date() };
    const bucket = {
      get: async () => ({ ...object, body: new Response(pattern(10)).body! }),
      head: async () => object,
    } as unknown as Pick<R2Bucket, "get" | "head">;
    const { body } = await createR2Origin({ bucket }).open("a");
    expect(await codeOf(read(body))).toBe("origin_failed");
  });

  it("answers origin_timeout when the bytes stop coming", async () => {
    const stuck = new ReadableStream<Uint8Array>({ start: (c) => c.enqueue(pattern(10)) });
    const object = { size: 20, httpEtag: '"a"', uploaded: new Date(), body: stuck };
    const bucket = { get: async () => object, head: async () => object };
    const { body } = await createR2Origin({
      bucket: bucket as unknown as Pick<R2Bucket, "get" | "head">,
      answerTimeoutMs: 50,
    }).open("a");
    expect(await codeOf(read(body))).toBe("origin_timeout");
  });
});
