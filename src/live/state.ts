/** What is in force, and what was refused: the states of a live document, without clocks and stores. */

export interface Active<T> {
  readonly value: T;
  /** `pictor.config.ts`, the document's name, or that with `.last-good`. */
  readonly source: string;
  readonly version: string;
  /** When it came into force here, ms since the epoch. */
  readonly loadedAt: number;
  /** What it was read from; absent for the configuration. */
  readonly text?: string;
}

/** A document that is not used. */
export interface Refused {
  /** Where that much of it can be read. */
  readonly version?: string;
  readonly place: string;
  readonly message: string;
}

export interface LiveState<T> {
  readonly active: Active<T>;
  readonly refused?: Refused;
  /** Why the last look came to nothing; what is in force stays. */
  readonly unreachable?: string;
  /** What is in force is what the operator last meant: a look has found a good document, or none. */
  readonly settled: boolean;
}

/** What one look at the store came to. */
export type Reading<T> =
  | { readonly kind: "good"; readonly text: string; readonly version: string; readonly value: T }
  | { readonly kind: "bad"; readonly refused: Refused }
  | { readonly kind: "missing" }
  | { readonly kind: "failed"; readonly message: string };

/** The names of what may be in force. */
export interface LiveSources<T> {
  readonly document: string;
  readonly lastGood: string;
  /** In force without a document, and from the start. */
  readonly configured: Active<T>;
}

export function lastGoodKey(key: string): string {
  return `${key}.last-good`;
}

/** After a look at the document itself. A document that was taken away gives way to the configuration. */
export function afterDocument<T>(
  state: LiveState<T>,
  reading: Reading<T>,
  { document, configured }: LiveSources<T>,
  now: number,
): LiveState<T> {
  const { active } = state;
  switch (reading.kind) {
    case "good":
      return { active: inForce(active, reading, document, now), settled: true };
    case "bad":
      return { active, refused: reading.refused, settled: state.settled };
    case "missing":
      return {
        active: active.source === configured.source ? active : { ...configured, loadedAt: now },
        settled: true,
      };
    case "failed":
      return { ...state, unreachable: reading.message };
  }
}

/** Whether the copy of the last good document is needed: only where this isolate never saw what was meant. */
export function needsLastGood<T>(
  { active, settled }: LiveState<T>,
  configured: Active<T>,
): boolean {
  return !settled && active.source === configured.source;
}

/** After a look at that copy; what the document itself was refused for stays told. */
export function afterLastGood<T>(
  state: LiveState<T>,
  reading: Reading<T>,
  { lastGood }: LiveSources<T>,
  now: number,
): LiveState<T> {
  if (reading.kind !== "good") return state;
  return { ...state, active: inForce(state.active, reading, lastGood, now) };
}

function inForce<T>(
  active: Active<T>,
  { text, version, value }: Extract<Reading<T>, { kind: "good" }>,
  source: string,
  now: number,
): Active<T> {
  if (active.source === source && active.text === text) return active;
  return { value, source, version, text, loadedAt: now };
}

/** For `/_/health`. */
export function describeLive<T>({ active, refused, unreachable }: LiveState<T>): object {
  const { source, version, loadedAt } = active;
  return {
    source,
    version,
    loadedAt: new Date(loadedAt).toISOString(),
    ...(refused && { refused }),
    ...(unreachable !== undefined && { unreachable }),
  };
}
