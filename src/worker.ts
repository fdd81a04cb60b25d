/**
 * The two entrypoints of the Worker, and the only place where everything meets: environment → configuration →
 * adapters → the two stories. Clients reach the Gateway alone; it calls the Transformer through `ctx.exports`.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import { version } from "../package.json";
import { SCHEMA } from "./cache/key.ts";
import type { Config } from "./config.ts";
import { PictorError } from "./errors.ts";
import { problem } from "./http/problem.ts";
import { type Env, type Isolate, isolateOf, logged, NO_PURGES, purgesOf } from "./isolate.ts";
import type { Defer, EdgeCache, Fill } from "./ports.ts";
import { route } from "./routes.ts";
import { localStartPage } from "./start-page.ts";
import { createCacheApi } from "./stores/cache-api.ts";
import { createPlatformPurges, type PlatformPurge } from "./stores/platform-purges.ts";
import { sweep } from "./stores/sweep.ts";
import { createWorkersCache } from "./stores/workers-cache.ts";
import { behindWorkersCache } from "./stores/workers-cache-key.ts";
import { transform } from "./transformer.ts";

/** Runs for every request. */
export default class Gateway extends WorkerEntrypoint<Env> {
  override async fetch(request: Request): Promise<Response> {
    try {
      const isolate = isolateOf(this.env);
      const { config, keys, responseKeys, engine, rules } = isolate;
      const defer: Defer = (work) => this.ctx.waitUntil(work);
      const log = purgesOf(this.env, isolate, defer);
      const entrypoint: Fill = (canonical) => this.ctx.exports.Transformer.fetch(canonical);
      const usesPlatform = config.edgeCache === "workers-cache";
      return await route(request, {
        config,
        keys: await keys,
        responseKeys: await responseKeys,
        engineVersion: engine.version,
        deployed: deployedAt(this.env),
        rules: await rules.current(defer),
        rulesState: () => rules.state(),
        purges: log ?? NO_PURGES,
        purgeLog: log,
        platformPurges: usesPlatform ? this.#platformPurges(isolate) : undefined,
        edge: usesPlatform ? workersCache(isolate, entrypoint, defer) : cacheApi(isolate, defer),
        // Around the platform's cache where that stands before the entrypoint.
        transformer: usesPlatform ? transformerOf(this.env, isolate, defer) : entrypoint,
        now: Date.now,
        defer,
        startPage: startPageOf(config, this.env),
        assertReady: async () => assertReady(config, this.env),
      });
    } catch (error) {
      if (!(error instanceof PictorError)) console.error("worker:", error);
      return problem(error, { method: request.method });
    }
  }

  /** Cron: keeps the variant store within its limits. */
  override async scheduled(): Promise<void> {
    const { VARIANTS } = this.env;
    const isolate = isolateOf(this.env);
    const log = purgesOf(this.env, isolate, (work) => this.ctx.waitUntil(work));
    if (!VARIANTS || !log) return;
    const report = await sweep({
      bucket: VARIANTS,
      limits: isolate.config.variants,
      current: `${SCHEMA}.${isolate.engine.version}`,
      purges: await log.records(),
      now: Date.now,
      onError: logged("sweep"),
    });
    console.log("sweep:", JSON.stringify(report));
  }

  /** The platform purges what the entrypoint that asks has stored, so the Transformer has to. */
  #platformPurges({ platformPurges: state }: Isolate) {
    const purge = (what: PlatformPurge) => this.ctx.exports.Transformer.purge(what);
    return createPlatformPurges({ purge, state, now: Date.now, onError: console.error });
  }
}

/** Runs on a miss, and sees canonical requests only. */
export class Transformer extends WorkerEntrypoint<Env> {
  override async fetch(request: Request): Promise<Response> {
    try {
      const defer: Defer = (work) => this.ctx.waitUntil(work);
      const fill = transformerOf(this.env, isolateOf(this.env), defer);
      return await behindWorkersCache(fill)(request);
    } catch (error) {
      if (!(error instanceof PictorError)) console.error("worker:", error);
      return problem(error, { method: request.method });
    }
  }

  /** By RPC, from the Gateway alone. */
  async purge(what: PlatformPurge): Promise<{ readonly success: boolean }> {
    const { cache } = this.ctx as { cache?: PlatformCache };
    return (await cache?.purge(what)) ?? { success: false };
  }
}

/** `ctx.cache` is not there locally, nor in the types of this Wrangler. */
interface PlatformCache {
  purge(what: PlatformPurge): Promise<{ readonly success: boolean }>;
}

function transformerOf(env: Env, isolate: Isolate, defer: Defer): Fill {
  const { config, engine, originOf, variants, sights, responseKeys } = isolate;
  return async (request) =>
    transform(request, {
      sourceRules: {
        mounts: Object.keys(config.mounts),
        allowedHosts: config.allowedHosts,
        selfHosts: [],
      },
      originOf,
      variants,
      sights,
      purges: purgesOf(env, isolate, defer) ?? NO_PURGES,
      engine,
      responseKey: (await responseKeys)[0],
      now: Date.now,
      defer,
    });
}

function cacheApi({ flights }: Isolate, defer: Defer): EdgeCache {
  const cache = caches.default;
  return createCacheApi({ cache, flights, defer, onError: logged("edge cache") });
}

function workersCache({ flights }: Isolate, transformer: Fill, defer: Defer): EdgeCache {
  return createWorkersCache({ transformer, flights, defer, onError: logged("edge cache") });
}

function deployedAt({ VERSION }: Env): number {
  return Date.parse(VERSION?.timestamp ?? "") || 0;
}

/** In production `/` names no picture, and what is in the bucket is nobody's business. */
function startPageOf(config: Config, { ORIGINALS }: Env) {
  if (!config.localDevelopment || !ORIGINALS) return undefined;
  return () => localStartPage(ORIGINALS, config, version);
}

/** Keys where they are required, and every bucket bound and answering. */
async function assertReady(config: Config, env: Env): Promise<void> {
  if (config.signing.mode === "required" && config.signing.keys.length === 0) {
    throw new PictorError("not_configured", {
      detail: "Signatures are required, but no key is set.",
    });
  }
  for (const mount of Object.values(config.mounts)) {
    if (mount.type !== "r2") continue;
    const bucket = env[mount.bucket] as R2Bucket | undefined;
    if (!bucket) throw new PictorError("not_configured", { detail: "A bucket is not bound." });
    await bucket.head("pictor-readiness").catch((cause) => {
      throw new PictorError("origin_failed", { detail: "A bucket does not answer." }, { cause });
    });
  }
}
