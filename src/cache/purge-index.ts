/**
 * Purge records by what they name, so that a hit costs a few look-ups, however many records are alive. Made once for
 * each list of records, and dropped with it.
 */
import type { PurgeRecord, PurgeSubject } from "./purge.ts";

type Lists = ReadonlyMap<string, readonly PurgeRecord[]>;

/** Every list has the oldest first. */
export interface PurgeIndex {
  /** See `generationOf`. */
  readonly generation: string;
  readonly everything: readonly PurgeRecord[];
  /** Also sources, by their tag: a source purges what it is only an overlay of, too. */
  readonly tags: Lists;
  readonly prefixes: Lists;
  /** Of the prefixes, in UTF-16 units: a path is cut to these, however many slashes it has. */
  readonly lengths: ReadonlySet<number>;
  readonly presets: Lists;
  readonly formats: Lists;
}

const indexes = new WeakMap<readonly PurgeRecord[], PurgeIndex>();

/** `records`: oldest first, at least one. */
export function indexOf(records: readonly PurgeRecord[]): PurgeIndex {
  const known = indexes.get(records);
  if (known) return known;
  const made = createIndex(records);
  indexes.set(records, made);
  return made;
}

/** The records that name the subject, in lists that may repeat one. */
export function recordsOn(
  index: PurgeIndex,
  { source, tags, format, preset }: Omit<PurgeSubject, "format"> & { readonly format?: string },
): (readonly PurgeRecord[])[] {
  const own = tagOfSource(source);
  const all = tags.includes(own) ? tags : [own, ...tags];
  return [
    index.everything,
    ...all.map((tag) => index.tags.get(tag)),
    ...prefixesOf(index, [source, ...all.flatMap(sourceOfTag)]),
    preset === undefined ? undefined : index.presets.get(preset),
    ...(format === undefined ? index.formats.values() : [index.formats.get(format)]),
  ].filter((list) => list !== undefined);
}

function prefixesOf({ prefixes, lengths }: PurgeIndex, paths: readonly string[]) {
  if (lengths.size === 0) return [];
  return [...new Set(paths)].flatMap((path) =>
    [...lengths].map((length) => prefixes.get(path.slice(0, length))),
  );
}

function createIndex(records: readonly PurgeRecord[]): PurgeIndex {
  const prefixes = listsBy(records, (record) => record.prefixes);
  return {
    generation: newest(records),
    everything: records.filter((record) => record.everything),
    tags: listsBy(records, ({ sources, tags }) => [...sources.map(tagOfSource), ...tags]),
    prefixes,
    lengths: new Set([...prefixes.keys()].map((prefix) => prefix.length)),
    presets: listsBy(records, (record) => record.presets),
    formats: listsBy(records, (record) => record.formats),
  };
}

function newest(records: readonly PurgeRecord[]): string {
  const { uploaded } = records.at(-1)!;
  const ids: string[] = [];
  for (let at = records.length - 1; records[at]?.uploaded === uploaded; at--) {
    ids.push(records[at]!.id);
  }
  return `${uploaded}:${ids.sort().join(",")}`;
}

function listsBy(
  records: readonly PurgeRecord[],
  namesOf: (record: PurgeRecord) => readonly string[],
): Lists {
  const lists = new Map<string, PurgeRecord[]>();
  for (const record of records) {
    for (const name of new Set(namesOf(record))) {
      const list = lists.get(name);
      if (list) list.push(record);
      else lists.set(name, [record]);
    }
  }
  return lists;
}

const SOURCE = "source:";
/** As long as `policy/mounts.ts` makes them: longer sources share a tag, and a purge, by their beginning. */
const LONGEST_TAG = 1000;

function tagOfSource(source: string): string {
  return (SOURCE + source).slice(0, LONGEST_TAG);
}

function sourceOfTag(tag: string): string[] {
  return tag.startsWith(SOURCE) ? [tag.slice(SOURCE.length)] : [];
}
