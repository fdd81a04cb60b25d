/** Types only: what the stories in `gateway.ts` and `transformer.ts` need from the world. */
import type { PurgeRecord, PurgeTargets } from "./cache/purge.ts";
import type { Facts } from "./image/facts.ts";
import type { Plan, Price } from "./image/job.ts";
import type { FaceNetwork } from "./image/look/faces.ts";
import type { Sight } from "./image/look/sight.ts";
import type { Raster } from "./image/raster.ts";

/** What an origin says identifies one version of a source (RFC 9110 section 8.8). */
export interface Validator {
  /** With quotes, and `W/` when weak, as in the HTTP header. */
  readonly etag?: string;
  /** Milliseconds since the epoch. */
  readonly lastModified?: number;
}

export interface OriginObject {
  readonly body: ReadableStream<Uint8Array>;
  /** Bytes, when the origin says so beforehand. */
  readonly size?: number;
  readonly validator: Validator;
  /** Seconds that a shared cache may keep it from now on, by the origin's own word; absent when it says nothing. */
  readonly lifetime?: number | "no-store";
}

/**
 * A place that pictures come from. `name` is what follows the mount in the URL, decoded.
 * Throws `PictorError`: not_found, origin_not_allowed, origin_failed, origin_timeout, source_too_large, loop.
 */
export interface Origin {
  open(name: string): Promise<OriginObject>;
  /** Without the body. `known`: the version that is held already, so that an origin can answer that it still is. */
  head(name: string, known?: Validator): Promise<Omit<OriginObject, "body">>;
}

/** Fills a miss. Its answer is what the edge cache holds: a full 200, or an error with its own short lifetime. */
export type Fill = (request: Request) => Promise<Response>;

/**
 * What a reader makes of an entry, by today's rule and purge records: `stale` may still be given while a new one is
 * made, `expired` only when none can be made, `gone` never again.
 */
export type Freshness = "fresh" | "stale" | "expired" | "gone";

/** How one request wants to be answered from a cache. */
export interface EdgeView {
  /** Judges an entry by its headers: the stamps. */
  readonly judge: (headers: Headers) => Freshness;
  /** Longest time that an entry can be of any use to this rule, in seconds: all its windows together. */
  readonly keep: number;
  /** Asked on a miss: an answer for this client alone that spares it the fill. It is never stored or shared. */
  readonly known?: (request: Request) => Promise<Response | undefined>;
}

/**
 * A cache near the reader, keyed by the canonical request's URL. `fetch` answers from the cache or from `fill`.
 * The answer's `Pictor-Edge` header says which: `hit` (or nothing: a hit is not copied), `stale` (an entry that is being, or could not be, made anew),
 * `stored` (filled, and kept from now on), `collapsed` (shared another request's fill) or `miss`. What may be stored,
 * and for how long, the filled answer's own `Cache-Control` says; an answer with `no-store` is passed on and never
 * stored. A fill that fails (5xx, or throws) gives way to a stale or expired entry. Of a
 * hit, only status, body, `Content-Type`, `Content-Length` and the `pictor-*` headers count: others may be the platform's.
 */
export interface EdgeCache {
  fetch(request: Request, fill: Fill, view: EdgeView): Promise<Response>;
}

/** Purge records, as far as this place knows them: at most `bound` seconds behind R2. */
export interface PurgeLog {
  /**
   * All that still count, oldest first. Never throws: without R2 it answers what was known last.
   * `atLeast`: a generation; when what is known here does not reach it, R2 is asked at once.
   */
  records(atLeast?: string): Promise<readonly PurgeRecord[]>;
  /** Writes a record; this isolate applies it at once. Rejects when R2 did not confirm it. */
  append(targets: PurgeTargets, mode: PurgeRecord["mode"]): Promise<PurgeRecord>;
}

