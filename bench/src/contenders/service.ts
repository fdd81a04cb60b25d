/** Whole requests through workerd: the deployment's own bundle, its router, caches, R2 and engine. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { Response } from "miniflare";
import { bundleWorker } from "../../../src/cli/local/bundle.ts";
import { type Service, startService } from "../../../src/cli/local/service.ts";
import { childrenNamed, cpuOf } from "../clock.ts";
import { ENGINE } from "../paths.ts";
import type { Photo } from "../photos.ts";
import type { Task } from "../task.ts";

export interface Running {
  put(photo: Photo): Promise<void>;
  /** Never the same URL twice, so that no cache answers. */
  request(task: Task, from: From): Promise<Uint8Array>;
  /** CPU time of workerd so far, in ms. */
  cpu(): number;
  stop(): Promise<void>;
}

/** Where the original comes from: an HTTP server outside of workerd, or Miniflare's R2, which is part of it. */
export type From = "http" | "r2";

export interface First {
  readonly wall: number;
  readonly cpu: number;
}

/** Answered by this process, whatever its name. */
const ORIGIN_HOST = "origin.example.com";

/** False while the Worker is bundled without our module: then its numbers would be another engine's. */
export async function runsOurEngine(): Promise<boolean> {
  const ours = sha256(await readFile(ENGINE));
  const { modules } = await bundleWorker();
  for (const { path } of modules) {
    if (path.endsWith(".wasm") && sha256(await readFile(path)) === ours) return true;
  }
  return false;
}

export async function startWorkerd(): Promise<Running> {
  const before = new Set(childrenNamed("workerd"));
  const originals = new Map<string, Uint8Array>();
  const service = await startService({
    bindings: { SIGNING: "off", LOCAL_DEVELOPMENT: "true", ALLOWED_HOSTS: ORIGIN_HOST },
    outbound({ url }) {
      const file = originals.get(new URL(url).pathname.slice(1));
      return file
        ? new Response(file, { headers: { ETag: '"1"' } })
        : new Response("", { status: 404 });
    },
  });
  const pids = childrenNamed("workerd").filter((pid) => !before.has(pid));
  const bucket = await service.bucket("ORIGINALS");
  let asked = 0;
  return {
    put: async (photo) => {
      originals.set(keyOf(photo), photo.file);
      await bucket.put(keyOf(photo), photo.file);
    },
    request: (task, from) => answer(service, task, from, asked++),
    cpu: () => pids.reduce((sum, pid) => sum + cpuOf(pid), 0),
    stop: () => service.dispose(),
  };
}

async function answer(service: Service, task: Task, from: From, turn: number): Promise<Uint8Array> {
  const { photo, size, quality, format } = task;
  const query = `w=${size}&q=${quality}&format=${format}&v=bench${turn}`;
  const key =
    from === "r2" ? keyOf(photo) : encodeURIComponent(`https://${ORIGIN_HOST}/${keyOf(photo)}`);
  const response = await fetch(`${service.url}/${key}?${query}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (response.status === 200) return bytes;
  throw new Error(`${photo.name}: ${response.status} ${new TextDecoder().decode(bytes)}`);
}

/** The first request of a fresh process: modules are compiled by the baseline compiler, nothing is warm. */
export async function firstRequests(
  task: Task,
  times: number,
  following: number,
): Promise<First[][]> {
  const runs: First[][] = [];
  for (let i = 0; i < times; i++) {
    const running = await startWorkerd();
    try {
      await running.put(task.photo);
      const run: First[] = [];
      for (let n = 0; n <= following; n++) run.push(await once(running, task));
      runs.push(run);
    } finally {
      await running.stop();
    }
  }
  return runs;
}

async function once(running: Running, task: Task): Promise<First> {
  const cpu = running.cpu();
  const start = performance.now();
  await running.request(task, "http");
  return { wall: performance.now() - start, cpu: running.cpu() - cpu };
}

function keyOf({ name }: Photo): string {
  return `${name.toLowerCase().replace(/[^a-z0-9]+/g, "-")}.jpg`;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
