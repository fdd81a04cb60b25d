import { env } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config.ts";
import { documentStoreOf, UnreadableError } from "../../src/live/document-store.ts";
import { parseLocation } from "../../src/live/location.ts";
import { createLiveRules } from "../../src/live/rules.ts";
import { describeLive } from "../../src/live/state.ts";
import { ruleFor } from "../../src/policy/rules/match.ts";

const bindings = env as unknown as { VARIANTS: R2Bucket };
const NAME = "r2:VARIANTS/conf/rules.json";
const KEY = "conf/rules.json";
const config = readConfig(
  { RULES_DOCUMENT: NAME },
  { mounts: { "/": { type: "r2", bucket: "ORIGINALS" } } },
);
const documentOf = (version: string, edgeTtl: number) =>
  JSON.stringify({ version, rules: [{ name: "a", edgeTtl }] });

/** An isolate whose clock is ours. */
function isolate() {
  let now = Date.now();
  const deferred: Promise<unknown>[] = [];
  const tools = { env: { ...bindings }, now: () => now, onError: () => {} };
  const live = createLiveRules(config, tools);
  return {
    live,
    async edgeTtl() {
      const rules = await live.current((work) => void deferred.push(work));
      return ruleFor(rules, { path: "/a", mount: "/", format: "own", status: 200 }).edgeTtl;
    },
    async later(ms: number) {
      await Promise.all(deferred);
      now += ms;
    },
  };
}

describe("a live document in a real bucket", () => {
  it("changes a TTL, and a broken one changes nothing, also for new isolates", async () => {
    await bindings.VARIANTS.put(KEY, documentOf("1", 100));
    const old = isolate();
    expect(await old.edgeTtl()).toBe(100);
    await bindings.VARIANTS.put(KEY, documentOf("2", 200));
    await old.later(30_000);
    await old.edgeTtl();
    await old.later(0);
    expect(await old.edgeTtl()).toBe(200);
    await bindings.VARIANTS.put(KEY, '{"version": "3", "rules": [{"name": 3}]}');
    await old.later(60_000);
    expect(await old.edgeTtl()).toBe(200);
    const young = isolate();
    expect(await young.edgeTtl()).toBe(200);
    expect(describeLive(young.live.state())).toMatchObject({
      source: `${NAME}.last-good`,
      version: "2",
      refused: { version: "3", place: `${NAME}: rules[0].name` },
    });
  });

  it("is read no further than it may be long", async () => {
    const documents = documentStoreOf({ ...bindings }, parseLocation("r2:VARIANTS/x")!);
    await bindings.VARIANTS.put("long", "x".repeat(2_000_000));
    await expect(documents.get("long", 1000)).rejects.toThrow(UnreadableError);
    await expect(documents.get("long", 2_000_000)).resolves.toHaveLength(2_000_000);
  });
});
