import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BOUNDS, type Fidelity } from "../../../src/cli/corpus/fidelity.ts";
import type { Entry } from "../../../src/cli/corpus/manifest.ts";
import { corpusPage, saysTheSame } from "../../../src/cli/corpus/page.ts";
import type { Judged } from "../../../src/cli/corpus/verdict.ts";

const entry = (path: string, expected = "decodes"): Entry => ({
  path,
  category: path.split("/")[0]!,
  bytes: 1,
  format: "jpeg",
  width: 1,
  height: 1,
  features: "",
  expected,
});
const judged = (path: string, more: Partial<Judged> = {}): Judged => ({
  path,
  category: path.split("/")[0]!,
  ms: 1,
  outcome: "ok",
  ...more,
});

const entries = [entry("jpeg/a"), entry("jpeg/b"), entry("heic/c"), entry("hostile/d", "no crash")];
const verdicts = [
  judged("jpeg/a", { db: 40 }),
  judged("jpeg/b", { db: 37 }),
  judged("heic/c", { outcome: "limit", reason: "415 unsupported_format: HEIC is not read" }),
  judged("hostile/d", { outcome: "limit", reason: "422 broken_image: x" }),
  judged("mutant/0-0/jpeg/a"),
];
const measured: Fidelity[] = [0.999, 0.998, 0.99].map((ssim, i) => ({
  path: "jpeg/a",
  encoding: "png",
  scale: 800,
  db: 50 + i,
  ssim,
}));
const page = corpusPage({ entries, judged: verdicts, measured });

describe("docs/corpus.md", () => {
  it("counts outcomes by category, with the figures of what was compared", () => {
    expect(page).toContain("| jpeg | 2 | 2 | 2 | 0 | 0 | 0 | 2 | 38.5 |");
    expect(page).toContain("| heic | 1 | 1 | 0 | 1 | 0 | 0 | 0 | – |");
    expect(page).toContain("| damaged copies | 1 | 0 | 1 | 0 | 0 | 0 | 0 | – |");
    expect(page).toContain("| all | 5 | 3 | 3 | 2 | 0 | 0 | 2 | 38.5 |");
    expect(page).toContain("| heic | 1 | 415 | `unsupported_format` | HEIC is not read |");
    expect(page).not.toContain("422");
  });

  it("states median, least and bound of each size", () => {
    const { db, ssim } = BOUNDS.png[800];
    const row = `| PNG | 800 px | 3 | 51.0 | 50.0 | ${db.toFixed(1)} | 0.9980 | 0.9900 | ${ssim.toFixed(4)} |`;
    expect(page).toContain(row);
  });

  it("is out of date when a word or a count differs, or a figure by more than another processor's last digit", () => {
    expect(saysTheSame(page, page)).toBe(true);
    expect(saysTheSame(page.replace("38.5", "38.6"), page)).toBe(true);
    expect(saysTheSame(page.replace("38.5", "39.0"), page)).toBe(false);
    expect(saysTheSame(page.replace("0.9980", "0.9971"), page)).toBe(true);
    expect(saysTheSame(page.replace("0.9980", "0.9950"), page)).toBe(false);
    expect(saysTheSame(page.replace("| jpeg | 2 |", "| jpeg | 3 |"), page)).toBe(false);
    expect(saysTheSame(page.replace("HEIC", "HEIF"), page)).toBe(false);
    expect(saysTheSame("", page)).toBe(false);
  });

  it("as it is committed, states the bounds that the command holds", () => {
    const committed = readFileSync(new URL("../../../docs/corpus.md", import.meta.url), "utf8");
    const rows = [...committed.matchAll(/^\| (PNG|WebP) \| (\w+)(?: px)? \| .*$/gm)];
    expect(rows).toHaveLength(8);
    for (const [row, format, width] of rows) {
      const encoding = format === "PNG" ? "png" : "webp";
      const scale = width === "own" ? "own" : (Number(width) as 320);
      const cells = row.split("|").map((cell) => cell.trim());
      const { db, ssim } = BOUNDS[encoding][scale];
      expect([cells[6], cells[9]]).toEqual([db.toFixed(1), ssim.toFixed(4)]);
      expect(Number(cells[5])).toBeGreaterThanOrEqual(db);
      expect(Number(cells[8])).toBeGreaterThanOrEqual(ssim);
    }
  });
});
