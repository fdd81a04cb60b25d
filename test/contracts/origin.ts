/** What every `Origin` keeps to, whatever it reads from. */
import { describe, expect, it } from "vitest";
import { PictorError } from "../../src/errors.ts";
import type { Origin } from "../../src/ports.ts";

/** The limit that a factory must give its origin. */
export const CONTRACT_MAX_BYTES = 200_000;

export interface OriginWorld {
  readonly origin: Origin;
  /** Puts bytes where the origin finds them under this name. */
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** Makes everything behind the origin fail. */
  breakDown(): void;
  /** Makes everything behind the origin hang for good. */
  hang(): void;
}

/** `open` makes a fresh world with short timeouts: at most 300 ms until headers, 500 ms in all. */
export function originContract(label: string, open: () => Promise<OriginWorld>): void {
  describe(`an origin: ${label}`, () => {
    it("hands out the exact bytes, their size and a validator", async () => {
      const { origin, put } = await open();
      const bytes = pattern(150_000);
      await put("trips/lisbon.jpg", bytes);
      const object = await origin.open("trips/lisbon.jpg");
      expect(object.size).toBe(150_000);
      expect(object.validator.etag).toMatch(/^(W\/)?".+"$/);
      expect(object.validator.lastModified).toBeGreaterThan(Date.UTC(2020, 0));
      expect(await read(object.body)).toEqual(bytes);
    });

    it("reads an empty object as no bytes", async () => {
      const { origin, put } = await open();
      await put("empty", new Uint8Array(0));
      const object = await origin.open("empty");
      expect(object.size).toBe(0);
      expect(await read(object.body)).toEqual(new Uint8Array(0));
    });

    it("keeps names apart that differ in characters that URLs give a meaning", async () => {
      const { origin, put } = await open();
      const names = [
        "a b.jpg",
        "a+b.jpg",
        "a%20b.jpg",
        "a?b.jpg",
        "a#b.jpg",
        "a&b=c.jpg",
        "são/ü.jpg",
      ];
      for (const [i, name] of names.entries()) await put(name, Uint8Array.of(i));
      for (const [i, name] of names.entries()) {
        expect(await read((await origin.open(name)).body), name).toEqual(Uint8Array.of(i));
      }
    });

    it("says the same of an object in head and in open", async () => {
      const { origin, put } = await open();
      await put("a.jpg", pattern(5000));
      const { body, ...opened } = await origin.open("a.jpg");
      await body.cancel();
      expect(await origin.head("a.jpg")).toEqual(opened);
    });

    it("changes the validator when the bytes change", async () => {
      const { origin, put } = await open();
      await put("a.jpg", pattern(100));
      const before = await origin.head("a.jpg");
      await put("a.jpg", pattern(101));
      expect((await origin.head("a.jpg")).validator.etag).not.toBe(before.validator.etag);
    });

    it("answers not_found for what is not there", async () => {
      const { origin } = await open();
      expect(await codeOf(origin.open("nothing.jpg"))).toBe("not_found");
      expect(await codeOf(origin.head("nothing.jpg"))).toBe("not_found");
    });

    it("reads an object of exactly the limit, and refuses one byte more before reading", async () => {
      const { origin, put } = await open();
      await put("limit", pattern(CONTRACT_MAX_BYTES));
      await put("over", pattern(CONTRACT_MAX_BYTES + 1));
      expect((await read((await origin.open("limit")).body)).byteLength).toBe(CONTRACT_MAX_BYTES);
      expect(await codeOf(origin.open("over"))).toBe("source_too_large");
      expect(await codeOf(origin.head("over"))).toBe("source_too_large");
    });

    it("answers origin_failed when what is behind it fails", async () => {
      const { origin, put, breakDown } = await open();
      await put("a.jpg", pattern(10));
      breakDown();
      expect(await codeOf(origin.open("a.jpg"))).toBe("origin_failed");
      expect(await codeOf(origin.head("a.jpg"))).toBe("origin_failed");
    });

    it("answers origin_timeout when what is behind it hangs", async () => {
      const { origin, put, hang } = await open();
      await put("a.jpg", pattern(10));
      hang();
      expect(await codeOf(origin.open("a.jpg"))).toBe("origin_timeout");
      expect(await codeOf(origin.head("a.jpg"))).toBe("origin_timeout");
    });

    it("lets a reader leave in the middle", async () => {
      const { origin, put } = await open();
      await put("a.jpg", pattern(150_000));
      const reader = (await origin.open("a.jpg")).body.getReader();
      expect((await reader.read()).value?.byteLength).toBeGreaterThan(0);
      await reader.cancel();
      expect((await read((await origin.open("a.jpg")).body)).byteLength).toBe(150_000);
    });
  });
}

/** Bytes that are not alike, so that a mixed-up order shows. */
export function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 255);
}

export async function read(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(body).arrayBuffer());
}

/** The code of the PictorError that a promise is rejected with. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  return (await errorOf(work)).code;
}

export async function errorOf(work: Promise<unknown>): Promise<PictorError> {
  const error = await work.then(
    () => new Error("it was fulfilled"),
    (reason: unknown) => reason,
  );
  if (error instanceof PictorError) return error;
  throw error;
}
