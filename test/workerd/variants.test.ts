/** The variant store on the runtime's own R2 and streams. Its faults are in `test/stores/variants.test.ts`. */
import { env } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { createVariantStore } from "../../src/stores/variants.ts";
import { bucketContract } from "../contracts/bucket.ts";
import { pattern } from "../contracts/origin.ts";
import { variantStoreContract } from "../contracts/variant-store.ts";
import { held } from "../stand-ins/held.ts";

const { VARIANTS } = env as unknown as { VARIANTS: R2Bucket };

async function emptied(): Promise<R2Bucket> {
  const { objects } = await VARIANTS.list();
  await VARIANTS.delete(objects.map(({ key }) => key));
  return VARIANTS;
}

bucketContract("R2", emptied);
variantStoreContract("R2", async () => createVariantStore({ bucket: await emptied() }));
variantStoreContract("R2, everything streamed", async () =>
  createVariantStore({ bucket: await emptied(), bufferBytes: -1 }),
);

describe("a variant store that fails", () => {
  const open = (bucket: object) => {
    const errors: string[] = [];
    const store = createVariantStore({
      bucket: bucket as R2Bucket,
      getTimeoutMs: 50,
      putTimeoutMs: 50,
      onError: (_error, what) => errors.push(what),
    });
    return { store, errors };
  };
  /** As R2 describes what was put under `v1/a` with `size` bytes. */
  const object = (body: ReadableStream, size: number) => ({
    size,
    etag: "e",
    body,
    customMetadata: { sealed: `${size} ${"0".repeat(64)} v1/a` },
    checksums: { sha256: new ArrayBuffer(32) },
    arrayBuffer: () => new Response(body).arrayBuffer(),
  });

  it.each([
    ["rejects", () => Promise.reject(new Error("internal error"))],
    [
      "throws",
      () => {
        throw new TypeError("bad");
      },
    ],
    ["hangs", () => new Promise(() => {})],
    ["stops in the middle", async () => object(new ReadableStream({}), 10)],
    ["sends less than it said", async () => object(new Response(pattern(5)).body!, 10)],
    ["sends other bytes", async () => object(new Response(pattern(10)).body!, 10)],
  ])("has nothing when get %s, and says so to the log", async (_how, get) => {
    const { store, errors } = open({ get });
    expect(await store.get("v1/a")).toBeUndefined();
    expect(errors).toEqual(["get"]);
  });

  it.each([
    ["rejects", () => Promise.reject(new Error("internal error"))],
    ["hangs", () => new Promise(() => {})],
  ])("resolves when put %s, and says so to the log", async (_how, put) => {
    const { store, errors } = open({ put });
    await store.put("v1/a", Uint8Array.of(1), "image/png", {});
    expect(errors).toEqual(["put"]);
  });

  it("lets go of a large variant that comes after the time is over", async () => {
    let cancelled = false;
    const body = new ReadableStream({
      cancel: () => {
        cancelled = true;
      },
    });
    const got = held<unknown>();
    expect(await open({ get: () => got.promise }).store.get("v1/a")).toBeUndefined();
    expect(cancelled).toBe(false);
    got.resolve(object(body, 5_000_000));
    await expect.poll(() => cancelled, { timeout: 30_000 }).toBe(true);
  });

  it("breaks an answer off whose bytes end before their length", async () => {
    const get = async () => object(new Response(pattern(2_000_000)).body!, 2_000_001);
    const stored = await open({ get }).store.get("v1/a");
    const answer = new Response(stored!.bytes as ReadableStream<Uint8Array>);
    await expect(answer.arrayBuffer()).rejects.toThrow("2000000 bytes of 2000001");
  });

  it("gives a large variant in large pieces", async () => {
    const store = createVariantStore({ bucket: await emptied() });
    await store.put("v1/large", pattern(3_000_000), "image/png", {});
    const { bytes } = (await store.get("v1/large"))!;
    const reader = (bytes as ReadableStream<Uint8Array>).getReader();
    let pieces = 0;
    while (!(await reader.read()).done) pieces++;
    expect(pieces).toBeLessThan(100);
  });
});
