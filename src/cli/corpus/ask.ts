/** One request, as a plain client makes it, with everything that a judge wants to know about the answer. */

export interface Answer {
  /** 0 when there was none. */
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** `code` and `detail` of a valid problem (RFC 9457) whose status is the answer's own. */
  readonly problem?: { readonly code: string; readonly detail: string };
  /** Milliseconds until the last byte. */
  readonly ms: number;
  /** Why there is no answer: the time ran out, or the connection broke. */
  readonly failure?: string;
}

export type Ask = (url: string) => Promise<Answer>;

export interface AskCounts {
  requests: number;
  /** Answers of 500 and above, those of `retried` included, and requests without an answer. */
  failures: number;
  /** 503 with `Retry-After`, asked again as that header says. */
  retried: number;
  /** Connections that were closed before any byte of an answer, and the request asked once more. */
  reconnected: number;
}

/** No file may keep the service longer than this. */
const TIMEOUT_MS = 15_000;
const MOST_RETRIES = 2;

/** What became of one request, and how an answer may be had after all. */
interface Asked {
  readonly answer: Answer;
  /** Seconds, from a 503 with `Retry-After`. */
  readonly retryAfter?: number;
  /** The connection was closed before the head of an answer was there. */
  readonly isUnanswered?: boolean;
}

export function createAsk(counts: AskCounts): Ask {
  /**
   * Once more when the connection was closed unanswered: that happens to a kept-alive one that the server gives up
   * just when it is used again (RFC 9112 section 9.3.1). A runtime that crashed has no answer to the second, either.
   */
  async function askConnected(url: string): Promise<Asked> {
    counts.requests++;
    const first = await askOnce(url);
    if (!first.isUnanswered) return first;
    counts.requests++;
    counts.reconnected++;
    return askOnce(url);
  }

  return async (url) => {
    for (let retries = 0; ; retries++) {
      const { answer, retryAfter } = await askConnected(url);
      if (answer.status === 0 || answer.status >= 500) counts.failures++;
      if (retryAfter === undefined || retries === MOST_RETRIES) return answer;
      counts.retried++;
      await new Promise((resolve) => setTimeout(resolve, retryAfter * 1000));
    }
  };
}

async function askOnce(url: string): Promise<Asked> {
  await turnOfEvents();
  const start = performance.now();
  const ms = () => performance.now() - start;
  let hasHead = false;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    hasHead = true;
    const body = new Uint8Array(await response.arrayBuffer());
    const contentType = response.headers.get("Content-Type") ?? "";
    const { status } = response;
    const problem =
      contentType === "application/problem+json" ? readProblem(body, status) : undefined;
    const answer = { status, contentType, body, ms: ms(), ...(problem && { problem }) };
    const wait = Number(response.headers.get("Retry-After"));
    return status === 503 && wait > 0 ? { answer, retryAfter: wait } : { answer };
  } catch (error) {
    const { message, cause } = error as Error;
    const failure = cause instanceof Error ? `${message}: ${cause.message}` : message;
    const answer = { status: 0, contentType: "", body: new Uint8Array(), ms: ms(), failure };
    return { answer, isUnanswered: !hasHead && isClosed(cause) };
  }
}

/** Lets what came meanwhile be heard of: connections that were closed while this process was busy judging. */
async function turnOfEvents(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  await new Promise((resolve) => setImmediate(resolve));
}

/** By the other side; not a connection that was never made, and not a time that ran out. */
function isClosed(cause: unknown): boolean {
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  return code === "UND_ERR_SOCKET" || code === "ECONNRESET";
}

/** RFC 9457 section 3.1: `status` repeats the answer's own; `type` and `title` are strings. */
function readProblem(body: Uint8Array, status: number): Answer["problem"] {
  try {
    const json = JSON.parse(Buffer.from(body).toString("utf8"));
    const texts = [json.type, json.title, json.code];
    if (json.status !== status || texts.some((text) => typeof text !== "string")) return undefined;
    return { code: json.code, detail: typeof json.detail === "string" ? json.detail : "" };
  } catch {
    return undefined;
  }
}
