/**
 * The two entrypoints of the Worker, and the only place where everything meets: environment → configuration →
 * adapters → the two stories. Clients reach the Gateway alone; it calls the Transformer through `ctx.exports`.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import { version } from "../package.json";
import definition from "../pictor.config.ts";
import { type Config, ConfigError, readConfig } from "./config.ts";
import { createEngine } from "./engine/compose.ts";
import type { Timers } from "./engine/permits.ts";
import { PictorError } from "./errors.ts";
import { problem } from "./http/problem.ts";
import { originsOf } from "./origins/mounted.ts";
import { BUILT_IN_RULE } from "./policy/rules.ts";
import { importKeys } from "./policy/signature/keys.ts";
import type { Defer, VariantStore } from "./ports.ts";
import { route } from "./routes.ts";
import { localStartPage } from "./start-page.ts";
import { createCacheApi } from "./stores/cache-api.ts";
import { createVariantStore } from "./stores/variants.ts";
import { transform } from "./transformer.ts";

/** Bindings, variables and secrets; the texts are checked in `config.ts`. */
export interface Env {
  readonly ORIGINALS?: R2Bucket;
  readonly VARIANTS?: R2Bucket;
  readonly VERSION?: WorkerVersionMetadata;
  readonly [name: string]: unknown;
}

/** What all requests of one isolate share. */
function createIsolate(env: Env) {
  const config = readConfig(env, definition);
  const engine = createEngine({ set: setTimeout, clear: clearTimeout } as Timers);
  return {
    config,
    engine,
    keys: importKeys(config.signing.keys),
    originOf: originsOf(config, { buckets: env, fetch: (url, init) => fetch(url, init) }),
    variants: variantsOf(env),
  };
}

type Isolate = ReturnType<typeof createIsolate>;
let isolate: Isolate | undefined;

/** A wrong configuration is the operator's to see, in the log; clients learn that there is one. */
function isolateOf(env: Env): Isolate {
  try {
    isolate ??= createIsolate(env);
    return isolate;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    throw new PictorError("not_configured", { detail: "The configuration is not valid." });
  }
}

function variantsOf({ VARIANTS }: Env): VariantStore {
  if (!VARIANTS) return { get: async () => undefined, put: async () => undefined };
  return createVariantStore({ bucket: VARIANTS, onError: logged("variants") });
}

/** A store that fails is the operator's to hear of; no request fails with it. */
function logged(store: string) {
  return (error: unknown, what: string) => console.error(`${store}: ${what}:`, error);
}

/** Runs for every request. */
export default class Gateway extends WorkerEntrypoint<Env> {
  override async fetch(request: Request): Promise<Response> {
    try {
      const { config, keys, engine } = isolateOf(this.env);
      const defer: Defer = (work) => this.ctx.waitUntil(work);
      return await route(request, {
        config,
        keys: await keys,
        engineVersion: engine.version,
        deployed: deployedAt(this.env),
        edge: createCacheApi({ cache: caches.default, defer, onError: logged("edge cache") }),
        transformer: (canonical) => this.ctx.exports.Transformer.fetch(canonical),
        now: Date.now,
        startPage: startPageOf(config, this.env),
        assertReady: async () => assertReady(config, this.env),
      });
    } catch (error) {
      if (!(error instanceof PictorError)) console.error("worker:", error);
      return problem(error, { method: request.method });
    }
  }
}

/** Runs on a miss, and sees canonical requests only. */
export class Transformer extends WorkerEntrypoint<Env> {
  override async fetch(request: Request): Promise<Response> {
    try {
      const { config, engine, originOf, variants } = isolateOf(this.env);
      return await transform(request, {
        rule: BUILT_IN_RULE,
        sourceRules: {
          mounts: Object.keys(config.mounts),
          allowedHosts: config.allowedHosts,
          selfHosts: [],
        },
        originOf,
        variants,
        engine,
        now: Date.now,
        defer: (work) => this.ctx.waitUntil(work),
      });
    } catch (error) {
      if (!(error instanceof PictorError)) console.error("worker:", error);
      return problem(error, { method: request.method });
    }
  }
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
