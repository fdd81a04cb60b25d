/**
 * Keeps the variant store within an operator's limits, a bounded step at a time. Only variants are ever deleted:
 * nothing below `~`, where purge records and settings lie, and no object whose name is not that of a variant.
 *
 * R2 deletes without conditions. What is written under a key between the list that showed it and the delete that
 * follows at once is therefore lost, and is a miss: the next request renders it again.
 */
import {
  type Census,
  counted,
  cutoffOf,
  type DropReason,
  planSweep,
  purgedBefore,
  type StoredObject,
  type SweepPolicy,
  type VariantLimits,
} from "../cache/lifecycle.ts";
import type { PurgeRecord } from "../cache/purge.ts";
import { orNothing } from "../deadline.ts";
import type { Clock } from "../ports.ts";
import { createSweepNotes, NEW_PASS, type Pass } from "./sweep-notes.ts";

export interface SweepOptions {
  readonly bucket: Pick<R2Bucket, "get" | "put" | "list" | "delete">;
  readonly limits: VariantLimits;
  /** `<schema>.<engine>` of this Worker. */
  readonly current: string;
  /** All that still count. */
  readonly purges: readonly PurgeRecord[];
  readonly now: Clock;
  /** What one run may take: pages of up to 1,000 objects (default 200), and ms (default 60,000). */
  readonly budget?: { readonly pages?: number; readonly ms?: number };
  /** Longest wait for one call, ms. Default 10 s. */
  readonly timeoutMs?: number;
  /** For logs. Must not throw. */
  readonly onError?: (error: unknown, what: "get" | "put" | "list" | "delete") => void;
}

export interface SweepReport {
  /** Variants that were looked at. */
  readonly listed: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
  readonly droppedBytes: number;
  /** What the store holds, when this run came to the end of a pass. */
  readonly stored?: { readonly objects: number; readonly bytes: number };
  /** Why it stopped: the pass is over, or the budget; or R2 failed, or another sweep is at work. The next run goes on. */
  readonly ended: "pass" | "budget" | "failure";
}

/** Names below `~` are ours, and come after those of all variants. */
const OURS = "~";

/** Pages after which a run that is cut short need not be done again. */
const SAVED_EVERY = 50;

/** Never throws. */
export async function sweep(options: SweepOptions): Promise<SweepReport> {
  const { bucket, now, current, budget: { pages = 200, ms = 60_000 } = {} } = options;
  const { timeoutMs = 10_000, onError = () => {} } = options;
  const notes = createSweepNotes({ bucket, timeoutMs, onError });
  const report = newReport();
  const began = now();
  await notes.mark(current);
  const found = await notes.readPass();
  const lastRun = await notes.lastRuns();
  if (!found || !lastRun) return { ...report, ended: "failure" };

  const step = createStep(options, notes, lastRun, report);
  let { pass, version } = found;
  let ended: SweepReport["ended"] = "budget";
  for (let page = 1; page <= pages && now() - began < ms && ended === "budget"; page++) {
    const next = await step(pass);
    if (next === undefined) ended = "failure";
    else if (next === "over") ended = "pass";
    if (next !== undefined) pass = next === "over" ? NEW_PASS : next;
    if (page % SAVED_EVERY !== 0 || ended !== "budget") continue;
    version = await notes.writePass(pass, version);
    if (version === undefined) return { ...report, ended: "failure" };
  }
  await notes.writePass(pass, version);
  return { ...report, ended };
}

/** One page. `undefined` when R2 failed: nothing of the page counts as done, and doing it again does no harm. */
function createStep(
  { bucket, limits, current, purges, now, timeoutMs = 10_000, onError = () => {} }: SweepOptions,
  notes: ReturnType<typeof createSweepNotes>,
  lastRun: Map<string, number>,
  report: OpenReport,
): (pass: Pass) => Promise<Pass | "over" | undefined> {
  const policy = { limits, current, lastRun, ...whatIsPurged(purges) };
  const inTime = <T>(work: () => Promise<T>, what: "list" | "delete") =>
    orNothing(Promise.resolve().then(work), timeoutMs, (error) => onError(error, what));

  /** R2 takes up to 1,000 keys at once, which is as many as a page has. */
  async function dropped(objects: readonly StoredObject[]): Promise<boolean> {
    if (objects.length === 0) return true;
    const keys = objects.map(({ key }) => key);
    return (await inTime(() => bucket.delete(keys).then(() => true), "delete")) === true;
  }

  return async (pass) => {
    const behind = pass.after === "" ? {} : { startAfter: pass.after };
    const listed = await inTime(() => bucket.list(behind), "list");
    if (!listed) return undefined;
    const page = pageOf(listed);
    const plan = planSweep(page.objects, { ...policy, ...roomOf(pass, limits) }, now());
    if (!(await dropped(plan.drop))) return undefined;
    note(report, plan);
    for (const version of plan.found) {
      lastRun.set(version, now());
      await notes.mark(version);
    }
    const census = counted(pass.census, plan.keep);
    if (page.after !== undefined) return { ...pass, after: page.after, census };
    report.stored = { objects: census.objects, bytes: census.bytes };
    return passAfter(census, limits);
  };
}

/** Another pass follows at once when there is not enough room for all that was found. */
function passAfter(census: Census, { maxBytes }: VariantLimits): Pass | "over" {
  const since = maxBytes === undefined ? undefined : cutoffOf(census, maxBytes);
  if (maxBytes === undefined || since === undefined) return "over";
  return { ...NEW_PASS, room: { maxBytes, since } };
}

interface Page {
  readonly objects: readonly StoredObject[];
  /** The last key; absent when no variant can follow. */
  readonly after?: string;
}

function pageOf({ objects, truncated }: R2Objects): Page {
  const last = objects.at(-1)?.key;
  const stored = objects
    .filter(({ key }) => key < OURS)
    .map(({ key, size, uploaded }) => ({ key, size, uploaded: uploaded.getTime() }));
  const isLast = !truncated || last === undefined || last >= OURS;
  return isLast ? { objects: stored } : { objects: stored, after: last };
}

function whatIsPurged(records: readonly PurgeRecord[]): Pick<SweepPolicy, "purgedBefore"> {
  const before = purgedBefore(records);
  return before === undefined ? {} : { purgedBefore: before };
}

/** What was found for another `maxBytes` says nothing. */
function roomOf({ room }: Pass, { maxBytes }: VariantLimits): Pick<SweepPolicy, "roomSince"> {
  return room !== undefined && room.maxBytes === maxBytes ? { roomSince: room.since } : {};
}

type OpenReport = {
  -readonly [Field in keyof Omit<SweepReport, "dropped" | "ended">]: SweepReport[Field];
} & { readonly dropped: Record<DropReason, number> };

function newReport(): OpenReport {
  return { listed: 0, dropped: { purged: 0, age: 0, version: 0, size: 0 }, droppedBytes: 0 };
}

function note(report: OpenReport, { drop, keep }: ReturnType<typeof planSweep>): void {
  report.listed += drop.length + keep.length;
  for (const { reason, size } of drop) {
    report.dropped[reason]++;
    report.droppedBytes += size;
  }
}
