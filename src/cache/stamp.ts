/**
 * Stamps: what is written on everything stored, and checked when it is read. They travel in one header on the
 * Transformer's answers and as metadata of the R2 object; the Gateway strips them before anything leaves.
 */
import type { Validator } from "../ports.ts";

export interface Stamp {
  readonly contentType: string;
  /** When the bytes were made or last found to be current, ms since the epoch. */
  readonly filled: number;
  /** Of the variant, with quotes; absent when the source has no validator at all. */
  readonly etag?: string;
  /** Newest of the inputs, ms since the epoch. */
  readonly lastModified?: number;
  /** The source's validator at the time of the fill. */
  readonly source: Validator;
  /** Those of the overlays, in the order in which they are drawn; absent when there are none. */
  readonly overlays?: readonly Validator[];
  readonly width: number;
  readonly height: number;
  /** Names every input, separated by commas: the value of `Cache-Tag`. */
  readonly tags: string;
  /** What the fill did, counted, e.g. `decode=1 resize=1`. */
  readonly counts: string;
  /** The newest purge records that the fill knew of before it read the origin; see `cache/purge.ts`. */
  readonly generation: string;
  /** `Cache-Control` of the origin's answer, where the rule obeys it: the edge's TTL in seconds. */
  readonly originTtl?: number;
  /** Values of `Repr-Digest`, `Signature-Input` and `Signature`, where the rule asks for them. */
  readonly signed?: SignedFields;
}

export interface SignedFields {
  readonly digest: string;
  readonly input: string;
  readonly signature: string;
}

/** Flat text, for headers (with a prefix) and for R2's custom metadata (without). */
export type FlatStamp = Readonly<Record<string, string>>;

/** All stamps of an answer in one header: a hit reads nothing else, and a header costs more than its text. */
export const STAMP = "pictor-stamp";

export function printStamp(stamp: Stamp): FlatStamp {
  const { source } = stamp;
  return withoutUndefined({
    type: stamp.contentType,
    filled: String(stamp.filled),
    etag: stamp.etag,
    modified: stamp.lastModified === undefined ? undefined : String(stamp.lastModified),
    "source-etag": source.etag,
    "source-modified": source.lastModified === undefined ? undefined : String(source.lastModified),
    overlays: stamp.overlays && JSON.stringify(stamp.overlays),
    size: `${stamp.width}x${stamp.height}`,
    tags: stamp.tags,
    counts: stamp.counts,
    generation: stamp.generation,
    "origin-ttl": stamp.originTtl === undefined ? undefined : String(stamp.originTtl),
    digest: stamp.signed?.digest,
    "signature-input": stamp.signed?.input,
    signature: stamp.signed?.signature,
  });
}

/** `undefined` when it is not a stamp of ours, so that a foreign or damaged object is a miss and never an answer. */
export function readStamp(flat: FlatStamp): Stamp | undefined {
  const filled = numberOf(flat.filled);
  const [width, height] = (flat.size ?? "").split("x").map(numberOf);
  if (flat.type === undefined || filled === undefined || !width || !height) return undefined;
  const lastModified = numberOf(flat.modified);
  const sourceModified = numberOf(flat["source-modified"]);
  const originTtl = numberOf(flat["origin-ttl"]);
  const overlays = validatorsOf(flat.overlays);
  return {
    contentType: flat.type,
    filled,
    width,
    height,
    tags: flat.tags ?? "",
    counts: flat.counts ?? "",
    generation: flat.generation ?? "",
    ...(originTtl === undefined ? {} : { originTtl }),
    ...(overlays === undefined ? {} : { overlays }),
    ...signedOf(flat),
    ...(flat.etag === undefined ? {} : { etag: flat.etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
    source: {
      ...(flat["source-etag"] === undefined ? {} : { etag: flat["source-etag"] }),
      ...(sourceModified === undefined ? {} : { lastModified: sourceModified }),
    },
  };
}

/** What cannot be read is the validator of no overlay, so that the variant counts as one of other sources. */
function validatorsOf(text: string | undefined): readonly Validator[] | undefined {
  if (text === undefined) return undefined;
  try {
    const read: unknown = JSON.parse(text);
    return Array.isArray(read) ? read.map(validatorOf) : [];
  } catch {
    return [];
  }
}

function validatorOf(value: unknown): Validator {
  const { etag, lastModified } = (value ?? {}) as { etag?: unknown; lastModified?: unknown };
  return {
    ...(typeof etag === "string" ? { etag } : {}),
    ...(typeof lastModified === "number" ? { lastModified } : {}),
  };
}

function signedOf(flat: FlatStamp): { signed?: SignedFields } {
  const { digest, signature, "signature-input": input } = flat;
  if (digest === undefined || input === undefined || signature === undefined) return {};
  return { signed: { digest, input, signature } };
}

/** The stamp as a header of a Transformer's answer: JSON. What stands in it is ASCII, or Latin-1 of an origin's ETag. */
export function stampHeader(stamp: Stamp): [string, string] {
  return [STAMP, JSON.stringify(printStamp(stamp))];
}

/** A hit asks twice: to judge the entry, and to answer with it. */
let lastRead: { readonly text: string; readonly stamp: Stamp | undefined } | undefined;

export function stampOf(headers: Headers): Stamp | undefined {
  const text = headers.get(STAMP);
  if (text === null) return undefined;
  if (lastRead?.text !== text) lastRead = { text, stamp: parseStamp(text) };
  return lastRead.stamp;
}

function parseStamp(text: string): Stamp | undefined {
  try {
    return readStamp(JSON.parse(text) as FlatStamp);
  } catch {
    return undefined;
  }
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function withoutUndefined(record: Record<string, string | undefined>): FlatStamp {
  return Object.fromEntries(
    Object.entries(record).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
