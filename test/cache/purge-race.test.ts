import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generationOf, type PurgeRecord, purgeVerdict } from "../../src/cache/purge.ts";
import type { PurgeLogOptions } from "../../src/stores/purges.ts";
import { anInterleaving, interleave, type Options, type Place, SOURCE } from "./purge-model.ts";

const SUBJECT = { source: SOURCE, tags: [`source:${SOURCE}`], format: "webp" };
const URL = "https://transformer.pictor.invalid/lisbon";
const KEY = "variant";
const FOREVER = "public, max-age=31536000";

interface Entry {
  readonly text: string;
  readonly generation: string;
}

interface Flaws {
  /** The generation is read after the origin, not before. */
  readonly lateGeneration?: boolean;
  /** What is in the cache is not judged. */
  readonly blind?: boolean;
}

/** The two tiers and the order of things that the design asks for, and nothing else. */
function reader({ log, cache, bucket, origin, defer }: Place, flaws: Flaws = {}) {
  const judge = (records: readonly PurgeRecord[], { generation }: Entry) =>
    flaws.blind ? "none" : purgeVerdict(records, SUBJECT, generation);

  async function cached(): Promise<Entry | undefined> {
    const answer = await cache.match(URL);
    return answer && { text: await answer.text(), generation: answer.headers.get("generation")! };
  }

  async function stored(): Promise<Entry | undefined> {
    const object = await bucket.get(KEY);
    if (!object) return undefined;
    const text = new TextDecoder().decode(await object.arrayBuffer());
    return { text, generation: object.customMetadata!.generation! };
  }

  async function fill(records: readonly PurgeRecord[]): Promise<Entry> {
    const found = await stored();
    if (found && judge(records, found) === "none") return kept(found);
    const before = generationOf(records);
    const text = await origin();
    const generation = flaws.lateGeneration ? generationOf(await log.records()) : before;
    const entry = { text, generation };
    defer(bucket.put(KEY, text, { customMetadata: { generation } } as R2PutOptions));
    return kept(entry);
  }

  function kept(entry: Entry): Entry {
    const headers = { "Cache-Control": FOREVER, generation: entry.generation };
    defer(cache.put(URL, new Response(entry.text, { headers })));
    return entry;
  }

  return {
    async read() {
      const records = await log.records();
      const entry = await cached();
      const verdict = entry ? judge(records, entry) : "hard";
      if (entry && verdict === "none") return entry.text;
      const filled = fill(records);
      if (!entry || verdict === "hard") return (await filled).text;
      defer(filled);
      return entry.text;
    },
  };
}

async function found(
  runs: number,
  skewMs: number,
  { flaws, log }: { flaws?: Flaws } & Options = {},
): Promise<string | undefined> {
  const property = fc.asyncProperty(anInterleaving(skewMs), async (interleaving) => {
    const wrong = await interleave(
      interleaving,
      (place) => reader(place, flaws),
      log ? { log } : {},
    );
    if (wrong.length > 0) throw new Error(wrong.join("\n"));
  });
  const { counterexample, errorInstance } = await fc.check(property, {
    numRuns: runs,
    seed: 4,
    endOnFailure: true,
  });
  return counterexample === null ? undefined : String(errorInstance);
}

/** R2's time alone, as if no writer had looked what is there. */
function withoutFloor(options: PurgeLogOptions): PurgeLogOptions {
  const { bucket } = options;
  const put = (key: string, body: string, { customMetadata, ...rest }: R2PutOptions = {}) => {
    const record = customMetadata?.record?.replace(/"floor":\d+,?/, "").replace(/,}$/, "}");
    return bucket.put(key, body, { ...rest, customMetadata: { record: record! } });
  };
  return { ...options, bucket: { ...bucket, put } as PurgeLogOptions["bucket"] };
}

describe("a purge that races fills", () => {
  it("never lets bytes of before it come back after the bound, in 1,000 interleavings", async () => {
    expect(await found(1_000, 0)).toBeUndefined();
  });

  it("keeps that when R2's clock is off by up to 3 s, in 1,000 interleavings", async () => {
    expect(await found(1_000, 3_000)).toBeUndefined();
  });

  it.each([
    ["a generation that is read after the origin", 0, { flaws: { lateGeneration: true } }],
    ["entries that are not judged", 0, { flaws: { blind: true } }],
    ["lists that are too old", 0, { log: (o: PurgeLogOptions) => ({ ...o, boundMs: 9_000 }) }],
    ["records that trust R2's clock, which is off", 3_000, { log: withoutFloor }],
  ])("is a test that finds %s", async (_, skewMs, broken) => {
    expect(await found(1_500, skewMs, broken)).toMatch(/after purges asked at/);
  });
});
