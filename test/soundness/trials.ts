/**
 * The engine and its pool, under files that want to break them. Each trial: a secret picture fills an instance's memory,
 * then a damaged file is rendered on that same instance, and once more on an instance that has never seen anything. Both
 * must end alike: the same bytes, or the same refusal. So nothing of the secret can be in the answer, and nothing that
 * an earlier job left behind decides anything.
 *
 * Runs wherever the engine does: in Node and in workerd.
 */
import type { EngineInstance } from "../../src/engine/pictor/instance.ts";
import { jobBytes } from "../../src/engine/pictor/job-bytes.ts";
import type { Pool } from "../../src/engine/pictor/pool.ts";
import { PictorError } from "../../src/errors.ts";
import type { Plan } from "../../src/image/job.ts";
import { fittingPlan } from "../../src/image/limits.ts";
import { instanceBytes } from "../../src/image/memory-pictor.ts";
import { probe } from "../../src/image/probe/index.ts";
import { parse, type QueryPairs } from "../../src/params/parse.ts";
import { resolve } from "../../src/params/resolve.ts";
import type { Engine } from "../../src/ports.ts";
import { streamOf } from "../engine/plans.ts";
import { mutant } from "./mutate.ts";
import { type Random, randomOf } from "./random.ts";

export interface Opened {
  readonly engine: Omit<Engine, "hold"> & { readonly streams: (plan: Plan) => boolean };
  readonly pool: Pool;
}

export interface Trials {
  /** With a pool of its own each time. */
  readonly open: () => Opened;
  /** Good files to damage; what the engine does not read is passed over. */
  readonly files: readonly Uint8Array[];
  /** A small JPEG of noise. */
  readonly secret: Uint8Array;
  readonly seed: number;
  readonly count: number;
}

export interface Report {
  trials: number;
  /** Jobs on instances, the secrets' included. */
  jobs: number;
  /** How often each ending came: `ok`, or an error's code. */
  endings: Record<string, number>;
  /** Instances that held the secret and were then scrubbed for a damaged file. */
  reused: number;
  /** Damaged files with another ending after a secret than alone. None is right. */
  leaks: string[];
  /** Endings that are mistakes of ours: traps, and errors that are no PictorError or `internal`. None is right. */
  mistakes: string[];
}

interface Ending {
  readonly name: string;
  readonly bytes?: Uint8Array;
  readonly mistake?: string;
}

/** Of what is left between the secret picture and the end of the memory. */
const MARK = 0x5ec2e75e;

export async function runTrials({ open, files, secret, seed, count }: Trials): Promise<Report> {
  const random = randomOf(seed);
  const shared = open();
  const report: Report = { trials: 0, jobs: 0, endings: {}, reused: 0, leaks: [], mistakes: [] };
  while (report.trials < count) {
    const trial = drawn(files, random, shared.engine);
    if (trial === undefined) continue;
    const { file, plan, query } = trial;
    report.trials++;
    report.jobs += 3;
    const bytes = instanceBytes(plan, shared.engine.streams(plan) ? 0 : file.length);
    await shared.pool.run(bytes, async (instance) => fill(instance, secret));
    const { reused } = shared.pool.counts;
    const after = await ending(shared, plan, file);
    report.reused += shared.pool.counts.reused - reused;
    const alone = await ending(open(), plan, file);
    report.endings[alone.name] = (report.endings[alone.name] ?? 0) + 1;
    const which = `seed ${seed}, trial ${report.trials} (${query})`;
    if (!isSame(after, alone)) report.leaks.push(`${which}: ${after.name}, alone ${alone.name}`);
    if (alone.mistake !== undefined) report.mistakes.push(`${which}: ${alone.mistake}`);
  }
  return report;
}

/** A secret's job, and then a mark in every word of the memory that it left empty. */
function fill(instance: EngineInstance, secret: Uint8Array): void {
  const result = probe(secret, true);
  if (result.kind !== "facts") throw new Error("The secret has no header.");
  const plan = planned(result.facts, [["format", "jpeg"]], secret.length, () => 0);
  instance.start(jobBytes(plan));
  if (!instance.feed(secret, true)) throw new Error("The secret was not rendered.");
  const words = new Uint32Array(instance.memory.buffer);
  // Beyond the module's own data, which a scrub sets anew.
  for (let i = 65_536; i < words.length; i++) if (words[i] === 0) words[i] = MARK;
}

