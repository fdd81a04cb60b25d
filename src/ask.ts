/**
 * How one class of what is wanted is asked of the edge cache: the canonical request with its order, and how what the
 * cache holds is judged, by today's rule and purge records.
 */
import { ERROR, FILLED, GENERATION, TAGS } from "./cache/answer.ts";
import { contentLocation } from "./cache/content-location.ts";
import { afterPurge, ageOf, freshnessOf, usefulFor } from "./cache/freshness.ts";
import { printCanonical } from "./cache/key.ts";
import { ORDER, type Order, printOrder } from "./cache/order.ts";
import { concerning, generationOf, type PurgeRecord, purgeVerdict } from "./cache/purge.ts";
import { stampOf } from "./cache/stamp.ts";
import { ERRORS, type ErrorCode } from "./errors.ts";
import type { Wanted } from "./gateway.ts";
import { formatName, type OutputClass } from "./params/output.ts";
import { sourceTag } from "./policy/mounts.ts";
import { errorTtl, type Rules, ruleFor } from "./policy/rules/match.ts";
import { applyGamut, applyWidths } from "./policy/rules/wishes.ts";
import type { CacheRule } from "./policy/rules.ts";
import type { EdgeView, Freshness } from "./ports.ts";

/** One class of one request, on its way to the edge cache. */
export interface Ask {
  readonly output: OutputClass;
  readonly rule: CacheRule;
  /** Stands for all requests of this meaning, and carries nothing else of the client's. */
  readonly canonical: Request;
  readonly view: EdgeView;
  /** `Content-Location` of the answer, once its media type is known. */
  readonly locationAs: (contentType: string) => string;
}

/** What all asks of one request share. */
export interface AskTools {
  readonly engineVersion: string;
  readonly rules: Rules;
  readonly records: readonly PurgeRecord[];
  /** ms since the epoch. */
  readonly now: number;
}

export function askFor(
  wanted: Wanted,
  output: OutputClass,
  patience: Order["patience"],
  { engineVersion, rules, records, now }: AskTools,
): Ask {
  const { path, mount, preset, overlays } = wanted;
  const rule = ruleFor(rules, { path, mount, format: output, preset, status: 200 });
  const transform = applyGamut(applyWidths(wanted.under(rule), rule, wanted.size), rule);
  const ladder = output === "info" ? rule.widths?.ladder : undefined;
  const meaning = { source: path, transform, output, ...(ladder && { ladder }) };
  const canonical = new Request(printCanonical(meaning, engineVersion));
  const tags = [...[path, ...overlays].map(sourceTag), ...rule.tags];
  const concerned = concerning(records, { source: path, tags, preset });
  const order: Order = {
    rule,
    generation: generationOf(records),
    purged: generationOf(concerned),
    ...(preset !== undefined && { preset }),
    patience,
  };
  canonical.headers.set(ORDER, printOrder(order));
  const judge = (headers: Headers) => judged(headers, { ...wanted, output }, rule, records, now);
  return {
    output,
    rule,
    canonical,
    view: { judge, keep: usefulFor(rule) },
    locationAs: (contentType) => contentLocation(meaning, contentType),
  };
}

/** The same, however long it takes. */
export function patiently({ canonical, ...rest }: Ask): Ask {
  const request = new Request(canonical);
  const order = JSON.parse(canonical.headers.get(ORDER) ?? "") as Order;
  request.headers.set(ORDER, printOrder({ ...order, patience: "any" }));
  return { ...rest, canonical: request };
}

function judged(
  headers: Headers,
  { path, preset, output }: Pick<Wanted, "path" | "preset"> & { readonly output: OutputClass },
  rule: CacheRule,
  records: readonly PurgeRecord[],
  now: number,
): Freshness {
  const stamp = stampOf(headers);
  if (!stamp) return judgedProblem(headers, { path, preset }, rule, records, now);
  if (rule.sign && !stamp.signed) return "gone";
  const subject = {
    source: path,
    tags: [...stamp.tags.split(","), ...rule.tags],
    format: formatName(output, stamp.contentType),
    preset,
  };
  const purged = purgeVerdict(records, subject, stamp.generation);
  return afterPurge(freshnessOf(stamp, rule, now), purged, rule);
}

/** What a purge knows a request by. */
interface Named {
  readonly path: string;
  readonly preset: string | undefined;
}

/** A problem is true for its time, and never afterwards. */
function judgedProblem(
  headers: Headers,
  { path, preset }: Named,
  rule: CacheRule,
  records: readonly PurgeRecord[],
  now: number,
): Freshness {
  const kind = ERRORS[headers.get(ERROR) as ErrorCode];
  if (kind === undefined) return "gone";
  const tags = [...(headers.get(TAGS) ?? "").split(","), ...rule.tags];
  const subject = { source: path, tags, format: "", preset };
  const purged = purgeVerdict(records, subject, headers.get(GENERATION) ?? "");
  if (purged !== "none") return "gone";
  const age = ageOf({ filled: Number(headers.get(FILLED)) }, now);
  return age < errorTtl(rule, kind.status) ? "fresh" : "gone";
}
