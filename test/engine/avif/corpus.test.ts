import { existsSync, readFileSync } from "node:fs";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { PictorError } from "../../../src/errors.ts";
import { decode, factsOf } from "./pictures.ts";
import { planesOf, psnr, rgbaOf } from "./rgba.ts";

const CORPUS = new URL("../../../../shared/corpus/", import.meta.url);
const exists = existsSync(new URL("MANIFEST.tsv", CORPUS));
if (!exists) console.log("The corpus is not here: its tests are skipped.");

interface Row {
  readonly path: string;
  readonly expected: string;
}

function rows(): Row[] {
  const [, ...lines] = readFileSync(new URL("MANIFEST.tsv", CORPUS), "utf8").trim().split("\n");
  return lines
    .map((line) => line.split("\t"))
    .filter(([path = ""]) => /\.avifs?$/.test(path))
    .map((cells) => ({ path: cells[0]!, expected: cells[8]! }));
}

const read = (path: string) => new Uint8Array(readFileSync(new URL(path, CORPUS)));

/** What the manifest says decodes, and we refuse. */
const REFUSED: Readonly<Record<string, string>> = {
  "avif/libavif__clap_irot_imir_non_essential.avif": "a clean aperture is not cut out",
};

/** Where libheif's pixels are not what the planes mean. */
const OTHER_PIXELS: Readonly<Record<string, string>> = {
  "avif/libavif__extended_pixi.avif": "4×4 with saturated chroma: all is upsampling at the edge",
};

describe.skipIf(!exists)("the corpus' AVIF", () => {
  it("decodes to what sharp makes of it", { timeout: 600_000 }, async () => {
    const failed: string[] = [];
    let compared = 0;
    for (const { path } of rows().filter(({ expected }) => expected === "decodes")) {
      if (path in REFUSED) continue;
      const file = read(path);
      const decoded = decode(file);
      const { layout } = decoded;
      const rgba = rgbaOf(decoded);
      const { orientation } = factsOf(file);
      const hasProfile = /colr(prof|rICC)/.test(Buffer.from(file).toString("latin1"));
      // libheif turns; it converts by ICC profile; it takes grey and alpha of limited range for full; it reads no `avis`.
      const isComparable = orientation === 1 && !hasProfile && !(path in OTHER_PIXELS);
      if (!isComparable || (layout.subsampling === "400" && !layout.fullRange)) continue;
      const ours = path.includes("alpha-limited") ? rgba.map(opaque) : rgba;
      const image = sharp(file);
      const theirs = await image
        .ensureAlpha()
        .raw()
        .toBuffer()
        .catch(() => undefined);
      if (theirs === undefined) continue;
      const quality = psnr(ours, path.includes("alpha-limited") ? theirs.map(opaque) : theirs);
      compared++;
      if (!(quality > 45)) failed.push(`${path}: ${quality.toFixed(1)} dB`);
    }
    expect(failed).toEqual([]);
    expect(compared).toBeGreaterThan(45);
  });

  it("that is hostile decodes or is refused, within the memory that a job has", () => {
    for (const { path, expected } of rows().filter((row) => row.path.startsWith("hostile/"))) {
      let outcome = "decoded";
      try {
        planesOf(decode(read(path), 60 * 2 ** 20));
      } catch (error) {
        expect(error, path).toBeInstanceOf(PictorError);
        expect((error as PictorError).status, path).toBeLessThan(500);
        outcome = "refused";
      }
      if (expected.startsWith("must be refused")) expect(outcome, path).toBe("refused");
    }
  });
});

/** Every fourth byte is alpha. */
function opaque(value: number, i: number): number {
  return i % 4 === 3 ? 255 : value;
}
