import { describe, expect, it } from "vitest";
import { createJsquashEngine } from "../../src/engine/jsquash/engine.ts";
import { modules } from "../../src/engine/jsquash/modules.ts";
import { createRasterEncoder } from "../../src/engine/jsquash/raster-encoder.ts";
import { composite } from "../../src/engine/pictor/composite.ts";
import { createPictorEngine } from "../../src/engine/pictor/engine.ts";
import { module } from "../../src/engine/pictor/module.ts";
import { createPool } from "../../src/engine/pictor/pool.ts";
import { PictorError } from "../../src/errors.ts";
import { type EngineSource, engineContract } from "../contracts/engine.ts";
import { factsOf, planOf, streamOf } from "../engine/plans.ts";

/** The smallest GIF there is: one red pixel. jSquash makes the other pictures of it. */
const GIF = Uint8Array.from(
  atob("R0lGODlhAQABAIAAAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw=="),
  (letter) => letter.charCodeAt(0),
);

async function sources(formats: readonly EngineSource["format"][]): Promise<EngineSource[]> {
  const pixel = factsOf({ format: "gif", width: 1, height: 1 });
  const size = { width: 64, height: 48 };
  return Promise.all(
    formats.map(async (format) => {
      const shape = { resize: size, extract: { x: 0, y: 0, ...size }, output: { format, ...size } };
      const { bytes } = await jsquash().render(planOf(pixel, shape), streamOf(GIF));
      return { format, bytes };
    }),
  );
}

const jsquash = () => createJsquashEngine({ modules });

function open() {
  const pool = createPool({ module, maxIdleBytes: 24 * 2 ** 20 });
  return { pool, engine: createPictorEngine({ pool, encodeRaster: createRasterEncoder(modules) }) };
}

engineContract("our own in workerd", async () => ({
  engine: open().engine,
  sources: await sources(["jpeg", "webp"]),
}));

engineContract("our own in workerd, and jSquash for the rest", async () => ({
  engine: composite(open().engine, jsquash()),
  sources: await sources(["jpeg", "webp", "png", "avif"]),
}));

describe("our own engine in workerd", () => {
  it("uses one instance again and again, and a new one after a failure", async () => {
    const { engine, pool } = open();
    const [source] = await sources(["jpeg"]);
    const { bytes } = source!;
    const facts = factsOf({ format: "jpeg", width: 64, height: 48 });
    const plan = planOf(facts, { to: 32, output: { format: "webp" } }, bytes.length);
    for (let i = 0; i < 300; i++) {
      const file = i % 10 === 9 ? bytes.slice(0, bytes.length >> 1) : bytes;
      const outcome = await engine.render(plan, streamOf(file)).catch((error) => error);
      expect(outcome instanceof PictorError).toBe(i % 10 === 9);
    }
    expect(pool.counts).toMatchObject({ made: 30, reused: 270, discarded: 30, busyBytes: 0 });
  });
});
