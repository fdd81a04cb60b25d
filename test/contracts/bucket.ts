/** What our stores take for granted of R2; the fake of the tests keeps to it, too. */
import { describe, expect, it } from "vitest";

/** `open` makes a fresh, empty bucket. */
export function bucketContract(label: string, open: () => Promise<R2Bucket>): void {
  const absent = () => new Headers({ "If-None-Match": "*" });
  const sha256 = async (text: string) =>
    Buffer.from(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toString(
      "hex",
    );

  describe(`a bucket: ${label}`, () => {
    it("puts under a condition, and answers null when that does not hold", async () => {
      const bucket = await open();
      const first = await bucket.put("k", "a", { onlyIf: absent() });
      expect(first?.etag).toBe("0cc175b9c0f1b6a831c399e269772661");
      expect(await bucket.put("k", "b", { onlyIf: absent() })).toBeNull();
      expect(await bucket.put("k", "b", { onlyIf: { etagMatches: first!.etag } })).not.toBeNull();
      expect(await bucket.put("k", "c", { onlyIf: { etagMatches: first!.etag } })).toBeNull();
      expect(await bucket.put("new", "c", { onlyIf: { etagMatches: first!.etag } })).toBeNull();
      expect(await bucket.head("new")).toBeNull();
      expect(await (await bucket.get("k"))?.text()).toBe("b");
    });

    it("compares the checksum with what arrives, and keeps it", async () => {
      const bucket = await open();
      await expect(bucket.put("k", "torn", { sha256: await sha256("whole") })).rejects.toThrow(
        /SHA-256/,
      );
      expect(await bucket.head("k")).toBeNull();
      await bucket.put("k", "whole", { sha256: await sha256("whole") });
      for (const object of [await bucket.head("k"), await bucket.get("k")]) {
        const stated = Buffer.from(object!.checksums.sha256!).toString("hex");
        expect(stated).toBe(await sha256("whole"));
      }
      await bucket.put("k", "by other hands");
      expect((await bucket.head("k"))?.checksums.sha256).toBeUndefined();
    });

    it("lists in the order of keys, from behind a key, with size and time", async () => {
      const bucket = await open();
      for (const key of ["~sweep/state", "1.e/b", "2.e/a", "1.e/a", "Z"])
        await bucket.put(key, key);
      const { objects, truncated } = await bucket.list({ limit: 2 });
      expect([objects.map(({ key }) => key), truncated]).toEqual([["1.e/a", "1.e/b"], true]);
      const rest = await bucket.list({ startAfter: "1.e/b" });
      expect([rest.objects.map(({ key }) => key), rest.truncated]).toEqual([
        ["2.e/a", "Z", "~sweep/state"],
        false,
      ]);
      const [first] = objects;
      expect(first?.size).toBe(5);
      expect(first?.uploaded.getTime()).toBe((await bucket.head("1.e/a"))?.uploaded.getTime());
      const own = await bucket.list({ prefix: "~sweep/" });
      expect(own.objects.map(({ key }) => key)).toEqual(["~sweep/state"]);
    });

    it("deletes what is there, and minds nothing that is not", async () => {
      const bucket = await open();
      await bucket.put("a", "a");
      await bucket.delete(["a", "b"]);
      await bucket.delete("c");
      expect(await bucket.head("a")).toBeNull();
      expect((await bucket.list()).objects).toEqual([]);
    });
  });
}
