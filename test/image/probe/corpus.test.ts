import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Facts } from "../../../src/image/facts.ts";
import { probe } from "../../../src/image/probe/index.ts";
import { factsOf, feed, outcome, readsOf } from "./expect.ts";

const CORPUS = new URL("../../../../shared/corpus/", import.meta.url);
const MANIFEST = new URL("MANIFEST.tsv", CORPUS);
const exists = existsSync(MANIFEST);
if (!exists) console.warn("The corpus is not here: its tests of the probe are skipped.");

interface Row {
  readonly path: string;
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly features: string;
  readonly decodes: boolean;
}

const rows: readonly Row[] = exists
  ? readFileSync(MANIFEST, "utf8").trim().split("\n").slice(1).map(rowOf)
  : [];

function rowOf(line: string): Row {
  const [path = "", , , , format = "", width, height, features = "", expected = ""] =
    line.split("\t");
  return {
    path,
    format,
    width: Number(width),
    height: Number(height),
    features,
    decodes: expected.startsWith("decodes"),
  };
}

const bytesOf = ({ path }: Row) => new Uint8Array(readFileSync(new URL(path, CORPUS)));

/** Where we differ from the manifest in size or format, and why. */
const OTHER_SIZE: Readonly<Record<string, { readonly size: string; readonly why: string }>> = {
  "avif/libavif__pyramid_pymd.avif": {
    size: "avif 128×128",
    why: "the manifest has the largest layer of the pyramid; the primary item has 128×128, as libvips says",
  },
  "avif/libavif__seine_sdr_gainmap_big_srgb.avif": {
    size: "avif 400×300",
    why: "the manifest has the gain map's size; the primary item has 400×300, as libvips says",
  },
  "ico/libvips__sample.cur": { size: "ico 32×32", why: "a cursor is an ICO" },
};

/** What the manifest says decodes (with some decoder) and the probe refuses, by format or path, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  gz: "compressed SVG is not read",
  jp2: "JPEG 2000 is not read",
  "avif/libavif__clap_irot_imir_non_essential.avif": "a clean aperture is not cut out",
};
const isRefused = ({ format, path }: Row) => format in REFUSED || path in REFUSED;

/** The parts of the manifest's features that are facts of ours; what it does not state is not compared. */
function statedFacts({ format, features }: Row): Partial<Facts> {
  const has = (word: RegExp) => word.test(features);
  const number = (pattern: RegExp) => {
    const match = pattern.exec(features);
    return match === null ? undefined : Number(match[1]);
  };
  const orientation = number(/(?:exif|eXIf) orientation ([1-8])(?!\d)/);
  const frames =
    number(/(?:; |^)(?:APNG |animated )?(\d+) frames?\b/) ?? number(/sequence (\d+) samples/);
  const name = /(?:^|; )icc (.*) \([A-Z]+\)/.exec(features)?.[1];
  return {
    ...(orientation === undefined ? {} : { orientation: orientation as Facts["orientation"] }),
    ...(frames === undefined ? {} : { frames }),
    ...(name === undefined || name === "?" ? {} : { profileName: name.trim() }),
    ...(format === "png" ? statedByPng(features) : {}),
    ...(format === "jpeg" ? statedByJpeg(features) : {}),
    ...(format === "webp" ? { alpha: has(/\balpha\b/), animated: has(/animated/) } : {}),
    ...(format === "gif" && has(/transparency/) ? { alpha: true } : {}),
    ...(format === "avif" || format === "heic" ? { alpha: has(/(^|; )alpha(;|$)/) } : {}),
    ...(format === "jxl"
      ? { alpha: has(/RGBA/), bitDepth: number(/(\d+)-bit/) ?? 8, animated: has(/animation/) }
      : {}),
    ...(format === "tiff" ? { bitDepth: number(/(\d+) bps/) ?? 0 } : {}),
  };
}

function statedByPng(features: string): Partial<Facts> {
  const match = /(\d+)-bit (gray\+alpha|rgba|gray|rgb|palette)/.exec(features);
  const colour = {
    "gray+alpha": "gray",
    rgba: "rgb",
    gray: "gray",
    rgb: "rgb",
    palette: "palette",
  } as const;
  return {
    bitDepth: Number(match?.[1]),
    colour: colour[match?.[2] as keyof typeof colour],
    alpha: /\+alpha|rgba|tRNS/.test(features),
    progressive: features.includes("interlaced"),
  };
}

function statedByJpeg(features: string): Partial<Facts> {
  const process = /(^|; )(baseline|extended-sequential|progressive|lossless|arithmetic)/.exec(
    features,
  )?.[2];
  const sampling = /; (?:sampling )?(\d:\d:\d|\dx[\dx,]+)/.exec(
    `; ${features.split("; ").slice(-12).join("; ")}`,
  )?.[1];
  return {
    bitDepth: features.includes("12-bit") ? 12 : 8,
    ...(process === undefined
      ? {}
      : { jpegProcess: process.replace("-sequential", "") as "baseline" }),
    ...(sampling === undefined ? {} : { sampling: sampling.replaceAll(":", "") }),
    ...(/grayscale/.test(features) ? { colour: "gray" as const } : {}),
    ...(/; (cmyk|ycck)/.test(features)
      ? { colour: features.includes("ycck") ? "ycck" : "cmyk" }
      : {}),
  };
}

