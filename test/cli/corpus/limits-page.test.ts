/** docs/limits.md states figures; here they are held to what the code refuses. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createPictorEngine, type OtherModules } from "../../../src/engine/pictor/engine.ts";
import type { Pool } from "../../../src/engine/pictor/pool.ts";
import { ERRORS } from "../../../src/errors.ts";
import {
  type Av1Sampling,
  type CodedFacts,
  type Facts,
  SOURCE_FORMATS,
} from "../../../src/image/facts.ts";
import type { OutputFormat } from "../../../src/image/job.ts";
import { fittingPlan } from "../../../src/image/limits.ts";
import { parse } from "../../../src/params/parse.ts";
import { resolve } from "../../../src/params/resolve.ts";

const page = readFileSync(new URL("../../../docs/limits.md", import.meta.url), "utf8");
const MIB = 2 ** 20;

/** The deployment's, without its modules: here it says what it reads and what a plan costs, and decodes nothing. */
const engine = createPictorEngine({ pool: {} as Pool, others: {} as OtherModules });

/** What the row that begins with this name says in that column, in the table under this heading. */
function stated(heading: string, name: string, column: number): string {
  const section = page.split(`### ${heading}`)[1]?.split("\n#")[0] ?? "";
  const row = section
    .split("\n")
    .map(cellsOf)
    .find(([first]) => first === name);
  return row?.[column] ?? "";
}

