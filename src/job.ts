/** One miss, and what is at hand to answer it. */
import type { CanonicalRequest } from "./cache/key.ts";
import type { Order } from "./cache/order.ts";
import type { Source, SourceRules } from "./policy/mounts.ts";
import type { ResponseKey } from "./policy/signature/response-keys.ts";
import type { Clock, Defer, Engine, Origin, PurgeLog, Sights, VariantStore } from "./ports.ts";

/** What the Transformer needs from the world. */
export interface TransformerTools {
  readonly sourceRules: SourceRules;
  readonly originOf: (source: Source) => { readonly origin: Origin; readonly name: string };
  readonly variants: VariantStore;
  readonly sights: Sights;
  readonly purges: PurgeLog;
  readonly engine: Engine;
  /** Signs answers, where a rule asks for it. */
  readonly responseKey: ResponseKey | undefined;
  readonly now: Clock;
  readonly defer: Defer;
}

/** One miss: all that is known before the world is asked. */
export interface Job extends Omit<CanonicalRequest, "source"> {
  readonly url: string;
  readonly method: string;
  readonly order: Order;
  /** The source's path in its one canonical spelling. */
  readonly path: string;
  /** Value of `Cache-Tag`: those of all sources, and the rule's. */
  readonly tags: string;
  readonly key: string;
  readonly origin: Origin;
  readonly name: string;
  /** Where the pictures of the transform's `draw` are, one for each. */
  readonly overlays: readonly { readonly origin: Origin; readonly name: string }[];
}
