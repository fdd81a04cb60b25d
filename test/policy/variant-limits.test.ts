import { describe, expect, it } from "vitest";
import { readVariantLimits } from "../../src/policy/variant-limits.ts";

const read = (value: unknown) => readVariantLimits(value, "pictor.config.ts: variants");

describe("the limits of the variant store", () => {
  it("are seconds and bytes, whichever way they are written", () => {
    expect(read({})).toEqual({});
    expect(read({ maxAge: "90d", maxBytes: "50GB", keepVersions: "14d" })).toEqual({
      maxAge: 7_776_000,
      maxBytes: 50_000_000_000,
      keepVersions: 1_209_600,
    });
    expect(read({ maxAge: 3600, maxBytes: 1_000_000 })).toEqual({
      maxAge: 3600,
      maxBytes: 1_000_000,
    });
    expect(read({ maxBytes: "2TB" }).maxBytes).toBe(2e12);
    expect(read({ maxAge: undefined })).toEqual({});
  });

  it.each<[unknown, string]>([
    [
      { maxAge: "soon" },
      'maxAge: expected whole seconds, or a text such as 90s, 5m, 1h or 30d, received "soon"',
    ],
    [{ maxAge: "59m" }, 'maxAge: expected at least 1h, received "59m"'],
    [{ maxAge: -1 }, "maxAge: expected whole seconds"],
    [{ keepVersions: "23h" }, 'keepVersions: expected at least 1d, received "23h"'],
    [
      { maxBytes: "50 GB" },
      'maxBytes: expected bytes, or a text such as 500MB, 50GB or 2TB, received "50 GB"',
    ],
    [{ maxBytes: 10 }, "maxBytes: expected a whole number from 1000000"],
    [{ maxBytes: "0MB" }, "maxBytes: expected a whole number from 1000000"],
    [{ maxBytes: 1e300 }, "maxBytes: expected a whole number from 1000000"],
    [
      { maxage: "1d" },
      "maxage: there is no such field; expected one of maxAge, maxBytes, keepVersions. Did you mean `maxAge`?",
    ],
    ["90d", 'variants: expected an object, received "90d"'],
  ])("are refused with their place when they are wrong: %j", (value, message) => {
    expect(() => read(value)).toThrow(message);
    expect(() => read(value)).toThrow(/^pictor\.config\.ts: variants/);
  });
});
