/** The pictures: real files, and derivatives that are labelled as such. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Facts } from "../../src/image/facts.ts";
import { probe } from "../../src/image/probe/index.ts";
import { derived } from "./derive.ts";
import type { Options } from "./options.ts";
import { SAMPLES } from "./paths.ts";

export interface Photo {
  readonly name: string;
  readonly file: Uint8Array;
  readonly facts: Facts;
  readonly megapixels: number;
  /** `photo`: as a camera or a tool wrote it. `drawn`: the same, of an illustration. `derived`: made for this benchmark. */
  readonly kind: Kind;
  /** Only when derived: how it was made. */
  readonly made?: string;
}

export type Kind = "photo" | "drawn" | "derived";

/** When time is short, the last are left out. */
const ORDER: readonly Kind[] = ["photo", "derived", "drawn"];
const isJpeg = ({ facts }: Photo) => facts.format === "jpeg";

type Listed = readonly [path: string, kind: Kind, quick?: "quick"];

/** Pictures of the corpus with at least 0.3 MP, of which a server may ask a smaller size. */
const LISTED: readonly Listed[] = [
  ["photo/TwelveMonkeys__exif-with-nested-exif.jpg", "photo", "quick"],
  ["photo/libavif__dog_exif_extended_xmp_icc.jpg", "photo", "quick"],
  ["photo/lomiri-wallpapers-20.04__Painting-Colors_by__herobrine7gamer.jpg", "photo"],
  ["photo/sharp__2569067123_aca715a2ee_o.jpg", "photo", "quick"],
  ["photo/sharp__flowers.jpeg", "photo"],
  ["photo/squoosh__demo-large-photo.jpg", "photo"],
  ["quality/plasma-workspace-wallpapers__2560x1600-747745.jpg", "photo"],
  ["quality/plasma-workspace-wallpapers__2560x1600-6e0f3a.jpg", "photo"],
  ["quality/plasma-workspace-wallpapers__2560x1600.jpg", "photo", "quick"],
  ["jpeg/sharp__gain-map.jpg", "photo"],
  ["jpeg/zune-image__fox410.jpg", "photo"],
  ["quality/plasma-workspace-wallpapers__1080x1920.jpg", "drawn"],
  ["quality/squoosh__demo-artwork.jpg", "drawn"],
  ["photo/zune-image__large_vertical_samp_7680_4320.jpg", "drawn"],
  ["photo/zune-image__speed_bench_hv_subsampling.jpg", "drawn"],
  ["photo/zune-image__speed_bench_prog_h_sampling.jpg", "drawn"],
  ["jpeg/derived/440.jpg", "derived"],
  ["jpeg/derived/411.jpg", "derived"],
  ["jpeg/derived/restart-1row.jpg", "derived"],
  ["png/sharp__blackbug.png", "drawn", "quick"],
  ["quality/squoosh__demo-device-screen.png", "drawn"],
  ["webp/squoosh__example.webp", "photo"],
  ["avif/avif-sample-images__hato.profile0.8bpc.yuv420.avif", "photo"],
  ["gif/images__dancing-banana.gif", "drawn", "quick"],
];

const SAMPLE_PICTURES = [
  "coffee.jpg",
  "space/astronaut.jpg",
  "space/rocket.jpg",
  "art/mountains.jpg",
  "art/tiles.jpg",
  "animals/raccoon.jpg",
];

export interface Collection {
  readonly photos: readonly Photo[];
  /** False: only the project's own small samples, and derivatives of them, were there. */
  readonly fromCorpus: boolean;
}

export async function collectPhotos(options: Options): Promise<Collection> {
  const fromCorpus = existsSync(join(options.corpus, "photo"));
  const listed: readonly Listed[] = fromCorpus
    ? LISTED
    : SAMPLE_PICTURES.map((path) => [path, "photo", "quick"] as const);
  const folder = fromCorpus ? options.corpus : SAMPLES;
  const photos: Photo[] = [];
  for (const [path, kind, quick] of listed) {
    if (options.quick && !quick) continue;
    const file = join(folder, path);
    if (!existsSync(file)) continue;
    const made = kind === "derived" ? "by the corpus, from a photo of 768 × 512" : undefined;
    photos.push(await read(file, shortName(path), kind, made));
  }
  // The largest photos are what mosaics and variants are made of.
  const parents = photos.filter((photo) => photo.kind === "photo" && isJpeg(photo));
  for (const { path, name, made } of await derived(parents, options.quick)) {
    photos.push(await read(path, name, "derived", made));
  }
  photos.sort((a, b) => rank(a) - rank(b));
  const { only } = options;
  const wanted = only === undefined ? photos : photos.filter(({ name }) => only.test(name));
  return { photos: wanted, fromCorpus };
}

function rank(photo: Photo): number {
  // JPEGs as cameras wrote them, then all other formats.
  if (!isJpeg(photo)) return 0.5;
  return ORDER.indexOf(photo.kind);
}

async function read(path: string, name: string, kind: Kind, made?: string): Promise<Photo> {
  const file = new Uint8Array(await readFile(path));
  const found = probe(file, true);
  if (found.kind !== "facts") throw new Error(`${path}: the header is not complete`);
  const { facts } = found;
  const megapixels = (facts.width * facts.height) / 1e6;
  return { name, file, facts, megapixels, kind, ...(made !== undefined && { made }) };
}

/** The corpus puts the project of origin before two underscores. */
function shortName(path: string): string {
  const [project, ...rest] = basename(path)
    .replace(/\.\w+$/, "")
    .split("__");
  if (rest.length === 0) return project!;
  return `${project!.split("-")[0]}: ${rest[0]!.replaceAll("_", " ").slice(0, 24).trim()}`;
}
