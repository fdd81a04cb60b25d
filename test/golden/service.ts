/** One service for all goldens of a file: pictures go into its bucket, URLs come back as pictures. */
import { afterAll, beforeAll } from "vitest";
import { type Service, startService } from "../../src/cli/local/service.ts";
import { decoded, type Picture } from "./picture.ts";

export interface Golden {
  put(key: string, file: Uint8Array): Promise<void>;
  /** The answer's bytes; throws, with what the answer said, when it is not a 200. */
  get(url: string): Promise<Uint8Array>;
  picture(url: string): Promise<Picture>;
  /** Whatever the answer is. */
  ask(url: string, headers?: Record<string, string>): Promise<Response>;
}

/** Requests under way at once; more would only wait for permits. */
const CONCURRENCY = 6;

/** Starts the deployment's own bundle before the tests of this file, and ends it after them. */
export function useService(): Golden {
  let service: Service | undefined;
  const running = () => service ?? fail("The service is not running.");
  beforeAll(async () => {
    service = await startService({ bindings: { SIGNING: "off", LOCAL_DEVELOPMENT: "true" } });
  });
  afterAll(() => service?.dispose());

  async function get(url: string): Promise<Uint8Array> {
    const answer = await fetch(running().url + url);
    if (answer.status !== 200) fail(`${url} → ${answer.status} ${await answer.text()}`);
    return new Uint8Array(await answer.arrayBuffer());
  }
  return {
    async put(key, file) {
      const bucket = await running().bucket("ORIGINALS");
      await bucket.put(key, new Uint8Array(file));
    },
    get,
    ask: (url, headers = {}) => fetch(running().url + url, { headers }),
    picture: async (url) => decoded(await get(url)),
  };
}

function fail(message: string): never {
  throw new Error(message);
}

/** Runs `work` on every item, a few at a time, in order; answers in the items' order. */
export async function each<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const i = next++;
      results[i] = await work(items[i]!);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
  return results;
}
