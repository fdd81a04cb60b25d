/**
 * A stand-in for Workers Cache, which no local runtime emulates: what its documentation says of the cache in front of
 * an entrypoint, as far as Pictor relies on it (developers.cloudflare.com/workers/cache, read in November 2026).
 *
 * It imitates: the key (path, query, `ctx.props`, version unless shared; never the host, nor a header), what is
 * stored and for how long (`Cloudflare-CDN-Cache-Control` before `CDN-Cache-Control` before `Cache-Control`; the
 * default lifetimes of answers that say nothing), stale-while-revalidate, stale-if-error (endless when it is not
 * said), what ends both, collapsing, `Age`, `CF-Cache-Status`, tags (taken off the answer), purge and invalidate with
 * their limits.
 *
 * It cannot show, as the documentation does not say it or it takes the product: tiers and their timing; which status
 * those get who joined a fill (here `HIT`); whether a refresh carries all headers of the request that caused it (here
 * it does); how purges spread; eviction. Left out, because the Transformer's answers never ask for it: `Vary`, `Range`,
 * and revalidation with validators.
 */

export interface WorkersCacheOptions {
  /** The entrypoint behind the cache. */
  readonly run: (request: Request, props: unknown) => Promise<Response>;
  /** ms since the epoch. */
  readonly now: () => number;
  readonly version?: () => string;
  readonly crossVersionCache?: boolean;
  /** Keeps refreshes alive behind the answers. */
  readonly defer?: (work: Promise<unknown>) => void;
}

export interface PurgeOptions {
  readonly tags?: readonly string[];
  readonly pathPrefixes?: readonly string[];
  readonly purgeEverything?: boolean;
}

export interface PurgeResult {
  readonly success: boolean;
  readonly errors: readonly { readonly code: number; readonly message: string }[];
}

interface Lifetime {
  readonly maxAge: number;
  readonly staleWhileRevalidate: number;
  readonly staleIfError: number;
}

interface Entry extends Lifetime {
  readonly path: string;
  readonly status: number;
  readonly headers: readonly [string, string][];
  readonly bytes: ArrayBuffer;
  readonly tags: readonly string[];
  /** ms. */
  readonly stored: number;
  invalidated?: boolean;
}

type Outcome = { readonly entry: Entry } | { readonly answer: Response };

export type WorkersCacheStandIn = ReturnType<typeof createWorkersCacheStandIn>;

