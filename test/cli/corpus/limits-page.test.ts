/** docs/limits.md states figures; here they are held to what the code refuses. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { reads } from "../../../src/engine/jsquash/decode.ts";
import { ERRORS } from "../../../src/errors.ts";
import { type Facts, SOURCE_FORMATS } from "../../../src/image/facts.ts";
import type { OutputFormat } from "../../../src/image/job.ts";
import { fittingPlan } from "../../../src/image/limits.ts";
import { parse } from "../../../src/params/parse.ts";
import { resolve } from "../../../src/params/resolve.ts";

const page = readFileSync(new URL("../../../docs/limits.md", import.meta.url), "utf8");
const MIB = 2 ** 20;

/** The number in the row that begins with this name, in the table under this heading. */
function stated(heading: string, name: string): number {
  const section = page.split(`### ${heading}`)[1]?.split("\n#")[0] ?? "";
  const row = section
    .split("\n")
    .map(cellsOf)
    .find(([first]) => first === name);
  return Number(row?.[1]);
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
    fittingPlan(resolve(parse(query)), output, source, 2 * MIB);
    return true;
  } catch {
    return false;
  }
}

/** True a little below the stated figure and false a little above it. */
function expectLimit(limit: number, holds: (megapixels: number) => boolean): void {
  expect(holds(limit - 0.05)).toBe(true);
  expect(holds(limit + 0.15)).toBe(false);
}

const progressive = { progressive: true, jpegProcess: "progressive" } as const;

describe("docs/limits.md", () => {
  it.each<[string, Partial<Facts>]>([
    ["JPEG, baseline", {}],
    ["JPEG, progressive 4:2:0", progressive],
    ["JPEG, progressive 4:4:4", { ...progressive, sampling: "444" }],
    ["PNG", { format: "png", colour: "rgb" }],
    ["PNG, RGB with alpha", { format: "png", colour: "rgb", alpha: true }],
    ["WebP", { format: "webp" }],
    ["WebP with alpha", { format: "webp", alpha: true }],
    ["AVIF", { format: "avif" }],
    ["AVIF with alpha", { format: "avif", alpha: true }],
    ["GIF", { format: "gif", colour: "palette" }],
  ])("states how large a source may be: %s", (name, changes) => {
    const query: [string, string][] = [["width", "200"]];
    expectLimit(stated("Source pictures", name), (megapixels) =>
      fits(query, "webp", facts({ ...changes, ...sides(megapixels) })),
    );
  });

  it.each<[string, OutputFormat, [string, string][]]>([
    ["JPEG", "jpeg", []],
    ["JPEG, `chroma=444`", "jpeg", [["chroma", "444"]]],
    ["WebP", "webp", []],
    ["WebP, `chroma=444`", "webp", [["chroma", "444"]]],
    ["WebP, `lossless=true`", "webp", [["lossless", "true"]]],
    ["PNG", "png", []],
    ["AVIF", "avif", []],
    ["AVIF, `chroma=444` or `lossless=true`", "avif", [["chroma", "444"]]],
    ["AVIF, `chroma=444` or `lossless=true`", "avif", [["lossless", "true"]]],
  ])("states how large a result may be: %s, %s, %s", (name, output, more) => {
    expectLimit(stated("Results", name), (megapixels) => {
      const { width } = sides(megapixels);
      const query: [string, string][] = [["width", String(width)], ["fit", "contain"], ...more];
      return fits(query, output, facts({}));
    });
  });

  it("names every reason for which the engine refuses a kind of picture", () => {
    const refused = [
      ...SOURCE_FORMATS.map((format) => facts({ format })),
      facts({ colour: "cmyk" }),
      facts({ jpegProcess: "arithmetic" }),
      facts({ jpegProcess: "lossless" }),
      facts({ bitDepth: 12 }),
    ].flatMap((source) => {
      const readable = reads(source);
      return readable === true ? [] : [readable.reason];
    });
    expect(refused).toHaveLength(10);
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
