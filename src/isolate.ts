/** What all requests of one isolate share: environment → configuration → adapters. */
import definition from "../pictor.config.ts";
import { PURGES_KEPT } from "./cache/freshness.ts";
import { variantKey } from "./cache/key.ts";
import { ConfigError, readConfig } from "./config.ts";
import { createEngine } from "./engine/compose.ts";
import type { Timers } from "./engine/permits.ts";
import { PictorError } from "./errors.ts";
import { createLiveRules } from "./live/rules.ts";
import { originsOf } from "./origins/mounted.ts";
import { importKeys } from "./policy/signature/keys.ts";
import { importResponseKeys } from "./policy/signature/response-keys.ts";
import type { Defer, PurgeLog, VariantStore } from "./ports.ts";
import { createFlights } from "./stores/flights.ts";
import type { Landing } from "./stores/landing.ts";
import { createPlatformPurgesState } from "./stores/platform-purges.ts";
import { createPurgeLog, createPurgeLogState, type R2PurgeLog } from "./stores/purges.ts";
import { createSights } from "./stores/sights.ts";
import { createVariantStore } from "./stores/variants.ts";

/** Bindings, variables and secrets; the texts are checked in `config.ts`. */
export interface Env {
  readonly ORIGINALS?: R2Bucket;
  readonly VARIANTS?: R2Bucket;
  readonly VERSION?: WorkerVersionMetadata;
  readonly [name: string]: unknown;
}

/** Called by themselves: as methods of an object the runtime refuses its own functions ("Illegal invocation"). */
const timers: Timers = {
  set: (callback, ms) => setTimeout(callback, ms),
  clear: (timer) => clearTimeout(timer as number),
};

function createIsolate(env: Env) {
  const config = readConfig(env, definition);
  const engine = createEngine(timers);
  const variants = variantsOf(env);
  return {
    config,
    engine,
    keys: importKeys(config.signing.keys),
    responseKeys: importResponseKeys(config.responseKeys),
    rules: createLiveRules(config, { env, now: Date.now, onError: logged("rules") }),
    originOf: originsOf(config, { buckets: env, fetch: (url, init) => fetch(url, init) }),
    variants,
    sights: createSights(variants, (text) => variantKey(text, engine.version)),
    flights: createFlights<Landing>(),
    purgeLog: createPurgeLogState(),
    platformPurges: createPlatformPurgesState(),
  };
}

export type Isolate = ReturnType<typeof createIsolate>;
let isolate: Isolate | undefined;

/** A wrong configuration is the operator's to see, in the log; clients learn that there is one. */
export function isolateOf(env: Env): Isolate {
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
  if (VARIANTS) return createVariantStore({ bucket: VARIANTS, onError: logged("variants") });
  const nothing = async () => undefined;
  return { get: nothing, head: nothing, put: nothing };
}

/** A store that fails is the operator's to hear of; no request fails with it. */
export function logged(store: string) {
  return (error: unknown, what: string) => console.error(`${store}: ${what}:`, error);
}

/** Without a VARIANTS bucket nothing can be purged. */
export function purgesOf(env: Env, shared: Isolate, defer: Defer): R2PurgeLog | undefined {
  if (!env.VARIANTS) return undefined;
  return createPurgeLog({
    bucket: env.VARIANTS,
    cache: caches.default,
    state: shared.purgeLog,
    now: Date.now,
    defer,
    keepMs: PURGES_KEPT * 1000,
    newId: () => crypto.randomUUID(),
    onError: logged("purges"),
  });
}

export const NO_PURGES: PurgeLog = {
  records: async () => [],
  append: async () => {
    throw new PictorError("not_configured", { detail: "Purge records need the VARIANTS bucket." });
  },
};