export interface StoredVariant {
  readonly bytes: ReadableStream<Uint8Array> | Uint8Array;
  /** Exact length of `bytes`. */
  readonly size: number;
  /** The stamps, as flat text; see `cache/stamp.ts`. */
  readonly stamp: Readonly<Record<string, string>>;
  /** Which version of the object this is. */
  readonly version: string;
}

/** Finished results, kept beyond the edge cache's memory. A failing store is never a failing request. */
export interface VariantStore {
  get(key: string): Promise<StoredVariant | undefined>;
  /** The stamps alone: enough for 304 and HEAD. */
  head(key: string): Promise<Omit<StoredVariant, "bytes"> | undefined>;
  /**
   * `over`: the version that the caller read and means to replace; absent when it found none. When something else was
   * written meanwhile, that stays, and this is dropped.
   */
  put(
    key: string,
    bytes: Uint8Array,
    contentType: string,
    stamp: Readonly<Record<string, string>>,
    over?: string,
  ): Promise<void>;
}

/**
 * What was seen in sources, so that each is looked at once. `place`: the source, and what of it was looked at.
 * Never a failing request: what cannot be had is seen anew.
 */
export interface Sights {
  recall(place: string, validator: Validator): Promise<Sight | undefined>;
  remember(place: string, validator: Validator, sight: Sight): Promise<void>;
}

export interface RenderFacts {
  readonly width: number;
  readonly height: number;
  /** What was done, counted; for `Server-Timing` and benchmarks. E.g. `{ decode: 1, resize: 1, encode: 1 }`. */
  readonly counts: Readonly<Record<string, number>>;
  /** Milliseconds a stage, where the clock runs (not in production Workers). */
  readonly times: Readonly<Record<string, number>>;
}

export interface RenderResult {
  readonly bytes: Uint8Array;
  readonly facts: RenderFacts;
}

/** A source that is all there, and held until it is released. What it takes is leased. */
export interface HeldSource {
  /** Bytes of its file. */
  readonly size: number;
  /** The file, from its first byte; as often as it is wanted. */
  open(): ReadableStream<Uint8Array>;
  /** The picture as its plan says, whose output is a raster. */
  look(plan: Plan): Promise<Raster>;
  render(plan: Plan, overlays?: readonly HeldSource[]): Promise<RenderResult>;
  release(): void;
}

/**
 * Pixels. The unit is the whole job: bytes of the source in, bytes of the result out.
 * Throws `PictorError`: broken_image (422), unsupported_format (415), source_too_large (413), over_capacity (503).
 */
export interface Engine {
  /** Part of every ETag and key; changes whenever the bytes of a result may change. */
  readonly version: string;
  /** Whether it reads, and can carry out, this plan; the reason if not. */
  readonly reads: (facts: Facts) => true | { readonly reason: string; readonly fix?: string };
  /** What a plan costs here, for any facts, so that limits can be told from the header alone. */
  readonly peakBytes: Price;
  /** `overlays`: of `plan.draw`, one for each. */
  render(
    plan: Plan,
    source: ReadableStream<Uint8Array>,
    overlays?: readonly HeldSource[],
  ): Promise<RenderResult>;
  /**
   * For jobs whose plan depends on the pixels: the source is looked at, then rendered. And for overlays. Throws besides
   * what `render` throws source_too_large (413): such a source is held whole. `maxBytes`: if fewer than the engine's own.
   */
  hold(source: ReadableStream<Uint8Array>, maxBytes?: number): Promise<HeldSource>;
  /** Looks for faces; leases what it takes. Absent in a deployment without it. */
  readonly faces?: FaceNetwork;
}

/** An engine that takes what it is given: without permits, and without holding sources. */
export interface Renderer extends Omit<Engine, "hold"> {
  look(plan: Plan, source: ReadableStream<Uint8Array>): Promise<Raster>;
}

/** Milliseconds since the epoch. */
export type Clock = () => number;

/** Keeps work alive after the answer was sent (`waitUntil`). */
export type Defer = (work: Promise<unknown>) => void;