/** One entrypoint's cache in one place. */
export function createWorkersCacheStandIn(options: WorkersCacheOptions) {
  const { run, now, version = () => "1", crossVersionCache = false, defer = () => {} } = options;
  const entries = new Map<string, Entry>();
  const running = new Map<string, Promise<Outcome>>();
  const bucket = createBucket(now);

  const keyOf = (url: URL, props: unknown) =>
    JSON.stringify([crossVersionCache ? "" : version(), props ?? {}, url.pathname + url.search]);

  /** Runs the entrypoint; what may be stored is, in whole. */
  async function filled(key: string, request: Request, props: unknown): Promise<Outcome> {
    const answer = await run(request, props);
    const lifetime = lifetimeOf(request, answer);
    if (!lifetime) return { answer };
    const entry: Entry = {
      ...lifetime,
      path: new URL(request.url).pathname,
      status: answer.status,
      headers: [...answer.headers].filter(([name]) => !STRIPPED.has(name)),
      // A body that breaks off rejects here: the stream errs, and nothing is stored.
      bytes: await answer.arrayBuffer(),
      tags: tagsOf(answer),
      stored: now(),
    };
    entries.set(key, entry);
    return { entry };
  }

  /** The one that is running for this key, or a new one. */
  function collapsed(key: string, request: Request, props: unknown) {
    const joined = running.get(key);
    if (joined) return { outcome: joined, joined: true };
    const outcome = filled(key, request, props).finally(() => running.delete(key));
    running.set(key, outcome);
    return { outcome, joined: false };
  }

  async function missed(key: string, request: Request, props: unknown): Promise<Response> {
    const { outcome, joined } = collapsed(key, request, props);
    const came = await outcome.catch((error: unknown) => ({ error }));
    if ("entry" in came) return answerOf(came.entry, joined ? "HIT" : "MISS", now());
    if (joined) return alone(key, request, props);
    if ("error" in came) throw came.error;
    return withStatus(came.answer, "BYPASS");
  }

  /** What cannot be stored, or broke, is one request's own: each of those who waited runs it for itself. */
  async function alone(key: string, request: Request, props: unknown): Promise<Response> {
    const came = await filled(key, request, props);
    return "entry" in came
      ? answerOf(came.entry, "MISS", now())
      : withStatus(came.answer, "BYPASS");
  }

  async function expired(key: string, entry: Entry, request: Request, props: unknown) {
    const past = pastFreshness(entry, now());
    const { outcome, joined } = collapsed(key, request, props);
    const came = await outcome.catch((error: unknown) => ({ error }));
    const failed = "error" in came || ("answer" in came && came.answer.status >= 500);
    if (failed && past < entry.staleIfError) {
      if ("answer" in came && !joined) await came.answer.body?.cancel();
      return answerOf(entry, "STALE", now());
    }
    if ("entry" in came) return answerOf(came.entry, "EXPIRED", now());
    if (joined) return alone(key, request, props);
    if ("error" in came) throw came.error;
    return withStatus(came.answer, "BYPASS");
  }

  function refreshed(key: string, request: Request, props: unknown): void {
    const { outcome, joined } = collapsed(key, request, props);
    if (!joined) defer(outcome.catch(() => undefined));
  }

  function matches(entry: Entry, { tags = [], pathPrefixes = [], purgeEverything }: PurgeOptions) {
    const lower = tags.map((tag) => tag.toLowerCase());
    return (
      purgeEverything === true ||
      entry.tags.some((tag) => lower.includes(tag)) ||
      pathPrefixes.some((prefix) => entry.path.startsWith(prefix))
    );
  }

  function act(what: PurgeOptions, on: (key: string, entry: Entry) => void): PurgeResult {
    const operations = (what.tags?.length ?? 0) + (what.pathPrefixes?.length ?? 0);
    if (operations > 100) return refused("more than 100 operations");
    if (!bucket.take()) return refused("rate limited");
    for (const [key, entry] of entries) if (matches(entry, what)) on(key, entry);
    return { success: true, errors: [] };
  }

  return {
    async fetch(request: Request, props?: unknown): Promise<Response> {
      const isRead = request.method === "GET" || request.method === "HEAD";
      if (!isRead || request.headers.has("Authorization")) {
        return withStatus(await run(request, props), "BYPASS");
      }
      const key = keyOf(new URL(request.url), props);
      // A HEAD fills the cache, too.
      const get = request.method === "GET" ? request : new Request(request, { method: "GET" });
      const answer = await lookedUp(key, get, props);
      if (request.method === "GET") return answer;
      await answer.body?.cancel();
      return new Response(null, answer);
    },
    async purge(what: PurgeOptions): Promise<PurgeResult> {
      return act(what, (key) => entries.delete(key));
    },
    async invalidate(what: PurgeOptions): Promise<PurgeResult> {
      return act(what, (_key, entry) => {
        entry.invalidated = true;
      });
    },
    /** As a place whose cache was lost. */
    wipe: () => entries.clear(),
    get stored() {
      return entries.size;
    },
    get running() {
      return running.size;
    },
  };

  async function lookedUp(key: string, request: Request, props: unknown): Promise<Response> {
    const entry = entries.get(key);
    if (!entry) return missed(key, request, props);
    const past = pastFreshness(entry, now());
    if (past < 0) return answerOf(entry, "HIT", now());
    if (past < entry.staleWhileRevalidate) {
      refreshed(key, request, props);
      return answerOf(entry, "UPDATING", now());
    }
    return expired(key, entry, request, props);
  }
}

