/**
 * The two Workers of the comparison, each in a workerd of its own. Both are asked at a socket of their own: in front
 * of its usual port Miniflare has a Worker in JavaScript that takes longer than either of them, and would hide what
 * is to be seen.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Miniflare, type MiniflareOptions, NoOpLog } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from "wrangler";
import { bundleWorker } from "../../../src/cli/local/bundle.ts";
import { signUrl } from "../../../src/sdk/sign.ts";
import { childrenNamed, cpuOf } from "../clock.ts";
import { ROOT, SAMPLES } from "../paths.ts";

export interface HitWorker {
  /** What is asked for, again and again. */
  readonly url: string;
  /** CPU time of its workerd so far, in ms. */
  cpu(): number;
  stop(): Promise<void>;
}

const KEY = { id: "bench", hex: "5a".repeat(32) };
/** A picture of about 40 KB, as many are on pages. */
const PICTURE = { file: "coffee.jpg", query: "w=640&q=84&format=webp" };

/** The deployment's own bundle and configuration, with signed URLs. The picture is in its edge cache already. */
export async function startOurs(): Promise<HitWorker & { readonly bytes: Uint8Array }> {
  const config = join(ROOT, "wrangler.toml");
  const { directory, modules } = await bundleWorker({ config });
  const { modulesRules: _, ...options } = unstable_getMiniflareWorkerOptions(config).workerOptions;
  const { vars } = unstable_readConfig({ config });
  const settings = { SIGNING: "required", SIGNING_KEYS: `${KEY.id}:${KEY.hex}` };
  const { miniflare, origin, cpu, stop } = await start({
    name: "ours",
    ...options,
    bindings: { ...vars, ...settings },
    modules: modules.map((module) => ({ ...module })),
    modulesRoot: directory,
  } as MiniflareOptions);
  const bucket = await miniflare.getR2Bucket("ORIGINALS");
  await bucket.put(PICTURE.file, Uint8Array.from(await readFile(join(SAMPLES, PICTURE.file))));
  const signing = { kid: KEY.id, key: KEY.hex };
  const url = await signUrl(`${origin}/${PICTURE.file}?${PICTURE.query}`, signing);
  return { url, cpu, stop, bytes: await untilHit(url) };
}

/** `bytes` are put into its cache, under the one URL that is asked for. */
export async function startBare(bytes: Uint8Array): Promise<HitWorker> {
  const { origin, cpu, stop } = await start({
    name: "bare",
    compatibilityDate: unstable_readConfig({ config: join(ROOT, "wrangler.toml") })
      .compatibility_date,
    modules: true,
    modulesRules: [{ type: "ESModule", include: ["**/*.js"] }],
    modulesRoot: ROOT,
    scriptPath: join(ROOT, "bench", "src", "hits", "bare-worker.js"),
  } as MiniflareOptions);
  const url = `${origin}/picture.webp`;
  const headers = { "Content-Type": "image/webp" };
  const stored = await fetch(url, { method: "PUT", body: Uint8Array.from(bytes), headers });
  if (!stored.ok) throw new Error(`the bare Worker stored nothing: ${stored.status}`);
  return { url, cpu, stop };
}

async function start(options: MiniflareOptions) {
  const before = new Set(childrenNamed("workerd"));
  const miniflare = new Miniflare({
    ...options,
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    host: "127.0.0.1",
    port: 0,
    cf: false,
    log: new NoOpLog(),
    logRequests: false,
  } as MiniflareOptions);
  await miniflare.ready;
  const pids = childrenNamed("workerd").filter((pid) => !before.has(pid));
  return {
    miniflare,
    origin: (await miniflare.unsafeGetDirectURL()).origin,
    cpu: () => pids.reduce((sum, pid) => sum + cpuOf(pid), 0),
    stop: () => miniflare.dispose(),
  };
}

/** The edge cache is filled behind the answer. */
async function untilHit(url: string): Promise<Uint8Array> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const answer = await fetch(url);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (answer.status !== 200) throw new Error(`${answer.status} ${Buffer.from(bytes)}`);
    if (/\bhit\b/.test(answer.headers.get("Cache-Status") ?? "")) return bytes;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the edge cache never had it");
}
