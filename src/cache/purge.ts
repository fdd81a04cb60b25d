/** Purge records: what was purged, when, and whether that concerns something stored. */

export interface PurgeTargets {
  /** Canonical source paths, e.g. `/trips/lisbon.jpg`. */
  readonly sources: readonly string[];
  /** Whole tags, as in `Cache-Tag`. */
  readonly tags: readonly string[];
  /** Beginnings of canonical source paths, e.g. `/trips/`. */
  readonly prefixes: readonly string[];
  readonly presets: readonly string[];
  /** Formats or media subtypes of the answer: `avif`, `webp`, `jpeg`, `png`, `gif`, `json`. */
  readonly formats: readonly string[];
  readonly everything: boolean;
}

export interface PurgeRecord extends PurgeTargets {
  /** Unique; part of its key in R2. */
  readonly id: string;
  /** R2's own time of the record, ms since the epoch: the one clock that orders purges and fills. */
  readonly uploaded: number;
  /** `soft` marks stale, `hard` forbids. */
  readonly mode: "soft" | "hard";
}

/** What a record is compared with. */
export interface PurgeSubject {
  readonly source: string;
  readonly tags: readonly string[];
  /** Media subtype of what was really sent. */
  readonly format: string;
  /** Preset that the request named; unknown in the Transformer. */
  readonly preset?: string;
}
