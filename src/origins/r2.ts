/** Pictures in an R2 bucket. */
import { PictorError } from "../errors.ts";
import { lifetimeOf } from "../http/lifetime.ts";
import type { Origin, OriginObject } from "../ports.ts";
import { boundBody, tooLarge } from "./bounded.ts";
import { withDeadline } from "./deadline.ts";

export interface R2OriginOptions {
  readonly bucket: Pick<R2Bucket, "get" | "head">;
  /** Put before every name, as it is: `pictures/`. */
  readonly prefix?: string;
  /** Default 100 MB. */
  readonly maxBytes?: number;
  /** Longest wait for R2's answer, and for each chunk, ms. Default 5 s. */
  readonly answerTimeoutMs?: number;
  /** All waiting for the body, ms. Default 10 s. */
  readonly totalTimeoutMs?: number;
}

/** R2's own limit, bytes of UTF-8. */
const MAX_KEY_BYTES = 1024;

export function createR2Origin(options: R2OriginOptions): Origin {
  const { bucket, prefix = "", maxBytes = 100_000_000 } = options;
  const answerTimeoutMs = options.answerTimeoutMs ?? 5_000;
  const totalTimeoutMs = options.totalTimeoutMs ?? 10_000;
  const ask = <T extends R2Object>(answer: () => Promise<T | null>) =>
    askBucket(answer, answerTimeoutMs);

  return {
    async open(name) {
      const key = keyOf(prefix, name);
      const object = await ask(() => bucket.get(key));
      const { body, size } = object;
      if (size > maxBytes) {
        discard(object);
        throw tooLarge(maxBytes, size);
      }
      const bounds = {
        maxBytes,
        expectedBytes: size,
        idleTimeoutMs: answerTimeoutMs,
        totalTimeoutMs,
      };
      return { body: boundBody(body, bounds), ...factsOf(object) };
    },
    async head(name) {
      const key = keyOf(prefix, name);
      const object = await ask(() => bucket.head(key));
      if (object.size > maxBytes) throw tooLarge(maxBytes, object.size);
      return factsOf(object);
    },
  };
}

/** A key that R2 cannot hold names nothing: that is a 404, not an error of R2. */
function keyOf(prefix: string, name: string): string {
  const key = prefix + name;
  if (name === "" || new TextEncoder().encode(key).byteLength > MAX_KEY_BYTES) throw notFound();
  return key;
}

async function askBucket<T extends R2Object>(
  answer: () => Promise<T | null>,
  timeoutMs: number,
): Promise<T> {
  let object: T | null;
  try {
    object = await withDeadline(answer(), timeoutMs, (late) => late && discard(late));
  } catch (cause) {
    if (cause instanceof PictorError) throw cause;
    throw new PictorError("origin_failed", { detail: "The bucket failed." }, { cause });
  }
  if (object === null) throw notFound();
  return object;
}

function factsOf({ size, httpEtag, uploaded, httpMetadata }: R2Object): Omit<OriginObject, "body"> {
  const validator = { etag: httpEtag, lastModified: uploaded.getTime() };
  const cacheControl = httpMetadata?.cacheControl;
  if (cacheControl === undefined) return { size, validator };
  // Whatever text was uploaded with it, so not through `Headers`, which throw. Without `Expires` no time matters.
  const headers = { get: (name: string) => (name === "Cache-Control" ? cacheControl : null) };
  const lifetime = lifetimeOf(headers, 0);
  return { size, validator, ...(lifetime === undefined ? {} : { lifetime }) };
}

function discard(object: R2Object): void {
  (object as Partial<R2ObjectBody>).body?.cancel().catch(() => {});
}

function notFound(): PictorError {
  return new PictorError("not_found", { detail: "The bucket has no such picture." });
}
