/**
 * What the Gateway tells the Transformer besides the canonical request: how the answer is to be stored. It is no part
 * of the key, but for caches that cannot be told to replace an entry (`stores/workers-cache.ts`).
 */
import type { CacheRule } from "../policy/rules.ts";

export interface Order {
  /** What of the rule concerns storing. */
  readonly rule: Pick<
    CacheRule,
    "edgeTtl" | "staleWhileRevalidate" | "staleIfError" | "negativeTtl" | "origin" | "tags" | "sign"
  >;
  /** The newest purge records that were known when the request came; see `cache/purge.ts`. */
  readonly generation: string;
  /** The newest record that concerns this very entry; empty when none does. */
  readonly purged: string;
  /** Preset that the request named: part of no key, but purges go by it. */
  readonly preset?: string;
  /** `quick`: an answer that would take long is refused with `deferred`, so that the Gateway can give another. */
  readonly patience: "any" | "quick";
}

/** The header that carries it on the canonical request. */
export const ORDER = "pictor-order";

export function printOrder(order: Order): string {
  return JSON.stringify(order);
}

/** Only the Gateway writes it; anything else is a mistake of ours. Throws TypeError. */
export function readOrder(text: string | null): Order {
  const order = JSON.parse(text ?? "null") as Order | null;
  if (!order?.rule || typeof order.generation !== "string") throw new TypeError("no order");
  return order;
}
