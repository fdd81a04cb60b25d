import { describe, expect, it } from "vitest";
import { PictorError } from "../../../src/errors.ts";
import { importKeys, parseKeys } from "../../../src/policy/signature/keys.ts";
import { HEX } from "./fixtures.ts";

const OTHER = "ff".repeat(48);

describe("a list of signing keys", () => {
  it("is read in order, with ids and bytes", () => {
    const keys = parseKeys(`k1:${HEX},2030-01.a_B:${OTHER.toUpperCase()}`);
    expect(keys.map(({ id }) => id)).toEqual(["k1", "2030-01.a_B"]);
    expect([...keys[0]!.bytes]).toEqual(Array.from({ length: 32 }, (_, at) => at));
    expect([...keys[1]!.bytes]).toEqual(Array(48).fill(255));
  });

  it("may have spaces and line ends around its entries", () => {
    expect(parseKeys(` k1:${HEX} ,\n k2:${OTHER}\n`).map(({ id }) => id)).toEqual(["k1", "k2"]);
  });

  it("may be empty", () => {
    expect(parseKeys("")).toEqual([]);
    expect(parseKeys(" \n")).toEqual([]);
  });

  it("imports keys that cannot be read out again, in their order", async () => {
    const keys = await importKeys(parseKeys(`b:${HEX},a:${OTHER}`));
    expect([...keys.keys()]).toEqual(["b", "a"]);
    await expect(crypto.subtle.exportKey("raw", keys.get("a")!)).rejects.toThrow();
  });

  it.each([
    ["no colon", HEX, "entry 1 has no colon"],
    ["an empty entry", `k1:${HEX},`, "entry 2 has no colon"],
    ["an empty id", `:${HEX}`, "entry 1 has another id"],
    ["an id with a space", `k 1:${HEX}`, "entry 1 has another id"],
    ["an id of 65 characters", `${"k".repeat(65)}:${HEX}`, "entry 1 has another id"],
    ["a key and id the wrong way round", `${HEX}:k1`, "entry 1 is not"],
    ["a key in base64", "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "entry 1 is not"],
    ["an odd number of digits", `k1:${HEX}a`, "entry 1 is not"],
    ["0x before the digits", `k1:0x${HEX}`, "entry 1 is not"],
    ["a space in the digits", `k1:${HEX.slice(0, 32)} ${HEX.slice(32)}`, "entry 1 is not"],
    ["31 bytes", `k2:${OTHER},k1:${HEX.slice(2)}`, "entry 2 has 31 bytes"],
    ["no key", "k1:", "entry 1 has 0 bytes"],
    ["an id twice", `k1:${HEX},k2:${OTHER},k1:${OTHER}`, "entries 1 and 3 have the same id"],
  ])("is refused for %s, in words that hold no part of a key", (_, text, received) => {
    const error = refusal(() => parseKeys(text, "KEYS"));
    expect(error.code).toBe("not_configured");
    expect(error.info.received).toBe(received);
    expect(error.info.detail).toContain("KEYS");
    const words = JSON.stringify([error.info, error.message, String(error.cause), error.stack]);
    for (let at = 0; at + 8 <= HEX.length; at += 2) {
      expect(words).not.toContain(HEX.slice(at, at + 8));
    }
    expect(words).not.toContain("ffffff");
    expect(words).not.toContain("AAECAw");
  });
});

function refusal(action: () => unknown): PictorError {
  try {
    action();
  } catch (error) {
    if (error instanceof PictorError) return error;
    throw error;
  }
  throw new Error("accepted");
}