/** The platform's, on every plan: 5 a minute, at most 25 saved up. */
function createBucket(now: () => number) {
  let tokens = 25;
  let last = now();
  return {
    take(): boolean {
      tokens = Math.min(25, tokens + ((now() - last) / 60_000) * 5);
      last = now();
      if (tokens < 1) return false;
      tokens--;
      return true;
    },
  };
}

const refused = (message: string): PurgeResult => ({
  success: false,
  errors: [{ code: 10_000, message }],
});

/** Whole seconds since it stopped being fresh; negative while it is. */
function pastFreshness({ stored, maxAge, invalidated }: Entry, now: number): number {
  const past = Math.floor((now - stored) / 1000) - maxAge;
  return invalidated ? Math.max(0, past) : past;
}

const STRIPPED: ReadonlySet<string> = new Set(["cache-tag", "cloudflare-cdn-cache-control"]);

function answerOf(entry: Entry, status: string, now: number): Response {
  const headers = new Headers(entry.headers.map(([name, value]) => [name, value]));
  headers.set("CF-Cache-Status", status);
  if (status !== "MISS" && status !== "EXPIRED") {
    headers.set("Age", String(Math.floor((now - entry.stored) / 1000)));
  }
  return new Response(entry.bytes, { status: entry.status, headers });
}

function withStatus(answer: Response, status: string): Response {
  const copy = new Response(answer.body, answer);
  for (const name of STRIPPED) copy.headers.delete(name);
  copy.headers.set("CF-Cache-Status", status);
  return copy;
}

/** What the platform takes for granted of answers that say nothing, in seconds. */
const HEURISTIC: Readonly<Record<number, number>> = {
  200: 7200,
  203: 7200,
  204: 7200,
  300: 1200,
  301: 1200,
  404: 180,
  405: 60,
  410: 180,
  414: 60,
  501: 60,
};

function lifetimeOf(request: Request, { status, headers }: Response): Lifetime | undefined {
  if (status === 206 || (status >= 520 && status <= 526)) return undefined;
  if (headers.has("Set-Cookie")) return undefined;
  if (headers.has("Vary")) throw new Error(`${request.url}: the stand-in does not know Vary`);
  const said =
    headers.get("Cloudflare-CDN-Cache-Control") ??
    headers.get("CDN-Cache-Control") ??
    headers.get("Cache-Control");
  const directives = directivesOf(said ?? "");
  if (directives.has("no-store") || directives.has("private")) return undefined;
  const heuristic = said === null ? HEURISTIC[status] : undefined;
  const maxAge =
    numberOf(directives.get("s-maxage")) ?? numberOf(directives.get("max-age")) ?? heuristic;
  if (maxAge === undefined) return undefined;
  const mayBeStale = !["s-maxage", "must-revalidate", "proxy-revalidate"].some((name) =>
    directives.has(name),
  );
  return {
    maxAge: directives.has("no-cache") ? 0 : maxAge,
    staleWhileRevalidate: mayBeStale
      ? (numberOf(directives.get("stale-while-revalidate")) ?? 0)
      : 0,
    staleIfError: mayBeStale
      ? (numberOf(directives.get("stale-if-error")) ?? Number.POSITIVE_INFINITY)
      : 0,
  };
}

function directivesOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    text
      .toLowerCase()
      .split(",")
      .map((directive) => directive.trim().split("=") as [string, string?])
      .map(([name, value = ""]) => [name, value]),
  );
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Tags with anything but printable ASCII are dropped in silence, as are those beyond the thousandth. */
function tagsOf({ headers }: Response): string[] {
  return (headers.get("Cache-Tag") ?? "")
    .split(",")
    .filter((tag) => /^[\x21-\x7e]{1,1024}$/.test(tag))
    .slice(0, 1000)
    .map((tag) => tag.toLowerCase());
}
