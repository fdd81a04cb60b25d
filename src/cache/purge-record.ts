/** Purge records as text: in the metadata of R2 objects, and as one list in a data centre's cache. */
import type { PurgeRecord, PurgeTargets } from "./purge.ts";

/** What is written; R2 adds its time. */
export interface PurgeDraft extends PurgeTargets {
  readonly mode: PurgeRecord["mode"];
  readonly by?: string;
  /** How many parts the purge has, in the last of them; see `purge-parts.ts`. */
  readonly parts?: number;
  /** The record counts as no older than this, ms since the epoch: just after the newest that its writer found. */
  readonly floor?: number;
  /** It counts as of just this time, ms since the epoch: a record that stands for older ones. */
  readonly asOf?: number;
}

/** Bytes of a draft as text. R2 takes 8,192 of metadata, names included, but its local stand-in no more than 2,048. */
export const MAX_RECORD_BYTES = 1_900;

export const NOTHING: PurgeTargets = {
  sources: [],
  tags: [],
  prefixes: [],
  presets: [],
  formats: [],
  everything: false,
};

const LISTS = ["sources", "tags", "prefixes", "presets", "formats"] as const;
export type TargetList = (typeof LISTS)[number];
export const TARGET_LISTS: readonly TargetList[] = LISTS;

/** Only what it says: empty lists are left out. ASCII alone, so that its length is its bytes, in metadata too. */
export function printDraft(draft: PurgeDraft): string {
  const { everything, ...rest } = draft;
  const said = Object.entries(rest).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  const text = JSON.stringify({
    ...Object.fromEntries(said),
    ...(everything ? { everything } : {}),
  });
  return text.replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Ids are part of R2 keys and of generations. */
export const isPurgeId = (text: string): boolean => /^[A-Za-z0-9-]{8,64}$/.test(text);

/**
 * `uploaded`: R2's time, ms. `undefined` for what is no record of ours, so that a foreign object harms nobody.
 */
export function readRecord(
  id: string,
  uploaded: number,
  text: string | undefined,
): PurgeRecord | undefined {
  const draft = text === undefined ? undefined : parsed(text);
  if (!isPurgeId(id) || !isDraft(draft)) return undefined;
  const { floor = 0, asOf, mode, by, parts, everything = false } = draft;
  return {
    ...NOTHING,
    ...Object.fromEntries(LISTS.flatMap((name) => (draft[name] ? [[name, draft[name]]] : []))),
    everything,
    id,
    uploaded: asOf ?? Math.max(uploaded, floor),
    mode,
    ...(by === undefined ? {} : { by }),
    ...(parts === undefined ? {} : { parts }),
  };
}

/** All that is known, as one text: equal lists have equal texts. */
export function printRecords(records: readonly PurgeRecord[]): string {
  return JSON.stringify(
    records.map(({ id, uploaded, ...draft }) => [id, uploaded, printDraft(draft)]),
  );
}

/** `undefined` when it is not such a text as a whole. */
export function readRecords(text: string): readonly PurgeRecord[] | undefined {
  const list = parsed(text);
  if (!Array.isArray(list)) return undefined;
  const records = list.map((entry) => {
    const [id, uploaded, draft] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (typeof id !== "string" || typeof uploaded !== "number") return undefined;
    return readRecord(id, uploaded, typeof draft === "string" ? draft : undefined);
  });
  return records.every((record) => record !== undefined) ? oldestFirst(records) : undefined;
}

export function oldestFirst(records: readonly PurgeRecord[]): readonly PurgeRecord[] {
  return [...records].sort((a, b) => a.uploaded - b.uploaded || (a.id < b.id ? -1 : 1));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Written = Partial<PurgeTargets> & Omit<PurgeDraft, keyof PurgeTargets>;

function isDraft(value: unknown): value is Written {
  if (typeof value !== "object" || value === null) return false;
  const draft = value as Record<string, unknown>;
  return (
    (draft.mode === "soft" || draft.mode === "hard") &&
    LISTS.every((name) => draft[name] === undefined || isTexts(draft[name])) &&
    isOptional(draft.everything, "boolean") &&
    isOptional(draft.by, "string") &&
    isOptional(draft.parts, "number") &&
    isOptional(draft.floor, "number") &&
    isOptional(draft.asOf, "number")
  );
}

const isOptional = (value: unknown, type: string) => value === undefined || typeof value === type;

const isTexts = (value: unknown) =>
  Array.isArray(value) && value.every((text) => typeof text === "string");
