/**
 * The engine inside of workerd, under damaged files (`../soundness/trials.ts`). PICTOR_TRIALS asks for more than a usual
 * run has (`npm run test:soundness`), PICTOR_SEED for others; the corpus takes part where it is, if asked for more.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ROOT } from "../../src/cli/local/paths.ts";
import { type Service, startService } from "../../src/cli/local/service.ts";
import { inSharp, noisePicture } from "../engine/pictures.ts";
import type { Report } from "../soundness/trials.ts";
import { childrenNamed, residentBytes } from "./processes.ts";

const USUAL = 2_000;
const COUNT = Number(process.env.PICTOR_TRIALS ?? USUAL);
const FIRST_SEED = Number(process.env.PICTOR_SEED ?? 1);
/** Of one request. */
const BATCH = 100;
/** Until the runtime's own heap has found its size. */
const WARMUP = 3 * BATCH;
const MOST_FILE_BYTES = 60_000;

const SOURCES = ["worker.ts", "trials.ts", "mutate.ts", "random.ts"].map((name) =>
  fileURLToPath(new URL(`../soundness/${name}`, import.meta.url)),
);

let service: Service;
let scratch: string;
let pids: readonly number[];

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "pictor-soundness-"));
  const config = join(scratch, "wrangler.toml");
  await writeFile(config, configuration());
  const before = new Set(childrenNamed("workerd"));
  // What the runtime says when it dies.
  service = await startService({ config, onLine: (line) => console.error(line) });
  pids = childrenNamed("workerd").filter((pid) => !before.has(pid));
  await fetch(`${service.url}/files`, { method: "PUT", body: await files() });
});
afterAll(async () => {
  await service?.dispose();
  await rm(scratch, { recursive: true, force: true });
});

/** Bundles are kept by what the configuration says, so it says which sources it is for. */
function configuration(): string {
  const sources = Buffer.concat(SOURCES.map((file) => readFileSync(file)));
  return `
    # ${createHash("sha256").update(sources).digest("hex")}
    name = "soundness"
    main = ${JSON.stringify(SOURCES[0])}
    compatibility_date = "2026-04-21"
    rules = [{ type = "CompiledWasm", globs = ["**/*.wasm"], fallthrough = true }]
  `;
}

/** As the Worker takes them. */
async function files(): Promise<Buffer> {
  const secret = inSharp(noisePicture(40, 30)).removeAlpha().jpeg({ quality: 95 });
  const pictures = picturesBelow(join(ROOT, "test", "fixtures", "pictures"));
  const corpus = process.env.PICTOR_CORPUS ?? join(ROOT, "..", "shared", "corpus");
  if (COUNT > USUAL && existsSync(corpus)) pictures.push(...picturesBelow(corpus));
  const parts = [await secret.toBuffer(), ...pictures].flatMap((file) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(file.length);
    return [length, file];
  });
  return Buffer.concat(parts);
}

function picturesBelow(folder: string): Buffer[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(jpe?g|webp|png|gif|avif)$/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath ?? entry.path, entry.name)))
    .filter((file) => file.length > 16 && file.length <= MOST_FILE_BYTES);
}

async function trials(seed: number, count: number): Promise<Report> {
  const ask = () => fetch(`${service.url}/trials?seed=${seed}&count=${count}`, { method: "POST" });
  // Once more when a kept connection was closed unanswered (RFC 9112 section 9.3.1); a runtime that died has no answer to
  // the second, either.
  const answer = await ask().catch(ask);
  expect(answer.status, `seed ${seed}: the runtime survives`).toBe(200);
  return (await answer.json()) as Report;
}

it(`damaged files: ${COUNT} end as they do alone, and memory stays`, {
  timeout: 60_000 + COUNT * 400,
}, async () => {
  const endings: Record<string, number> = {};
  const wrong: string[] = [];
  let [done, jobs, reused, resident] = [0, 0, 0, 0];
  for (let seed = FIRST_SEED; done < COUNT; seed++) {
    const report = await trials(seed, Math.min(BATCH, COUNT - done));
    done += report.trials;
    jobs += report.jobs;
    reused += report.reused;
    wrong.push(...report.leaks, ...report.mistakes);
    for (const [name, times] of Object.entries(report.endings)) {
      endings[name] = (endings[name] ?? 0) + times;
    }
    if (done === WARMUP) resident = residentBytes(pids);
    if (done % 5_000 === 0) console.log(`${done} trials, ${wrong.length} wrong`);
  }
  const grown = (residentBytes(pids) - resident) / 2 ** 20;
  console.log(`${done} damaged files, ${jobs} jobs, memory ${grown.toFixed(0)} MiB more:`, endings);
  expect(wrong).toEqual([]);
  expect(reused).toBeGreaterThan(0.9 * COUNT);
  expect(endings.ok).toBeGreaterThan(0.1 * COUNT);
  // Where the system tells.
  if (resident > 0) expect(grown).toBeLessThan(100);
});
