/**
 * What sweeps keep in the bucket, below `~sweep/`: how far the pass has come, and when each version of the Worker last
 * ran. Two sweeps at once harm neither: the pass is written only over the version that was read, and a mark says
 * nothing but its own time.
 */
import { type Census, EMPTY_CENSUS } from "../cache/lifecycle.ts";
import { orNothing } from "../deadline.ts";

/** One way through all variants, which may take many runs. */
export interface Pass {
  /** The last key that was looked at; empty at the beginning. */
  readonly after: string;
  /** Of the variants that were kept. */
  readonly census: Census;
  /** What the pass before found about room, and the `maxBytes` that it found it for. */
  readonly room?: { readonly maxBytes: number; readonly since: number };
}

export const NEW_PASS: Pass = { after: "", census: EMPTY_CENSUS };

export interface SweepNotesOptions {
  readonly bucket: Pick<R2Bucket, "get" | "put" | "list">;
  /** Longest wait for one call, ms. */
  readonly timeoutMs: number;
  readonly onError: (error: unknown, what: "get" | "put" | "list") => void;
}

const PASS = "~sweep/pass";
const VERSIONS = "~sweep/version/";
/** A pass is some 60 KB at most. */
const MOST_BYTES = 1_000_000;

/** Where R2 fails, `undefined`; `onError` hears why. */
export function createSweepNotes({ bucket, timeoutMs, onError }: SweepNotesOptions) {
  const inTime = <T>(work: () => Promise<T>, what: "get" | "put" | "list") =>
    orNothing(Promise.resolve().then(work), timeoutMs, (error) => onError(error, what));

  async function readPass(): Promise<{ readonly pass: Pass; readonly version?: string }> {
    const object = await bucket.get(PASS);
    if (object === null) return { pass: NEW_PASS };
    const { etag: version, size } = object;
    const text = size > MOST_BYTES ? "" : await object.text();
    return { pass: parsePass(text) ?? NEW_PASS, version };
  }

  async function writePass(pass: Pass, over: string | undefined): Promise<string | undefined> {
    const onlyIf =
      over === undefined ? new Headers({ "If-None-Match": "*" }) : { etagMatches: over };
    return (await bucket.put(PASS, printPass(pass), { onlyIf }))?.etag;
  }

  async function lastRuns(): Promise<Map<string, number>> {
    const { objects } = await bucket.list({ prefix: VERSIONS });
    return new Map(
      objects.map(({ key, uploaded }) => [key.slice(VERSIONS.length), uploaded.getTime()]),
    );
  }

  return {
    /** `version` is for `writePass`. */
    readPass: () => inTime(readPass, "get"),
    /** The new version; undefined, too, where another sweep has written meanwhile: its pass is as good. */
    writePass: (pass: Pass, over: string | undefined) => inTime(() => writePass(pass, over), "put"),
    /** Version → when it last ran, ms. */
    lastRuns: () => inTime(lastRuns, "list"),
    /** From now on it is known that the version ran now. */
    mark: (version: string) => inTime(() => bucket.put(VERSIONS + version, ""), "put"),
  };
}

function printPass({ after, census, room }: Pass): string {
  const { bytesIn, ...rest } = census;
  return JSON.stringify({ after, room, census: { ...rest, bytesIn: [...bytesIn] } });
}

/** Undefined for what is not a pass: one simply begins anew. */
function parsePass(text: string): Pass | undefined {
  let read: ReturnType<typeof JSON.parse>;
  try {
    read = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { after, census, room } = read ?? {};
  const { span, bytesIn, objects, bytes } = census ?? {};
  const pairs: unknown[] = Array.isArray(bytesIn) ? bytesIn.flat() : [undefined];
  const numbers = [span, objects, bytes, room?.maxBytes ?? 0, room?.since ?? 0, ...pairs];
  if (typeof after !== "string" || !numbers.every(isCount) || span < 1) return undefined;
  return {
    after,
    census: { span, bytesIn: new Map(bytesIn), objects, bytes },
    ...(room ? { room: { maxBytes: room.maxBytes, since: room.since } } : {}),
  };
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
