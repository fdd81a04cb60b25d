/** What every `Engine` keeps to. Runs in Node and in workerd; the pictures are made by whoever calls it. */
import { describe, expect, it } from "vitest";
import { PictorError } from "../../src/errors.ts";
import type { OutputFormat } from "../../src/image/job.ts";
import { probe } from "../../src/image/probe/index.ts";
import type { Engine } from "../../src/ports.ts";
import { factsOf, planOf, streamOf } from "../engine/plans.ts";

/** A picture of 64 × 48 px. */
export interface EngineSource {
  readonly format: "jpeg" | "png" | "webp" | "avif";
  readonly bytes: Uint8Array;
}

export interface EngineWorld {
  readonly engine: Omit<Engine, "hold">;
  readonly sources: readonly EngineSource[];
}

const OUTPUTS: readonly OutputFormat[] = ["jpeg", "png", "webp", "avif", "jxl"];

export function engineContract(label: string, open: () => Promise<EngineWorld>): void {
  const jobOf = ({ format, bytes }: EngineSource, to: number, as: OutputFormat) =>
    planOf(
      factsOf({ format, width: 64, height: 48 }),
      { to, output: { format: as } },
      bytes.length,
    );

  async function failure(work: Promise<unknown>): Promise<unknown> {
    return work.then(
      () => expect.unreachable(),
      (error) => error,
    );
  }

  describe(`an engine: ${label}`, () => {
    it("has a version that fits into a key", async () => {
      expect((await open()).engine.version).toMatch(/^[\w.-]{1,40}$/);
    });

    it("makes every format from every source, in the planned size", async () => {
      const { engine, sources } = await open();
      expect(sources.length).toBeGreaterThan(0);
      for (const source of sources) {
        for (const format of OUTPUTS) {
          const { bytes, facts } = await engine.render(
            jobOf(source, 32, format),
            streamOf(source.bytes),
          );
          expect(facts).toMatchObject({ width: 32, height: 24 });
          expect(probe(bytes, true)).toMatchObject({
            kind: "facts",
            facts: { format, width: 32, height: 24, orientation: 1 },
          });
        }
      }
    });

    it("makes the same bytes of the same job, alone or among others, in any chunking", async () => {
      const { engine, sources } = await open();
      const [source] = sources as [EngineSource];
      const alone = await engine.render(jobOf(source, 20, "webp"), streamOf(source.bytes));
      const many = await Promise.all(
        [1, 7, 100, 1 << 20].map((chunk) =>
          engine.render(jobOf(source, 20, "webp"), streamOf(source.bytes, chunk)),
        ),
      );
      for (const { bytes } of many) expect(bytes).toEqual(alone.bytes);
    });

    it("says of what it cannot read why, and of the rest that it can", async () => {
      const { engine } = await open();
      const readable = engine.reads(factsOf({ format: "jpeg", width: 9, height: 9 }));
      expect(readable).toBe(true);
      const svg = engine.reads(factsOf({ format: "svg", width: 9, height: 9 }));
      if (svg !== true) expect(svg.reason.length).toBeGreaterThan(10);
    });

    it.each([
      ["nothing", () => new Uint8Array()],
      ["noise", (bytes: Uint8Array) => bytes.map((byte, i) => (i < 2 ? byte : (i * 97) & 255))],
      ["half of it", (bytes: Uint8Array) => bytes.slice(0, bytes.length >> 1)],
    ])("refuses %s as broken, and does the next job", async (_, spoil) => {
      const { engine, sources } = await open();
      for (const source of sources) {
        const job = jobOf(source, 16, "png");
        const error = await failure(engine.render(job, streamOf(spoil(source.bytes))));
        expect(error).toBeInstanceOf(PictorError);
        expect((error as PictorError).code).toBe("broken_image");
        expect((await engine.render(job, streamOf(source.bytes))).facts.width).toBe(16);
      }
    });

    it("refuses a picture that is not what its plan says", async () => {
      const { engine, sources } = await open();
      for (const source of sources) {
        const lying = planOf(factsOf({ format: source.format, width: 640, height: 480 }), {
          to: 16,
        });
        const error = await failure(engine.render(lying, streamOf(source.bytes)));
        expect(error).toBeInstanceOf(PictorError);
        expect((error as PictorError).status).toBe(422);
      }
    });

    it("passes on what breaks the source, and does the next job", async () => {
      const { engine, sources } = await open();
      const [source] = sources as [EngineSource];
      const broken = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(source.bytes.slice(0, 50)),
        pull: (controller) => controller.error(new PictorError("origin_failed")),
      });
      const error = await failure(engine.render(jobOf(source, 16, "png"), broken));
      expect((error as PictorError).code).toBe("origin_failed");
      const { facts } = await engine.render(jobOf(source, 16, "png"), streamOf(source.bytes));
      expect(facts.width).toBe(16);
    });
  });
}