function planned(
  facts: Plan["source"],
  query: QueryPairs,
  bytes: number,
  price: Engine["peakBytes"],
): Plan {
  const { format = "jpeg", ...transform } = resolve(parse(query));
  return fittingPlan(transform, format as "jpeg", facts, bytes, price);
}

/** Until a damaged file still has a header, of a picture that the engine would read, with wishes that it can have. */
function drawn(files: readonly Uint8Array[], random: Random, engine: Opened["engine"]) {
  const file = mutant(random.of(files), random.of(files), random);
  const query = wishes(random);
  try {
    const result = probe(file, true);
    if (result.kind !== "facts" || engine.reads(result.facts) !== true) return undefined;
    const plan = planned(result.facts, query, file.length, engine.peakBytes);
    const asText = query.map(([name, value]) => `${name}=${value}`).join("&");
    return { file, plan, query: asText };
  } catch (error) {
    if (error instanceof PictorError) return undefined;
    throw error;
  }
}

function wishes(random: Random): QueryPairs {
  const pairs: [string, string][] = [["format", random.of(FORMATS)]];
  const wish = (oneIn: number, name: string, value: () => number | string) => {
    if (random.oneIn(oneIn)) pairs.push([name, String(value())]);
  };
  pairs.push(["width", String(1 + random.below(random.oneIn(4) ? 400 : 90))]);
  wish(3, "height", () => 1 + random.below(90));
  wish(4, "fit", () => random.of(["cover", "contain", "fill", "pad"]));
  wish(5, "crop", () => random.of(["0.1,0.2,0.5,0.6", "0,0,1,0.1", "0.7,0,0.3,1"]));
  wish(6, "rotate", () => random.of(["90", "180", "270"]));
  wish(6, "flip", () => random.of(["h", "v", "hv"]));
  wish(8, "blur", () => random.of(["0.5", "4", "60"]));
  wish(8, "sharpen", () => 1 + random.below(10));
  wish(8, "gamma", () => random.of(["0.2", "1.4", "9"]));
  wish(8, "saturation", () => random.of(["0", "2"]));
  wish(8, "pad", () => 1 + random.below(20));
  wish(6, "quality", () => 1 + random.below(100));
  wish(6, "background", () => random.of(["ff880080", "transparent", "blur"]));
  wish(8, "hue", () => random.below(360));
  wish(6, "effect", () => random.of(["sepia", "invert", "duotone:1b2a6b:ffd9a0", "tint:336699"]));
  wish(8, "pixelate", () => 2 + random.below(255));
  wish(8, "border", () => `${1 + random.below(30)},00ff0080`);
  wish(8, "radius", () => random.of(["1", "9", "max"]));
  wish(6, "frame", () => 1 + random.below(3));
  wish(8, "chroma", () => "444");
  wish(4, "progressive", () => "false");
  if (pairs[0]![1] !== "jpeg") wish(5, "lossless", () => "true");
  return pairs;
}

/** What the module writes itself: other encoders are not its own. */
const FORMATS = ["jpeg", "webp", "png", "gif"] as const;

async function ending({ engine }: Opened, plan: Plan, file: Uint8Array): Promise<Ending> {
  try {
    const { bytes } = await engine.render(plan, streamOf(file, 16_384));
    return { name: "ok", bytes };
  } catch (error) {
    if (!(error instanceof PictorError)) return { name: "no PictorError", mistake: String(error) };
    const { code, message, cause } = error;
    const isTrap = cause instanceof WebAssembly.RuntimeError || cause instanceof RangeError;
    const isMistake = isTrap || code === "internal";
    return { name: `${code}: ${message}`, ...(isMistake && { mistake: `${code}: ${cause}` }) };
  }
}

function isSame(a: Ending, b: Ending): boolean {
  if (a.name !== b.name || a.bytes?.length !== b.bytes?.length) return false;
  return a.bytes === undefined || a.bytes.every((byte, i) => byte === b.bytes![i]);
}
