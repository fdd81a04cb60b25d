/** What a run measured: plain data, kept as JSON, from which the pages are made. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Name } from "./contenders/contender.ts";
import type { First } from "./contenders/service.ts";
import type { Timing } from "./measure.ts";
import { STATE } from "./paths.ts";
import type { Kind } from "./photos.ts";
import type { Curve, Point } from "./quality/rate.ts";
import type { Format } from "./task.ts";

export interface PhotoFacts {
  readonly name: string;
  readonly kind: Kind;
  readonly made?: string;
  readonly width: number;
  readonly height: number;
  readonly megapixels: number;
  readonly bytes: number;
  /** `jpeg`, `png`, … */
  readonly format: string;
  readonly progressive: boolean;
  readonly alpha: boolean;
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

/** Bytes of WASM memory. */
export interface OwnMemory {
  /** Of all instances that the job made. */
  readonly given: number;
  /** What was written of it. */
  readonly used: number;
  /** What the service plans the job at: rasters and the result are in it. */
  readonly planned: number;
}

export interface Row {
  readonly photo: string;
  readonly size: number;
  readonly format: Format;
  readonly timings: { readonly [who in Name]?: Timing };
  readonly outcomes: { readonly [who in Name]?: Outcome };
  /** Why there is no outcome, in a few words. */
  readonly refusals: { readonly [who in Name]?: string };
  readonly memory: {
    readonly ours?: OwnMemory;
    readonly jsquash?: number;
    readonly photon?: number;
    readonly wio?: number;
  };
}

export interface RateRow {
  readonly photo: string;
  readonly format: Format;
  readonly ours: Curve;
  readonly sharp: Curve;
  readonly ratio: number;
}

/** AVIF of one photo: ours, and every setting of the others at the quality that reaches our score. */
export interface AvifRow {
  readonly photo: string;
  readonly curve: Curve;
  /** The point of the curve that the others are to reach. */
  readonly target: Point;
  readonly timing: Timing;
  readonly settings: readonly AvifSetting[];
}

export interface AvifSetting {
  readonly who: "sharp" | "jsquash";
  /** sharp's effort, or libaom's speed. */
  readonly setting: number;
  readonly curve: Curve;
  /** Where it reaches our score, or the nearest. */
  readonly matched: Point;
  /** Bytes at our score ÷ ours. */
  readonly bytesRatio: number;
  /** At the quality of `matched`. */
  readonly timing: Timing;
}

export interface ModuleFacts {
  readonly name: string;
  readonly bytes: number;
  readonly gzip: number;
}

/** A whole request beside the engine alone, on the same picture, in turns. */
export interface RequestRow {
  readonly photo: string;
  readonly format: Format;
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
  /** The engine's own modules. */
  readonly modules: readonly ModuleFacts[];
  /** All files of the deployment, or why there are none. */
  readonly bundle: readonly ModuleFacts[] | string;
  readonly photos: readonly PhotoFacts[];
  readonly rows: readonly Row[];
  readonly rates: readonly RateRow[];
  readonly avif: readonly AvifRow[];
  /** AVIF of 1600 × 1200, or why it was not measured. */
  readonly avifMemory: OwnMemory | string;
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
  if (results.avif === undefined)
    throw new Error(`${FILE} is from an older benchmark: run it anew`);
  return results;
}
