import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readIcc } from "../../../src/image/probe/icc.ts";
import { inflateStart } from "../../../src/image/probe/inflate.ts";
import { icc, join, u32, zeros } from "./bytes.ts";
import { outcome } from "./expect.ts";

const P3 = [0.5151, 0.2412, -0.0011, 0.292, 0.6922, 0.0419, 0.1571, 0.0666, 0.7841];
const ADOBE = [0.6097, 0.3111, 0.0195, 0.2053, 0.6257, 0.0609, 0.1492, 0.0632, 0.7446];

describe("an ICC profile", () => {
  it.each([
    ["sRGB's colorants and curve", {}, "srgb"],
    ["sRGB's colorants and gamma 2.2", { gamma: 2.2 }, "unknown"],
    ["sRGB's colorants and gamma 1.8", { gamma: 1.8 }, "unknown"],
    ["linear sRGB", { gamma: 1 }, "unknown"],
    ["Display P3's", { colorants: P3 }, "display-p3"],
    ["Adobe RGB's", { colorants: ADOBE, gamma: 2.2 }, "adobe-rgb"],
    ["Adobe RGB's, gamma 1.8", { colorants: ADOBE, gamma: 1.8 }, "unknown"],
    [
      "swapped colorants under sRGB's name",
      { name: "sRGB", colorants: [...P3].reverse() },
      "unknown",
    ],
    ["gray", { space: "GRAY" }, "gray"],
    ["CMYK", { space: "CMYK" }, "unknown"],
  ])("with %s is classified by what it is", (_, options, profile) => {
    expect(readIcc(icc(options)).profile).toBe(profile);
  });

  it("says its name, cut and cleaned", () => {
    expect(readIcc(icc({ name: "My profile" })).profileName).toBe("My profile");
    expect(readIcc(icc({ name: `a\nb\0c` })).profileName).toBe("a b");
    expect(readIcc(icc({ name: "x".repeat(500) })).profileName).toHaveLength(100);
    expect(readIcc(icc({ name: "" }))).toEqual({ profile: "srgb" });
  });

  it("has a localised name since version 4", () => {
    const mluc = join(
      "mluc",
      u32(0),
      u32(1),
      u32(12),
      "enUS",
      u32(8),
      u32(28),
      "\0P\0 \0\u0033\0!",
    );
    const header = join(zeros(16), "GRAYXYZ ", zeros(12), "acsp", zeros(88));
    const file = join(header, u32(1), "desc", u32(144), u32(mluc.length), mluc);
    expect(readIcc(file)).toEqual({ profile: "gray", profileName: "P 3!" });
  });

  it("is none without its signature, and never more than that whatever it holds", () => {
    expect(readIcc(zeros(500))).toEqual({});
    expect(readIcc(join("junk"))).toEqual({});
    const whole = icc();
    for (let end = 0; end <= whole.length; end++) readIcc(whole.subarray(0, end));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const mutated = whole.slice();
        mutated[at] = byte;
        readIcc(mutated);
      }),
    );
  });
});

describe("inflate", () => {
  const data = fc.oneof(
    fc.uint8Array({ maxLength: 3000 }),
    fc.array(fc.constantFrom(1, 2, 3), { maxLength: 5000 }).map((list) => Uint8Array.from(list)),
    fc
      .tuple(fc.uint8Array({ maxLength: 50 }), fc.nat(200))
      .map(([part, n]) => join(...Array.from({ length: n }, () => part))),
  );

  it("undoes deflate at every level and strategy", () => {
    fc.assert(
      fc.property(
        data,
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 0, max: 4 }),
        (bytes, level, strategy) => {
          const inflated = inflateStart(deflateSync(bytes, { level, strategy }), 1 << 16);
          expect(Buffer.compare(inflated, bytes)).toBe(0);
        },
      ),
    );
  });

  it("stops at its limit", () => {
    fc.assert(
      fc.property(data, fc.nat(100), (bytes, limit) => {
        const inflated = inflateStart(deflateSync(bytes), limit);
        expect(Buffer.compare(inflated, bytes.subarray(0, limit))).toBe(0);
      }),
    );
  });

  it("ends on garbage", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        outcome(() => inflateStart(join([0x78, 0x9c], bytes), 10_000));
      }),
      { numRuns: 500 },
    );
  });
});
