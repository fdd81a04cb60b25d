/** What the Transformer answers, and so what an edge cache holds: a full 200 with its stamps and no word of a client. */
import type { RenderFacts } from "../ports.ts";
import { ageOf } from "./freshness.ts";
import { type Stamp, stampHeaders } from "./stamp.ts";

export interface Variant {
  readonly stamp: Stamp;
  /** Absent when only the headers were asked for. */
  readonly body?: Uint8Array | ReadableStream<Uint8Array>;
  readonly size?: number;
  readonly from: "store" | "origin";
  /** What a fresh fill did. */
  readonly rendered?: RenderFacts;
}

/** Facts of this one fill. The Gateway takes them off before an edge cache can keep them. */
export const FROM = "pictor-from";
export const TIMES = "pictor-times";

/** With it the Gateway asks for the plan instead of the picture. */
export const EXPLAIN = "pictor-explain";
/** What the edge cache did: see the port. */
export const EDGE = "pictor-edge";
/** Code of a problem, so that the Gateway need not read its body. */
export const ERROR = "pictor-error";

/** `edgeTtl` in seconds, from the fill; what is left of it is the answer's lifetime. */
export function variantAnswer(variant: Variant, edgeTtl: number, now: number): Response {
  const { stamp, body, size, from, rendered } = variant;
  const left = Math.max(0, edgeTtl - ageOf(stamp, now));
  const headers = new Headers([
    ["Content-Type", stamp.contentType],
    ["Cache-Control", left > 0 ? `public, max-age=${left}` : "no-store"],
    [FROM, from],
    ...stampHeaders(stamp),
  ]);
  if (size !== undefined) headers.set("Content-Length", String(size));
  if (rendered) headers.set(TIMES, JSON.stringify(rendered.times));
  return new Response(body ?? null, { headers });
}
