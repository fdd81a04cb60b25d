/** A data centre of plain objects: the Gateway and the Transformer, with what they keep and what they put off. */
import type { PurgeRecord } from "../../src/cache/purge.ts";
import type { Config } from "../../src/config.ts";
import type { GatewayTools } from "../../src/gateway.ts";
import { gateway } from "../../src/gateway.ts";
import type { TransformerTools } from "../../src/job.ts";
import type { Engine, Origin, PurgeLog, StoredVariant, VariantStore } from "../../src/ports.ts";
import { createCacheApi } from "../../src/stores/cache-api.ts";
import { createFlights } from "../../src/stores/flights.ts";
import type { Landing } from "../../src/stores/landing.ts";
import { transform } from "../../src/transformer.ts";
import { NO_SIGHTS } from "./sights.ts";

export interface PlaceOptions {
  readonly config: Config;
  readonly mounts: readonly string[];
  readonly origin: Origin;
  readonly engine: Engine;
  readonly now: () => number;
  readonly onPut?: () => void;
}

export function createPlace({ config, mounts, origin, engine, now, onPut }: PlaceOptions) {
  const stored = new Map<string, StoredVariant>();
  let version = 0;
  const variants: VariantStore = {
    get: async (key) => stored.get(key),
    head: async (key) => stored.get(key),
    async put(key, bytes, _, stamp, over) {
      if (stored.get(key)?.version !== over) return;
      onPut?.();
      stored.set(key, { bytes, size: bytes.length, stamp, version: String(++version) });
    },
  };
  const entries = new Map<string, Response>();
  const cache = {
    match: async (key: Request) => entries.get(key.url)?.clone(),
    put: async (key: Request, answer: Response) => void entries.set(key.url, answer),
  } as unknown as Cache;
  const records: PurgeRecord[] = [];
  const purges: PurgeLog = {
    records: async () => [...records],
    async append(targets, mode) {
      const record = { ...targets, id: `p${records.length}`, uploaded: now(), mode };
      records.push(record);
      return record;
    },
  };
  /** Work behind the answer: `settled` waits for it. */
  const deferred: Promise<unknown>[] = [];
  const defer = (work: Promise<unknown>) => void deferred.push(work);
  const settled = async () => {
    while (deferred.length > 0) await deferred.pop();
  };
  const transformer: TransformerTools = {
    sourceRules: { mounts, allowedHosts: config.allowedHosts, selfHosts: [] },
    originOf: (named) => ({ origin, name: named.kind === "mount" ? named.name : named.url }),
    variants,
    sights: NO_SIGHTS,
    purges,
    engine,
    responseKey: undefined,
    now,
    defer,
  };
  const tools: GatewayTools = {
    config,
    keys: new Map(),
    engineVersion: engine.version,
    deployed: 0,
    rules: [],
    purges,
    edge: createCacheApi({ cache, defer, flights: createFlights<Landing>({ now }) }),
    transformer: (request) => transform(request, transformer),
    now,
    defer,
  };
  return { tools, transformer, entries, stored, engine, purges, settled };
}

export type Place = ReturnType<typeof createPlace>;

/** With all that happens behind the answer. */
export async function getFrom(
  { tools, settled }: Place,
  path: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  const answer = await gateway(new Request(`https://img.example${path}`, { headers }), tools);
  await settled();
  return answer;
}
