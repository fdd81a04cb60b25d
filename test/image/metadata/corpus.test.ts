/** What is found in real files is what sharp finds in them; what is written of it can be read. */
import { existsSync, readFileSync } from "node:fs";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { tapped } from "../../../src/engine/metadata/tap.ts";
import type { SourceFormat } from "../../../src/image/facts.ts";
import type { Output } from "../../../src/image/job.ts";
import type { FoundMetadata } from "../../../src/image/metadata/blocks.ts";
import { readExif } from "../../../src/image/metadata/exif-in.ts";
import { keptMetadata } from "../../../src/image/metadata/kept.ts";
import { probe } from "../../../src/image/probe/index.ts";
import { plainExif } from "./samples.ts";

const CORPUS = new URL("../../../../shared/corpus/", import.meta.url);
const exists = existsSync(new URL("MANIFEST.tsv", CORPUS));
if (!exists) console.log("The corpus is not here: its tests are skipped.");

/** Longer ones say nothing more, and take longer. */
const MAX_BYTES = 4 * 2 ** 20;
const FORMATS = ["jpeg", "png", "webp", "avif", "tiff"] as const;

function paths(): readonly string[] {
  const [, ...lines] = readFileSync(new URL("MANIFEST.tsv", CORPUS), "utf8").trim().split("\n");
  return lines
    .map((line) => line.split("\t"))
    .filter(([, , , bytes]) => Number(bytes) <= MAX_BYTES)
    .map(([path]) => path!);
}

async function foundIn(file: Uint8Array, format: SourceFormat): Promise<FoundMetadata> {
  const { source, found } = tapped(new Blob([new Uint8Array(file)]).stream(), format);
  await source.pipeTo(new WritableStream());
  return found();
}

function formatOf(file: Uint8Array): SourceFormat | undefined {
  try {
    const result = probe(file, true);
    return result.kind === "facts" ? result.facts.format : undefined;
  } catch {
    return undefined;
  }
}

const IPTC_RESOURCE = Buffer.from("8BIM\x04\x04", "latin1");
const atLeast = (least: number) =>
  expect.toSatisfy((count: number) => count >= least, `at least ${least}`);
/** So that a corpus that has none proves nothing. */
const LEAST = {
  jpeg: { exif: atLeast(40), xmp: atLeast(20), iptc: atLeast(3), gps: atLeast(3) },
  png: { exif: atLeast(2), xmp: atLeast(2) },
  webp: {},
  avif: { exif: atLeast(15), xmp: atLeast(15), gps: atLeast(10) },
  tiff: { gps: atLeast(1) },
} as const;
/** XMP of a gain map, which sharp leaves out with it; a text that is called XMP in a chunk that is not for it. */
const KNOWN: ReadonlySet<string> = new Set([
  "jpeg/sharp__gain-map.jpg: xmp is there for us alone",
  "png/libvips__sample.png: xmp is not found",
]);

const RESULT = { width: 100, height: 80, format: "jpeg" } as Output;

function isWithinJpeg(found: FoundMetadata) {
  for (const metadata of ["copyright", "keep", "keep-gps"] as const) {
    const kept = keptMetadata(found, { ...RESULT, metadata });
    const exif = kept?.exif && plainExif(kept.exif);
    if (metadata !== "keep-gps") expect(exif?.gps.size ?? 0).toBe(0);
    expect(exif?.picture.has(0x0112) ?? false).toBe(false);
    const xmp = new TextDecoder().decode(kept?.xmp);
    if (metadata !== "keep-gps") expect(xmp).not.toMatch(/exif:GPS/);
  }
}

describe.runIf(exists).each(FORMATS)("the metadata of the corpus' %s", (format) => {
  it("is what sharp finds, and is written so that it can be read", {
    timeout: 120_000,
  }, async () => {
    const counts = { files: 0, exif: 0, xmp: 0, iptc: 0, gps: 0 };
    const wrong: string[] = [];
    for (const path of paths()) {
      const file = new Uint8Array(readFileSync(new URL(path, CORPUS)));
      if (formatOf(file) !== format) continue;
      counts.files++;
      const found = await foundIn(file, format);
      isWithinJpeg(found);
      const exif = found.exif && readExif(found.exif);
      if (exif && exif.gps.size > 0) counts.gps++;
      const theirs = await sharp(file)
        .metadata()
        .catch(() => undefined);
      if (!theirs || format === "tiff") continue;
      for (const kind of ["exif", "xmp", "iptc"] as const) {
        if (found[kind]) counts[kind]++;
        // Sharp hands over all of Photoshop's resources.
        const isThere = kind === "iptc" ? theirs.iptc?.includes(IPTC_RESOURCE) : theirs[kind];
        if (!isThere && !found[kind]) continue;
        if (!isThere) wrong.push(`${path}: ${kind} is there for us alone`);
        else if (!found[kind]) wrong.push(`${path}: ${kind} is not found`);
        else if (kind === "xmp" && Buffer.compare(theirs.xmp!, found.xmp!) !== 0) {
          wrong.push(`${path}: another XMP`);
        }
      }
    }
    expect(wrong.filter((what) => !KNOWN.has(what))).toEqual([]);
    expect(counts.files).toBeGreaterThan(5);
    expect(counts).toMatchObject(LEAST[format]);
  });
});
