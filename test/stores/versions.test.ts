/** Versions of the Worker that differ in schema or engine, in one bucket: side by side, and after a rollback. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sweep } from "../../src/stores/sweep.ts";
import { createVariantStore } from "../../src/stores/variants.ts";
import { createFakeBucket } from "./fake-bucket.ts";

type Keys = typeof import("../../src/cache/key.ts");

/** The very module, but for the schema it states. */
async function keysOfSchema(schema: string, directory: string): Promise<Keys> {
  const file = new URL("../../src/cache/key.ts", import.meta.url);
  const text = await readFile(file, "utf8");
  const changed = text
    .replace(/export const SCHEMA = "[^"]*"/, `export const SCHEMA = "${schema}"`)
    .replace(/from "(\.[^"]*)"/g, (_, path: string) => `from "${new URL(path, file).pathname}"`);
  expect(changed).toContain(`SCHEMA = "${schema}"`);
  const path = join(directory, `key-${schema}.ts`);
  await writeFile(path, changed);
  return (await import(pathToFileURL(path).href)) as Keys;
}

interface Version {
  readonly name: string;
  readonly engine: string;
  readonly keys: Keys;
}

let directory: string;
let versions: readonly Version[];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "pictor-keys-"));
  const [seven, eight] = [await keysOfSchema("7", directory), await keysOfSchema("8", directory)];
  versions = [
    { name: "7.e1", engine: "e1", keys: seven },
    { name: "8.e1", engine: "e1", keys: eight },
    { name: "7.e2", engine: "e2", keys: seven },
  ];
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** One version at work on a bucket, as its Transformer would be. */
function worker({ name, engine, keys }: Version, bucket: R2Bucket, now = Date.now) {
  const store = createVariantStore({ bucket });
  const keyOf = async (source: string) => {
    const transform = { format: "auto" } as never;
    const url = keys.printCanonical({ source, output: "webp", transform }, engine);
    return keys.variantKey(url, engine);
  };
  const contentOf = (source: string) => new TextEncoder().encode(`${source} by ${name}`);
  return {
    async fill(source: string) {
      const key = await keyOf(source);
      const over = (await store.head(key))?.version;
      await store.put(key, contentOf(source), "image/webp", { by: name }, over);
    },
    async read(source: string) {
      const stored = await store.get(await keyOf(source));
      return stored && new TextDecoder().decode(stored.bytes as Uint8Array);
    },
    sweep: (limits: object) =>
      sweep({ bucket, limits, current: `${keys.SCHEMA}.${engine}`, purges: [], now }),
    expected: (source: string) => new TextDecoder().decode(contentOf(source)),
  };
}

const SOURCES = ["/a.jpg", "/b.jpg", "/c.jpg"];

describe("versions in one bucket", () => {
  it("never read each other's variants, and lose none, in whatever order they work", async () => {
    const action = fc.record({
      version: fc.nat(2),
      source: fc.constantFrom(...SOURCES),
      what: fc.constantFrom("fill", "read", "sweep"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
        const { bucket } = createFakeBucket();
        const workers = versions.map((version) => worker(version, bucket));
        const filled = new Set<string>();
        for (const { version, source, what } of actions) {
          const it = workers[version]!;
          if (what === "fill") filled.add(`${version} ${source}`);
          if (what === "fill") await it.fill(source);
          else if (what === "sweep") await it.sweep({ maxAge: 3600, keepVersions: 86_400 });
          const known = filled.has(`${version} ${source}`);
          expect(await it.read(source)).toBe(known ? it.expected(source) : undefined);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("find all of their own after a rollback, within the days that the operator states", async () => {
    const DAY = 86_400_000;
    let now = Date.UTC(2026, 10, 1);
    const clock = () => now;
    const { bucket } = createFakeBucket({ now: clock });
    const [old, next] = versions.map((version) => worker(version, bucket, clock));
    const limits = { keepVersions: 14 * 86_400 };
    for (const source of SOURCES) await old!.fill(source);
    // A month passes; then the new version takes over, sweeps each day, and is taken back on the tenth.
    for (let day = 0; day < 30; day++, now += DAY) await old!.sweep(limits);
    for (let day = 0; day < 10; day++, now += DAY) {
      for (const source of SOURCES) await next!.fill(source);
      await next!.sweep(limits);
    }
    for (const source of SOURCES) expect(await old!.read(source)).toBe(old!.expected(source));
    // After the rollback it is the other one's turn to wait; it goes when its days are over, and no sooner.
    const missing = [];
    for (let day = 0; day < 20; day++, now += DAY) {
      await old!.sweep(limits);
      if ((await next!.read(SOURCES[0]!)) === undefined) missing.push(day);
    }
    expect(missing[0]).toBe(14);
    for (const source of SOURCES) expect(await old!.read(source)).toBe(old!.expected(source));
  });
});
