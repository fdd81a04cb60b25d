/**
 * Keeps the purge records few. What may be dropped is dropped; what must stay is put together, with the same targets
 * and a later time; and only what does not fit even then becomes a purge of everything up to its time. Every step
 * purges at least what the records before it purged.
 */
import type { PurgeRecord } from "./purge.ts";
import { bytesOf } from "./purge-parts.ts";
import {
  MAX_RECORD_BYTES,
  NOTHING,
  type PurgeDraft,
  printDraft,
  TARGET_LISTS,
  type TargetList,
} from "./purge-record.ts";

export interface CompactionLimits {
  /** ms since the epoch. */
  readonly now: number;
  /** Longest time that anything stored can be given, ms: older records concern nobody. */
  readonly keepMs: number;
  readonly maxRecords: number;
  /** All records together, as text. */
  readonly maxBytes: number;
}

/** `add` is to be written before `remove` is deleted. */
export interface Compaction {
  readonly add: readonly PurgeDraft[];
  readonly remove: readonly string[];
}

/** Deleted at once, so that no purge waits for long. */
const MOST_REMOVED = 400;
/** Not touched: fills in flight have these in their stamps, and people ask for them by id. */
const NEWEST_KEPT = 50;

/** `records`: oldest first. */
export function compaction(
  records: readonly PurgeRecord[],
  { now, keepMs, maxRecords, maxBytes }: CompactionLimits,
): Compaction {
  const expired = records.filter(({ uploaded }) => uploaded < now - keepMs);
  const live = records.slice(expired.length);
  const remove = expired.slice(0, MOST_REMOVED).map(({ id }) => id);
  if (live.length <= maxRecords && allBytes(live) <= maxBytes) return { add: [], remove };
  const newest = live.at(-1)!.uploaded;
  const old = live
    .slice(0, Math.max(0, live.length - NEWEST_KEPT))
    .filter(({ uploaded }) => uploaded < newest)
    .slice(0, MOST_REMOVED);
  const rest = live.slice(old.length);
  const packed = packs(old, rest);
  const fits =
    rest.length + packed.length <= maxRecords && allBytes(rest) + allBytes(packed) <= maxBytes;
  const add = fits ? packed : coarse(old);
  if (add.length >= old.length) return { add: [], remove };
  return { add, remove: [...remove, ...old.map(({ id }) => id)] };
}

function allBytes(records: readonly PurgeDraft[]): number {
  return records.reduce((sum, record) => sum + printDraft(record).length, 0);
}

interface Target {
  readonly list: TargetList | "everything";
  readonly name: string;
  readonly record: PurgeRecord;
}

/** As few records as hold the targets of `old` that no newer record names again. */
function packs(old: readonly PurgeRecord[], newer: readonly PurgeRecord[]): PurgeDraft[] {
  const olds = new Set(old);
  const left = unrepeated([...old, ...newer]).filter(({ record }) => olds.has(record));
  return (["soft", "hard"] as const).flatMap((mode) => {
    const ofMode = left.filter(({ record }) => record.mode === mode);
    return [
      // On its own: it must not get the time of something later.
      ...ofMode.filter(isEverything).map(({ record }) => everythingBefore(record)),
      ...packed(ofMode.filter((target) => !isEverything(target))),
    ];
  });
}

const isEverything = ({ list }: Target) => list === "everything";

function everythingBefore({ mode, uploaded }: PurgeRecord): PurgeDraft {
  return { ...NOTHING, mode, everything: true, asOf: uploaded };
}

/** Each target at its newest: what a later record of the same force says anyway need not be said twice. */
function unrepeated(records: readonly PurgeRecord[]): Target[] {
  const said = new Set<string>();
  const left: Target[] = [];
  for (const target of records.flatMap(targetsOf).reverse()) {
    const { list, name, record } = target;
    const covers = ["hard everything true", `hard ${list} ${name}`];
    if (record.mode === "soft") covers.push("soft everything true", `soft ${list} ${name}`);
    if (covers.some((cover) => said.has(cover))) continue;
    said.add(`${record.mode} ${list} ${name}`);
    left.push(target);
  }
  return left.reverse();
}

function targetsOf(record: PurgeRecord): Target[] {
  const named = TARGET_LISTS.flatMap((list) =>
    record[list].map((name) => ({ list, name, record })),
  );
  return record.everything ? [...named, { list: "everything", name: "true", record }] : named;
}

/** Braces, mode, time, and the names of all lists. */
const FRAME_BYTES = 200;

/** `targets` of one mode, oldest first, so that each gets a time close to its own. */
function packed(targets: readonly Target[]): PurgeDraft[] {
  const groups: Target[][] = [];
  let bytes = 0;
  for (const target of targets) {
    const more = bytesOf(target.name);
    if (groups.length === 0 || bytes + more > MAX_RECORD_BYTES) {
      groups.push([]);
      bytes = FRAME_BYTES;
    }
    groups.at(-1)!.push(target);
    bytes += more;
  }
  return groups.map(together);
}

function together(targets: readonly Target[]): PurgeDraft {
  const { mode, uploaded } = targets.at(-1)!.record;
  const named = (list: TargetList) => [
    ...new Set(targets.filter((target) => target.list === list).map(({ name }) => name)),
  ];
  const lists = Object.fromEntries(TARGET_LISTS.map((list) => [list, named(list)]));
  return { ...NOTHING, ...lists, mode, asOf: uploaded };
}

/** Everything that was filled before the newest of them, each mode for itself. */
function coarse(old: readonly PurgeRecord[]): PurgeDraft[] {
  return (["soft", "hard"] as const).flatMap((mode) => {
    const last = old.findLast((record) => record.mode === mode);
    return last ? [everythingBefore(last)] : [];
  });
}
