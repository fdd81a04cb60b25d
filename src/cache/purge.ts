/** Purge records: what was purged, when, and whether that concerns something stored. */
import type { PurgeTargets } from "../policy/tokens.ts";
import { indexOf, type PurgeIndex, recordsOn } from "./purge-index.ts";

export type { PurgeTargets };

export interface PurgeRecord extends PurgeTargets {
  /** Unique; part of its key in R2. */
  readonly id: string;
  /**
   * R2's own time of the record, ms since the epoch: the one clock that orders purges and fills. Where that clock was
   * behind a record that was there already, just after that one.
   */
  readonly uploaded: number;
  /** `soft` marks stale, `hard` forbids. */
  readonly mode: "soft" | "hard";
  /** Name of the token that asked for it. */
  readonly by?: string;
  /** How many records the purge has, when this is the last of several. */
  readonly parts?: number;
}

/** What a record is compared with. */
export interface PurgeSubject {
  readonly source: string;
  readonly tags: readonly string[];
  /** Media subtype of what was really sent. */
  readonly format: string;
  /** Preset that the request named; unknown in the Transformer. */
  readonly preset?: string | undefined;
}

/** `hard` wins. */
export type PurgeVerdict = "none" | "soft" | "hard";

/**
 * The newest records, as text for stamps: `<uploaded>:<id>,<id>`, all ids of that very millisecond. Without records it
 * is empty, and so older than all of them. `records`: oldest first.
 */
export function generationOf(records: readonly PurgeRecord[]): string {
  return records.length === 0 ? "" : indexOf(records).generation;
}

/**
 * What the records say of something that was filled when `generation` was known. A record applies when it is later
 * than that, or of the same millisecond and not among those that were known.
 */
export function purgeVerdict(
  records: readonly PurgeRecord[],
  subject: PurgeSubject,
  generation: string,
): PurgeVerdict {
  if (records.length === 0) return "none";
  const index = indexOf(records);
  // By far the most frequent case: nothing was purged since.
  if (index.generation === generation) return "none";
  const known = readGeneration(generation);
  if (records.at(-1)!.uploaded < known.time) return "none";
  return verdictOf(index, subject, known);
}

function verdictOf(index: PurgeIndex, subject: PurgeSubject, known: Generation): PurgeVerdict {
  let verdict: PurgeVerdict = "none";
  for (const list of recordsOn(index, subject)) {
    // The newest of each list comes last: what is older than the fill ends the search.
    for (let at = list.length - 1; at >= 0; at--) {
      const record = list[at]!;
      if (record.uploaded < known.time) break;
      if (!appliesTo(known, record)) continue;
      if (record.mode === "hard") return "hard";
      verdict = "soft";
    }
  }
  return verdict;
}

/**
 * The records that name the subject, however old, oldest first. Without a `format` any record on a format does: before
 * the fill nobody knows what will be sent.
 */
export function concerning(
  records: readonly PurgeRecord[],
  subject: Omit<PurgeSubject, "format"> & { readonly format?: string },
): readonly PurgeRecord[] {
  if (records.length === 0) return records;
  const found = new Set(recordsOn(indexOf(records), subject).flat());
  return found.size === 0 ? [] : records.filter((record) => found.has(record));
}

/** Whether these records are all that were known to `generation`, or more. */
export function reaches(records: readonly PurgeRecord[], generation: string): boolean {
  const { time, ids } = readGeneration(generation);
  const newest = records.at(-1)?.uploaded ?? -1;
  if (newest !== time) return newest > time;
  return ids.every((id) => records.some((record) => record.id === id));
}

interface Generation {
  readonly time: number;
  readonly ids: readonly string[];
}

/** What is no generation of ours is older than all records. */
function readGeneration(text: string): Generation {
  const [, time, ids] = /^(\d{1,15}):(.+)$/.exec(text) ?? [];
  if (time === undefined || ids === undefined) return { time: -1, ids: [] };
  return { time: Number(time), ids: ids.split(",") };
}

function appliesTo({ time, ids }: Generation, { uploaded, id }: PurgeRecord): boolean {
  return uploaded > time || (uploaded === time && !ids.includes(id));
}
