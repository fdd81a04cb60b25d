/**
 * The two stories (`gateway.ts`, `transformer.ts`) with a world of plain objects that counts what is asked of it. It is new
 * before each test; a test changes what it is about.
 */
import sharp from "sharp";
import { beforeEach } from "vitest";
import { readConfig } from "../../src/config.ts";
import { PictorError } from "../../src/errors.ts";
import type { Plan } from "../../src/image/job.ts";
import { peakBytes } from "../../src/image/memory.ts";
import type { RuleDefinition } from "../../src/policy/rules/definition.ts";
import { readRules } from "../../src/policy/rules/read.ts";
import type { Engine, Origin, Validator } from "../../src/ports.ts";
import { createPlace, getFrom, type Place } from "../stand-ins/place.ts";

export const counts = { open: 0, head: 0, render: 0, put: 0 };

interface Given {
  world: Place;
  source: Uint8Array<ArrayBuffer>;
  validator: Validator;
  /** ms since the epoch. */
  now: number;
  /** The origin fails. */
  broken: boolean;
  /** What it does not have. */
  missing: ReadonlySet<string>;
  /** What it says of how long its pictures may be kept. */
  lifetime: number | "no-store" | undefined;
}

export const given = {} as Given;

beforeEach(async () => {
  Object.assign(counts, { open: 0, head: 0, render: 0, put: 0 });
  const create = { width: 30, height: 20, channels: 3, background: "teal" } as const;
  given.source ??= new Uint8Array(await sharp({ create }).jpeg().toBuffer());
  given.validator = { etag: '"v1"', lastModified: Date.UTC(2026, 0, 1) };
  given.now = Date.UTC(2026, 5, 1);
  given.broken = false;
  given.missing = new Set();
  given.lifetime = undefined;
  given.world = createWorld();
});

const MOUNTS = ["/", "/blog/"] as const;

const origin: Origin = {
  async open(name) {
    counts.open++;
    if (given.broken) throw new PictorError("origin_failed");
    if (given.missing.has(name)) throw new PictorError("not_found");
    return {
      ...(given.lifetime !== undefined && { lifetime: given.lifetime }),
      body: new Blob([given.source]).stream(),
      size: given.source.length,
      validator: given.validator,
    };
  },
  async head() {
    counts.head++;
    if (given.broken) throw new PictorError("origin_failed");
    return { validator: given.validator };
  },
};

const engine: Engine = {
  version: "fake-1",
  peakBytes,
  reads: () => true,
  hold: () => Promise.reject(new Error("nothing is looked at here")),
  async render(plan: Plan) {
    counts.render++;
    const bytes = new TextEncoder().encode(JSON.stringify(plan.output));
    const { width, height } = plan.output;
    return { bytes, facts: { width, height, counts: { decode: 1 }, times: {} } };
  },
};

export function createWorld(): Place {
  const config = readConfig(
    { SIGNING: "off" },
    {
      mounts: { "/": { type: "r2", bucket: "X" }, "/blog/": { type: "r2", bucket: "Y" } },
      presets: { small: { w: 10 } as never },
    },
  );
  const onPut = () => void counts.put++;
  return createPlace({ config, mounts: MOUNTS, origin, engine, now: () => given.now, onPut });
}

/** With all that happens behind the answer. */
export const get = (path: string, headers?: Record<string, string>) =>
  getFrom(given.world, path, headers);

export function underRules(...rules: RuleDefinition[]) {
  const context = { file: "test", mounts: MOUNTS, presets: ["small"] };
  Object.assign(given.world.tools, { rules: readRules(rules, context) });
}

export const stateOf = (answer: Response) => answer.headers.get("Cache-Status");
export const age = (answer: Response) => Number(answer.headers.get("Age"));
export const seconds = (count: number) => {
  given.now += count * 1000;
};
