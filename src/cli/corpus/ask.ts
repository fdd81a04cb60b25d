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
}

/** No file may keep the service longer than this. */
const TIMEOUT_MS = 15_000;
const MOST_RETRIES = 2;

export function createAsk(counts: AskCounts): Ask {
  return async (url) => {
    for (let retries = 0; ; retries++) {
      const { answer, retryAfter } = await askOnce(url);
      counts.requests++;
      if (answer.status === 0 || answer.status >= 500) counts.failures++;
      if (retryAfter === undefined || retries === MOST_RETRIES) return answer;
      counts.retried++;
      await new Promise((resolve) => setTimeout(resolve, retryAfter * 1000));
    }
  };
}

async function askOnce(url: string): Promise<{ answer: Answer; retryAfter?: number }> {
  const start = performance.now();
  const ms = () => performance.now() - start;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
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
    return { answer: { status: 0, contentType: "", body: new Uint8Array(), ms: ms(), failure } };
  }
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
