/** What the variant store has for a miss: whether it may still be given, and what it takes to know that. */
import type { Variant } from "./cache/answer.ts";
import { afterPurge, ageOf, areSameSources, freshnessOf, PURGES_KEPT } from "./cache/freshness.ts";
import { purgeVerdict } from "./cache/purge.ts";
import { printStamp, readStamp, type Stamp } from "./cache/stamp.ts";
import { PictorError } from "./errors.ts";
import type { Job, TransformerTools } from "./job.ts";
import { formatName } from "./params/output.ts";
import { ofOverlay } from "./policy/overlays.ts";
import type { StoredVariant, Validator } from "./ports.ts";
import { originTtlOf } from "./render.ts";
import { lacksSignature, withSignature } from "./signed.ts";

export interface Stored {
  /** Absent when there is none that may be given. */
  readonly variant?: Variant;
  /** Of the object that is there, whatever it is worth: a new one is to replace just that. */
  readonly version?: string;
}

type Found = Omit<StoredVariant, "bytes"> & Partial<Pick<StoredVariant, "bytes">>;

/** From the variant store, while its source is known to be the same, or cannot be asked. */
export async function storedVariant(job: Job, tools: TransformerTools): Promise<Stored> {
  const { variants } = tools;
  const found: Found | undefined =
    job.method === "HEAD" ? await variants.head(job.key) : await variants.get(job.key);
  if (!found) return {};
  const { version } = found;
  const stamp = readStamp(found.stamp);
  const variant = stamp && (await usable(found, stamp, job, tools));
  if (variant) return { variant, version };
  if (found.bytes instanceof ReadableStream) await found.bytes.cancel().catch(() => undefined);
  return { version };
}

async function usable(
  found: Found,
  stamp: Stamp,
  job: Job,
  tools: TransformerTools,
): Promise<Variant | undefined> {
  const { rule } = job.order;
  const purged = await purgedHere(stamp, job, tools);
  // The bytes themselves are unwanted, whatever the source's validator says.
  if (purged === "hard" || ageOf(stamp, tools.now()) > PURGES_KEPT) return undefined;
  const freshness = afterPurge(freshnessOf(stamp, rule, tools.now()), purged, rule);
  if (freshness === "fresh") {
    return lacksSignature(stamp, job) ? renewed(found, stamp, job, tools) : variantOf(found, stamp);
  }
  // The moment before the origin is asked, as in a fill.
  const asked = tools.now();
  const heads = await headsOf(job, stamp).catch((error: unknown) => {
    // RFC 5861: within its windows a stale answer is better than the origin's failure.
    if (freshness !== "gone" && error instanceof PictorError && error.status >= 500) return;
    throw error;
  });
  if (!heads) return staleOf(found, stamp, job, tools);
  const current = heads.map(({ validator }) => validator);
  if (!areSameSources(sourcesOf(stamp), current)) return undefined;
  const { originTtl: _, ...rest } = stamp;
  const known = { tags: job.tags, filled: asked, generation: job.order.generation };
  return renewed(found, { ...rest, ...originTtlOf(job, heads), ...known }, job, tools);
}

/** The picture's own, then the overlays'. */
function sourcesOf({ source, overlays = [] }: Stamp): readonly Validator[] {
  return [source, ...overlays];
}

/** Of all sources, in that order. Throws the first one's failure. */
async function headsOf({ origin, name, overlays }: Job, stamp: Stamp) {
  const known = sourcesOf(stamp);
  const heads = [{ origin, name }, ...overlays].map((place, i) =>
    place.origin.head(place.name, known[i]).catch((error: unknown) => {
      if (i === 0 || !(error instanceof PictorError)) throw error;
      throw ofOverlay(error, i - 1, place.name);
    }),
  );
  // All have ended before one of them may fail the whole.
  await Promise.allSettled(heads);
  return Promise.all(heads);
}

/** Given because the origin fails. Where a rule wants signatures, this answer has one, too. */
async function staleOf(found: Found, stamp: Stamp, job: Job, tools: TransformerTools) {
  const variant = lacksSignature(stamp, job)
    ? await renewed(found, stamp, job, tools)
    : variantOf(found, stamp);
  return variant && { ...variant, stale: true };
}

/** Never with less knowledge than the Gateway had. */
async function purgedHere(stamp: Stamp, job: Job, { purges }: TransformerTools) {
  const records = await purges.records(job.order.generation);
  const { preset, rule } = job.order;
  const tags = [...stamp.tags.split(","), ...rule.tags];
  const subject = {
    source: job.path,
    tags,
    format: formatName(job.output, stamp.contentType),
    preset,
  };
  return purgeVerdict(records, subject, stamp.generation);
}

function variantOf({ bytes, size }: Found, stamp: Stamp): Variant {
  return { stamp, size, from: "store", ...(bytes && { body: bytes }) };
}

/** Found to be current: good for another lifetime, also in the store. HEAD has no bytes to write again. */
async function renewed(
  found: Found,
  stamp: Stamp,
  job: Job,
  tools: TransformerTools,
): Promise<Variant | undefined> {
  if (!found.bytes) return variantOf(found, stamp);
  const whole = await new Response(found.bytes).arrayBuffer().catch(() => undefined);
  // Torn on the way: as if it were not there.
  if (!whole) return undefined;
  const bytes = new Uint8Array(whole);
  const signed = await withSignature(stamp, bytes, job, tools);
  const { key } = job;
  const put = tools.variants.put(key, bytes, signed.contentType, printStamp(signed), found.version);
  tools.defer(put);
  return { stamp: signed, body: bytes, size: bytes.length, from: "store" };
}
