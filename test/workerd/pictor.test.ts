import { describe, expect, it } from "vitest";
import { avifDecoding } from "../../src/engine/avif/decode.ts";
import { module as avifDecoder } from "../../src/engine/avif/decoder-module.ts";
import { avifEncoding } from "../../src/engine/avif/encode.ts";
import { module as avifEncoder } from "../../src/engine/avif/encoder-module.ts";
import { module as colour } from "../../src/engine/colour/module.ts";
import { createColourTable } from "../../src/engine/colour/table.ts";
import { createEngine } from "../../src/engine/compose.ts";
import { createJxlEncoder } from "../../src/engine/jxl/encode.ts";
import { module as jxlEncoder } from "../../src/engine/jxl/module.ts";
import { createPictorEngine } from "../../src/engine/pictor/engine.ts";
import { module } from "../../src/engine/pictor/module.ts";
import { createPool } from "../../src/engine/pictor/pool.ts";
import { PictorError } from "../../src/errors.ts";
import { type EngineSource, engineContract } from "../contracts/engine.ts";
import { factsOf, planOf, streamOf } from "../engine/plans.ts";

/** The smallest GIF there is: one red pixel. The engine makes the other pictures of it. */
const GIF = Uint8Array.from(
  atob("R0lGODlhAQABAIAAAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw=="),
  (letter) => letter.charCodeAt(0),
);

function open() {
  const pool = createPool({ module, maxIdleBytes: 24 * 2 ** 20 });
  const others = {
    decoders: { avif: avifDecoding(avifDecoder) },
    encodeAvif: avifEncoding(avifEncoder),
    colourTable: createColourTable(colour),
    encodeJxl: createJxlEncoder(jxlEncoder),
  };
  return { pool, engine: createPictorEngine({ pool, others }) };
}

async function sources(): Promise<EngineSource[]> {
  const { engine } = open();
  const pixel = factsOf({ format: "gif", width: 1, height: 1 });
  const size = { width: 64, height: 48 };
  return Promise.all(
    (["jpeg", "webp", "png", "avif"] as const).map(async (format) => {
      const shape = { resize: size, extract: { x: 0, y: 0, ...size }, output: { format, ...size } };
      const { bytes } = await engine.render(planOf(pixel, shape), streamOf(GIF));
      return { format, bytes };
    }),
  );
}

engineContract("our own in workerd", async () => ({
  engine: open().engine,
  sources: await sources(),
}));

const timers = { set: setTimeout, clear: clearTimeout as (timer: unknown) => void };
engineContract("a whole isolate's in workerd", async () => ({
  engine: createEngine(timers),
  sources: await sources(),
}));

describe("our own engine in workerd", () => {
  it("uses one instance again and again, and a new one after a failure", async () => {
    const { engine, pool } = open();
    const [source] = await sources();
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

  it.each(["png", "jpeg", "webp", "avif", "gif"] as const)(
    "answers a broken %s with 422, and the next good one",
    async (format) => {
      const { engine } = open();
      const broken = factsOf({ format, width: 64, height: 64 });
      const bytes = new Uint8Array(500).fill(0x55);
      const plan = planOf(broken, { to: 16, output: { format: "webp" } }, bytes.length);
      const failure = await engine.render(plan, streamOf(bytes)).catch((error) => error);
      expect(failure).toBeInstanceOf(PictorError);
      expect(failure.code).toBe("broken_image");
      const good = planOf(factsOf({ format: "gif", width: 1, height: 1 }), {
        output: { format: "webp" },
      });
      expect((await engine.render(good, streamOf(GIF))).bytes.length).toBeGreaterThan(20);
    },
  );
});
