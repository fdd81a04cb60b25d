/** A purge that names more than one record holds becomes several records: its parts, each true by itself. */
import type { PurgeRecord, PurgeTargets } from "./purge.ts";
import { MAX_RECORD_BYTES, NOTHING, printDraft, TARGET_LISTS } from "./purge-record.ts";

/** Mode, name of the token, times, and the names of all lists. */
const FRAME_BYTES = 300;

/** In the order of the targets; `everything` is in the last. A name that is longer than a record stands alone. */
export function partsOf(targets: PurgeTargets): readonly PurgeTargets[] {
  const parts: PurgeTargets[] = [];
  let part: PurgeTargets = NOTHING;
  let bytes = FRAME_BYTES;
  for (const list of TARGET_LISTS) {
    for (const name of targets[list]) {
      const more = bytesOf(name);
      if (bytes > FRAME_BYTES && bytes + more > MAX_RECORD_BYTES) {
        parts.push(part);
        part = NOTHING;
        bytes = FRAME_BYTES;
      }
      part = { ...part, [list]: [...part[list], name] };
      bytes += more;
    }
  }
  return [...parts, { ...part, everything: targets.everything }];
}

/** As text in a list: quotes, comma, escapes. */
export function bytesOf(name: string): number {
  return printDraft({ ...NOTHING, tags: [name], mode: "hard" }).length - EMPTY_BYTES;
}

const EMPTY_BYTES = printDraft({ ...NOTHING, tags: [""], mode: "hard" }).length - '"",'.length;

/** The id of the whole is that of its last part: when that one is there, all are. `at` from 0. */
export function partId(id: string, at: number, count: number): string {
  return at === count - 1 ? id : `${id}-p${at + 1}`;
}

/** The whole purge again, as of its newest part. */
export function joined(id: string, parts: readonly PurgeRecord[]): PurgeRecord {
  const { parts: _, ...last } = parts.at(-1)!;
  const lists = TARGET_LISTS.map((list) => [list, parts.flatMap((part) => part[list])] as const);
  const uploaded = Math.max(...parts.map((part) => part.uploaded));
  return { ...last, ...Object.fromEntries(lists), id, uploaded };
}
