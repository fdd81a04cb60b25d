/** What a run measured: plain data, kept as JSON, from which the pages are made. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { First } from "./contenders/service.ts";
import type { Timing } from "./measure.ts";
import { STATE } from "./paths.ts";
import type { Kind } from "./photos.ts";
import type { Curve } from "./quality/rate.ts";

export interface PhotoFacts {
  readonly name: string;
  readonly kind: Kind;
  readonly made?: string;
  readonly width: number;
  readonly height: number;
  readonly megapixels: number;
  readonly bytes: number;
  readonly progressive: boolean;
  /** `420`, `grey`, … */
  readonly sampling: string;
  readonly orientation: number;
  readonly profile?: string;
}

/** One encoder's result on a row. */
export interface Outcome {
  readonly bytes: number;
  readonly psnr: number;
  readonly ssimulacra2: number;
}

export interface Row {
  readonly photo: string;
  readonly size: number;
  readonly format: "jpeg" | "webp";
  readonly timings: Readonly<Record<string, Timing>>;
  readonly ours: Outcome;
  readonly sharp: Outcome;
  /** Bytes of WASM memory: the instance's, what was written of it, and jSquash's. */
  readonly memory: { readonly given: number; readonly used: number; readonly jsquash?: number };
}

export interface RateRow {
  readonly photo: string;
  readonly format: "jpeg" | "webp";
  readonly ours: Curve;
  readonly sharp: Curve;
  readonly ratio: number;
}

/** A whole request beside the engine alone, on the same picture, in turns. */
export interface RequestRow {
  readonly photo: string;
  readonly format: "jpeg" | "webp";
  readonly alone: Timing;
  /** The original over HTTP, from outside of workerd. */
  readonly request: Timing;
  /** From Miniflare's R2, whose work counts, too. */
  readonly fromR2: Timing;
}

export interface Through {
  readonly rows: readonly RequestRow[];
  /** Each list is one fresh process: its first request, then those after it. */
  readonly first: readonly (readonly First[])[];
  readonly firstPhoto: string;
}

/** One Worker in one round. */
export interface HitSide {
  /** Requests a second. */
  readonly rate: number;
  /** Of workerd, µs a request. */
  readonly cpu: number;
}

export interface HitRound {
  readonly bare: HitSide;
  readonly ours: HitSide;
  /** The bare Worker once more. */
  readonly again: HitSide;
}

export interface Hits {
  /** Of the answer. */
  readonly bytes: number;
  readonly connections: number;
  readonly rounds: readonly HitRound[];
}

export interface Results {
  readonly machine: Readonly<Record<string, string>>;
  readonly quick: boolean;
  readonly rounds: number;
  readonly seconds: number;
  readonly fromCorpus: boolean;
  readonly engineBytes: number;
  readonly engineGzip: number;
  readonly photos: readonly PhotoFacts[];
  readonly rows: readonly Row[];
  readonly rates: readonly RateRow[];
  /** Or why it was not measured. */
  readonly workerd: Through | string;
  /** Or why they were not measured. */
  readonly hits: Hits | string;
  /** Rows that failed, with the message. */
  readonly failures: readonly string[];
}

const FILE = join(STATE, "results.json");

export async function saveResults(results: Results): Promise<void> {
  await mkdir(STATE, { recursive: true });
  await writeFile(FILE, JSON.stringify(results, null, 1));
}

/** Infinities (PSNR of equal pictures) become null in JSON. */
export async function lastResults(): Promise<Results> {
  const results = JSON.parse(await readFile(FILE, "utf8")) as Results;
  return { ...results, hits: results.hits ?? "that run was older than this measurement." };
}