/** Where we differ from the features, by design. */
const OTHER_FACTS: Readonly<
  Record<string, { readonly facts: Partial<Facts>; readonly why: string }>
> = {
  "avif/libavif__colors-animated-8bpc-audio.avif": {
    facts: { frames: 5 },
    why: "5 samples of picture, 8 of sound",
  },
};

describe.skipIf(!exists)("the probe of the corpus", () => {
  it("agrees on format and size with the manifest for everything that decodes", () => {
    const wrong = rows
      .filter(({ decodes }) => decodes)
      .filter((row) => !row.path.startsWith("hostile/"))
      .flatMap((row) => {
        const bytes = bytesOf(row);
        if (isRefused(row)) {
          return outcome(() => feed(bytes)) === "refused" ? [] : [`${row.path}: was not refused`];
        }
        const { format, width, height } = feed(bytes, 4096).facts;
        const expected = OTHER_SIZE[row.path]?.size ?? `${row.format} ${row.width}×${row.height}`;
        const got = `${format} ${width}×${height}`;
        return got === expected ? [] : [`${row.path}: ${got}, not ${expected}`];
      });
    expect(wrong).toEqual([]);
    expect(rows.length).toBeGreaterThan(900);
  });

  it("agrees on what the manifest says of orientation, frames, alpha, depth, profile and coding", () => {
    const counts: Record<string, number> = {};
    const wrong = rows
      .filter((row) => row.decodes && !row.path.startsWith("hostile/") && !isRefused(row))
      .flatMap((row) => {
        const facts = factsOf(bytesOf(row));
        const stated = { ...statedFacts(row), ...OTHER_FACTS[row.path]?.facts };
        return Object.entries(stated).flatMap(([name, value]) => {
          counts[name] = (counts[name] ?? 0) + 1;
          const got = facts[name as keyof Facts];
          return got === value
            ? []
            : [`${row.path}: ${name} is ${got}, not ${value} (${row.features})`];
        });
      });
    expect(wrong).toEqual([]);
    // The comparison is only worth something where the manifest's words were understood.
    expect(counts).toMatchObject({
      alpha: expect.any(Number),
      frames: expect.any(Number),
      profileName: expect.any(Number),
    });
    expect(counts.orientation).toBeGreaterThan(20);
    expect(counts.jpegProcess).toBeGreaterThan(60);
    expect(counts.profileName).toBeGreaterThan(50);
    expect(counts.bitDepth).toBeGreaterThan(250);
  });

  it.each([
    ["jpeg/libvips__sample.jpg", "adobe-rgb"],
    ["jpeg/sharp__320x240.jpg", "srgb"],
    ["jpeg/libavif__apple_gainmap_new.jpg", "display-p3"],
    ["jpeg/sharp__Channel_digital_image_CMYK_color.jpg", "unknown"],
    ["jpeg/libvips__sample-xyb.jpg", "unknown"],
    ["orientation/sharp__Landscape_2.jpg", "unknown"],
    ["photo/sharp__concert.jpg", "gray"],
    ["png/sharp__p3.png", "display-p3"],
    ["png/sharp__prophoto.png", "unknown"],
    ["heic/metadata-extractor-images__IMG_1034.heic", "display-p3"],
    ["avif/libvips__avif-orientation-6.avif", "display-p3"],
    ["avif/libavif__colors_hdr_p3.avif", "unknown"],
    ["avif/libavif__kodim03_yuv420_8bpc.avif", "srgb"],
  ])("classifies the profile of %s as %s", (path, profile) => {
    expect(factsOf(new Uint8Array(readFileSync(new URL(path, CORPUS)))).profile).toBe(profile);
  });

  it.each([
    ["avif/libavif__abc_color_irot_alpha_irot.avif", 8],
    ["avif/libavif__clop_irot_imor.avif", 8],
    // Its Exif item says 6, which does not count in HEIF.
    ["avif/libvips__avif-orientation-6.avif", 1],
    ["jxl/codec-corpus__sunset_logo.jxl", 7],
    ["orientation/derived-invalid-9.jpg", 1],
  ])("has %s oriented by %i", (path, orientation) => {
    expect(factsOf(new Uint8Array(readFileSync(new URL(path, CORPUS)))).orientation).toBe(
      orientation,
    );
  });

  it("answers or refuses every hostile file, given bit by bit or cut anywhere, after a few passes at most", () => {
    for (const row of rows) {
      const bytes = bytesOf(row);
      const reads = readsOf(() => outcome(() => feed(bytes, 1000)));
      expect(reads, row.path).toBeLessThan(4 * bytes.length + 10_000);
      for (let i = 1; i < 12; i++) {
        const cut = Math.floor((Math.min(bytes.length, 6000) * i) / 12);
        outcome(() => probe(bytes.subarray(0, cut), true));
      }
    }
  });

  it("refuses what must be refused for its header alone", () => {
    const paths = rows
      .filter(({ path }) =>
        /pngsuite-corrupt\/.*__x(c1|c9|cr|d0|d3|d9|dt|lf|s\d)|cut00|cut02\.avif|jpeg-h0|png-zero|png-huge|pdf-jpeg|gif-js|corrupt-header/.test(
          path,
        ),
      )
      .map((row) => [row.path, outcome(() => feed(bytesOf(row)))]);
    expect(paths.length).toBeGreaterThan(18);
    expect(paths.filter(([, got]) => got !== "refused")).toEqual([]);
  });
});
