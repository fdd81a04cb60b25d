/** What comes of a fill: a whole answer that any number of requests may be given, one that passes by, or a failure. */
import { STALE } from "../cache/answer.ts";
import { joined } from "../image/joined.ts";
import { isShareable } from "./storable.ts";

/** Plain values, nothing of the request that made it. */
export interface Whole {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type Landing =
  | { readonly kind: "whole"; readonly whole: Whole }
  /** For the one who filled alone: too large to be held, or for its client only. */
  | { readonly kind: "passing"; readonly answer: Response }
  | { readonly kind: "broken"; readonly error: unknown };

/** Never rejects. */
export async function land(fill: () => Promise<Response>, maxBytes: number): Promise<Landing> {
  try {
    const answer = await fill();
    return isShareable(answer) ? await whole(answer, maxBytes) : { kind: "passing", answer };
  } catch (error) {
    return { kind: "broken", error };
  }
}

/** Also where the Transformer had something of before: the origin is not to be asked again at once. */
export function hasFailed(landing: Landing): boolean {
  if (landing.kind === "broken") return true;
  if (landing.kind === "whole") return landing.whole.status >= 500;
  return landing.answer.status >= 500 || landing.answer.headers.has(STALE);
}

/** The answer, as often as it is wanted; a passing one only once. Throws what broke the fill. */
export function answerOf(landing: Landing): Response {
  switch (landing.kind) {
    case "whole":
      return answerWith(landing.whole);
    case "passing":
      return landing.answer;
    case "broken":
      throw landing.error;
  }
}

function answerWith({ status, headers, bytes }: Whole): Response {
  return new Response(bytes, { status, headers: headers.map(([name, value]) => [name, value]) });
}

/**
 * The body, read to its end. It is never teed into a `put`: workerd's cache keeps what came of a body that broke off
 * as if it were all of it, and a tee holds in memory whatever the slower side has not read. Throws for a torn body.
 */
async function whole(answer: Response, maxBytes: number): Promise<Landing> {
  const length = contentLength(answer);
  if ((length ?? 0) > maxBytes) return { kind: "passing", answer };
  const read =
    length === undefined
      ? await readUpTo(answer.body, maxBytes)
      : { bytes: new Uint8Array(await answer.arrayBuffer()) };
  if (!("bytes" in read)) return { kind: "passing", answer: new Response(read.rest, answer) };
  const { bytes } = read;
  if (length !== undefined && length !== bytes.byteLength) {
    throw new Error(`the filled answer has ${bytes.byteLength} of ${length} bytes`);
  }
  return { kind: "whole", whole: { status: answer.status, headers: [...answer.headers], bytes } };
}

type Read =
  | { readonly bytes: Uint8Array<ArrayBuffer> }
  /** All of it again, as a stream. */
  | { readonly rest: ReadableStream<Uint8Array> };

async function readUpTo(body: Response["body"], maxBytes: number): Promise<Read> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (body === null) return { bytes: new Uint8Array() };
  const reader = body.getReader();
  while (size <= maxBytes) {
    const { done, value } = await reader.read();
    if (done) return { bytes: joined(chunks) };
    chunks.push(value);
    size += value.byteLength;
  }
  return { rest: resumed(chunks, reader) };
}

function resumed(
  chunks: Uint8Array[],
  reader: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const chunk = chunks.shift() ?? (await reader.read()).value;
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

function contentLength({ headers }: Response): number | undefined {
  const text = headers.get("content-length") ?? "";
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
