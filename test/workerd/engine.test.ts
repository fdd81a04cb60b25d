import { describe, expect, it } from "vitest";
import { createJsquashEngine } from "../../src/engine/jsquash/engine.ts";
import { modules } from "../../src/engine/jsquash/modules.ts";
import { PictorError } from "../../src/errors.ts";
import type { SourceFormat } from "../../src/image/facts.ts";
import type { OutputFormat } from "../../src/image/job.ts";
import { factsOf, planOf, streamOf } from "../engine/plans.ts";

const engine = createJsquashEngine({ modules });
/** The smallest GIF there is: one red pixel. */
const GIF = Uint8Array.from(
  atob("R0lGODlhAQABAIAAAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw=="),
  (c) => c.charCodeAt(0),
);

/** Renders and gives the bytes in chunks of 100, so that the growing buffer is used, too. */
async function render(
  format: SourceFormat,
  bytes: Uint8Array,
  side: number,
  to: number,
  as: OutputFormat,
) {
  const facts = factsOf({ format, width: side, height: side });
  const plan = planOf(facts, { to, output: { format: as, quality: 90 } }, bytes.length);
  return engine.render(plan, streamOf(bytes, 100));
}

describe("the jSquash engine in workerd", () => {
  it.each(["png", "jpeg", "webp", "avif"] as const)(
    "writes %s and reads it again",
    async (format) => {
      const big = await render("gif", GIF, 1, 64, format);
      const small = await render(format, big.bytes, 64, 16, "png");
      expect([...small.bytes.subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47]);
      expect(small.facts).toMatchObject({
        width: 16,
        height: 16,
        counts: { decode: 1, resize: 1, encode: 1 },
      });
    },
  );

  it.each(["png", "jpeg", "webp", "avif", "gif"] as const)(
    "answers a broken %s with 422, and the next good one",
    async (format) => {
      const failure = await render(format, new Uint8Array(500).fill(0x55), 64, 16, "webp").catch(
        (e) => e,
      );
      expect(failure).toBeInstanceOf(PictorError);
      expect(failure.code).toBe("broken_image");
      expect((await render("gif", GIF, 1, 8, "webp")).bytes.length).toBeGreaterThan(20);
    },
  );

  it("drops every instance that it makes", () => {
    expect(engine.counts.made).toBeGreaterThan(10);
    expect(engine.counts.dropped).toBe(engine.counts.made);
  });
});