function cellsOf(row: string): string[] {
  return row
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function facts(changes: Partial<Facts>): Facts {
  return {
    format: "jpeg",
    width: 800,
    height: 600,
    orientation: 1,
    frames: 1,
    animated: false,
    alpha: false,
    bitDepth: 8,
    colour: "ycbcr",
    sampling: "420",
    jpegProcess: "baseline",
    ...changes,
  };
}

/** A 4:3 picture of so many megapixels. */
function sides(megapixels: number) {
  const width = Math.round(Math.sqrt((megapixels * 1e6 * 4) / 3));
  return { width, height: Math.round((width * 3) / 4) };
}

function fits(query: [string, string][], output: OutputFormat, source: Facts): boolean {
  try {
    fittingPlan(resolve(parse(query)), output, source, 2 * MIB, engine.peakBytes);
    return true;
  } catch {
    return false;
  }
}

/** What the probe reads of an AVIF that is no grid: alpha is coded by itself, as luma alone. */
function codedAs(sampling: Av1Sampling, { width, height, bitDepth, alpha }: Facts): Facts["coded"] {
  const colour: CodedFacts = { width, height, across: 1, bitDepth, sampling, layers: 1 };
  return alpha ? [colour, { ...colour, sampling: "400" }] : [colour];
}

const alphaOf = (changes: Partial<Facts>): Partial<Facts> => ({ ...changes, alpha: true });

/** True below the stated figure and false a little above it. */
function expectLimit(limit: string, holds: (megapixels: number) => boolean): void {
  const megapixels = Number(limit);
  expect(megapixels).toBeGreaterThan(0);
  const below = [0.25, 0.5, 0.75].map((part) => part * megapixels);
  expect([...below, megapixels - 0.05].map(holds)).toEqual([true, true, true, true]);
  expect(holds(megapixels + 0.15)).toBe(false);
}

const progressive = { progressive: true, jpegProcess: "progressive" } as const;
const png = { format: "png", colour: "rgb" } as const;
const tiff = { format: "tiff", colour: "rgb" } as const;
const gif = { format: "gif", colour: "palette" } as const;
const avif = { format: "avif" } as const;
/** What the page calls any size. */
const MOST_SIDE: Readonly<Record<string, number>> = { jpeg: 65_500, webp: 16_383 };

describe("docs/limits.md", () => {
  it.each<[string, Partial<Facts>, Av1Sampling?]>([
    ["JPEG, baseline", {}],
    ["JPEG, baseline", { sampling: "444" }],
    ["JPEG, baseline", { sampling: "444", colour: "cmyk" }],
    ["JPEG, progressive 4:2:0", progressive],
    ["JPEG, progressive 4:4:4", { ...progressive, sampling: "444" }],
    ["JPEG, progressive CMYK", { ...progressive, sampling: "444", colour: "cmyk" }],
    ["PNG", png],
    ["PNG", { ...png, alpha: true, bitDepth: 16 }],
    ["PNG, interlaced", { ...png, progressive: true }],
    ["PNG, interlaced, with alpha", { ...png, progressive: true, alpha: true }],
    [
      "PNG, interlaced, 16 bits with alpha",
      { ...png, progressive: true, alpha: true, bitDepth: 16 },
    ],
    ["WebP", { format: "webp" }],
    ["WebP with alpha", { format: "webp", alpha: true }],
    ["WebP, lossless", { format: "webp", colour: "rgb" }],
    ["WebP, lossless with alpha", { format: "webp", colour: "rgb", alpha: true }],
    ["AVIF", avif, "420"],
    ["AVIF with alpha", alphaOf(avif), "420"],
    ["AVIF, 4:4:4", avif, "444"],
    ["AVIF, 10 or 12 bits", { ...avif, bitDepth: 10 }, "420"],
    ["AVIF, 10 or 12 bits", { ...avif, bitDepth: 12 }, "420"],
    ["AVIF, 4:4:4, 10 or 12 bits with alpha", alphaOf({ ...avif, bitDepth: 12 }), "444"],
    ["TIFF, without alpha", tiff],
    ["TIFF, without alpha", { ...tiff, colour: "ycbcr" }],
    ["TIFF, without alpha", { ...tiff, colour: "gray", bitDepth: 16 }],
    ["TIFF, with alpha", alphaOf(tiff)],
    ["BMP", { ...tiff, format: "bmp" }],
    ["JPEG XL", { ...tiff, format: "jxl" }],
    ["JPEG XL", alphaOf({ ...tiff, format: "jxl" })],
    ["GIF", gif],
    ["GIF", alphaOf(gif)],
    ["GIF, interlaced, with alpha", alphaOf({ ...gif, progressive: true })],
  ])("states how large a source may be: %s %j %s", (name, changes, sampling) => {
    const source = (size: Partial<Facts>): Facts => {
      const known = facts({ ...changes, ...size });
      const coded = sampling && codedAs(sampling, known);
      return coded ? { ...known, coded } : known;
    };
    for (const [column, width] of [200, 1600].entries()) {
      const limit = stated("Source pictures", name, column + 1);
      const query: [string, string][] = [["width", String(width)]];
      const holds = (size: Partial<Facts>) => fits(query, "webp", source(size));
      if (limit !== "any") expectLimit(limit, (megapixels) => holds(sides(megapixels)));
      else {
        const most = MOST_SIDE[changes.format ?? "jpeg"] ?? 0;
        expect(holds({ width: most, height: most })).toBe(true);
      }
    }
  });

  it.each<[string, OutputFormat, [string, string][], Partial<Facts>[]]>([
    ["JPEG", "jpeg", [], [{}, png]],
    ["JPEG, `chroma=444`", "jpeg", [["chroma", "444"]], [{}, png]],
    ["WebP", "webp", [], [{}, png]],
    ["WebP", "webp", [], [{ format: "webp" }, gif]],
    ["WebP, `chroma=444`", "webp", [["chroma", "444"]], [{}, png]],
    ["WebP, with alpha", "webp", [], [alphaOf({ format: "webp" }), alphaOf(png)]],
    ["WebP, `lossless=true`", "webp", [["lossless", "true"]], [{}, png]],
    ["PNG", "png", [], [{}, png]],
    ["PNG, with alpha", "png", [], [alphaOf({ format: "webp" }), alphaOf(png)]],
    ["AVIF", "avif", [], [{}, png]],
    ["AVIF", "avif", [], [alphaOf({ format: "webp" }), alphaOf(png)]],
    ["AVIF, `chroma=444`", "avif", [["chroma", "444"]], [{}, png]],
    ["AVIF, `lossless=true`", "avif", [["lossless", "true"]], [{}, png]],
    ["GIF", "gif", [], [{}, png]],
    ["GIF, with alpha", "gif", [], [alphaOf({ format: "webp" }), alphaOf(gif)]],
    ["JPEG XL", "jxl", [], [{}, png]],
    ["JPEG XL, `lossless=true`", "jxl", [["lossless", "true"]], [{}, png]],
  ])("states how large a result may be: %s, %s, %s", (name, output, more, sources) => {
    for (const [column, source] of sources.entries()) {
      expectLimit(stated("Results", name, column + 1), (megapixels) => {
        const { width } = sides(megapixels);
        const query: [string, string][] = [["width", String(width)], ["fit", "contain"], ...more];
        return fits(query, output, facts(source));
      });
    }
  });

  it.each<OutputFormat>(["jpeg", "webp"])("states how large the best %s may be", (output) => {
    const limits = /at `quality=100`, JPEG and WebP from JPEG have ([\d.]+) and ([\d.]+)/.exec(
      page,
    );
    expectLimit(limits?.[output === "jpeg" ? 1 : 2] ?? "", (megapixels) => {
      const { width } = sides(megapixels);
      const query: [string, string][] = [
        ["width", String(width)],
        ["fit", "contain"],
      ];
      return fits([...query, ["quality", "100"]], output, facts({}));
    });
  });

  it("names every reason for which the engine refuses a kind of picture", () => {
    const refused = [
      ...SOURCE_FORMATS.map((format) => facts({ format })),
      facts({ jpegProcess: "lossless" }),
      facts({ bitDepth: 12 }),
    ].flatMap((source) => {
      const readable = engine.reads(source);
      return readable === true ? [] : [readable.reason];
    });
    expect(refused).toHaveLength(3);
    const cells = page.split("\n").flatMap(cellsOf);
    for (const reason of refused) expect(cells).toContain(reason);
  });

  it("gives every code its own status", () => {
    const rows = [...page.matchAll(/\| (\d{3})\s*\| `([a-z_]+)`\s*\|/g)];
    expect(rows.length).toBeGreaterThan(20);
    for (const [, status, code] of rows) {
      expect(String(ERRORS[code as keyof typeof ERRORS]?.status)).toBe(status);
    }
  });
});
