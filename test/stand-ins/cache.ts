/** `caches.default` in plain Node, with a clock and faults: hit by URL, kept for as long as `Cache-Control` says. */

export type Fault = "throws" | "rejects" | "hangs" | undefined;

export interface FakeCache extends Pick<Cache, "match" | "put"> {
  readonly faults: { match?: Fault; put?: Fault };
  readonly size: number;
}

interface Entry {
  readonly status: number;
  readonly headers: readonly [string, string][];
  readonly bytes: ArrayBuffer;
  readonly stored: number;
  readonly maxAge: number;
}

export function createFakeCache(now: () => number): FakeCache {
  const entries = new Map<string, Entry>();
  const faults: FakeCache["faults"] = {};

  async function match(key: unknown): Promise<Response | undefined> {
    const entry = entries.get((key as Request).url);
    if (!entry || now() - entry.stored >= entry.maxAge * 1000) return undefined;
    const headers = new Headers(entry.headers.map(([name, value]) => [name, value]));
    headers.set("CF-Cache-Status", "HIT");
    headers.set("Age", String(Math.floor((now() - entry.stored) / 1000)));
    return new Response(entry.bytes, { status: entry.status, headers });
  }

  async function put(key: unknown, answer: Response): Promise<void> {
    const { status, headers } = answer;
    if (status === 206 || headers.get("Vary") === "*") throw new TypeError("cannot be put");
    const [, maxAge = "0"] = /max-age=(\d+)/.exec(headers.get("Cache-Control") ?? "") ?? [];
    const bytes = await answer.arrayBuffer();
    const entry = { status, headers: [...headers], bytes, stored: now(), maxAge: Number(maxAge) };
    entries.set((key as Request).url, entry);
  }

  return {
    match: ((key: unknown) => faulty(faults.match, () => match(key))) as Cache["match"],
    put: ((key: unknown, answer: unknown) =>
      faulty(faults.put, () => put(key, answer as Response))) as Cache["put"],
    faults,
    get size() {
      return entries.size;
    },
  };
}

function faulty<T>(fault: Fault, work: () => Promise<T>): Promise<T> {
  switch (fault) {
    case "throws":
      throw new TypeError("a fault");
    case "rejects":
      return Promise.reject(new Error("Network connection lost."));
    case "hangs":
      return new Promise(() => {});
    default:
      return work();
  }
}
