import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { chunk, iccp, join, u32, zeros } from "../image/probe/bytes.ts";
import { openEngine } from "./pictor/engines.ts";
import { disc, gradient, inSharp } from "./pictures.ts";
import { factsOf, planOf, streamOf } from "./plans.ts";

const { engine } = openEngine();
const SIZE = { width: 64, height: 48 };
const rgb = () => inSharp(gradient(64, 48)).removeAlpha();

function render(bytes: Uint8Array, format: "avif" | "png") {
  return engine.render(planOf(factsOf({ format, ...SIZE }), {}, bytes.length), streamOf(bytes));
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

it("an AVIF is read when its last box goes to the end of the file", async () => {
  const file = new Uint8Array(await rgb().avif({ effort: 0 }).toBuffer());
  const last = text(file).lastIndexOf("mdat") - 4;
  file.set(u32(0), last);
  const { facts } = await render(file, "avif");
  expect(facts).toMatchObject(SIZE);
});

describe("a PNG's chunks", () => {
  it("that are no pixels are passed over, so that a bomb in a profile or text costs nothing", async () => {
    const file = new Uint8Array(await inSharp(disc(64)).png({ palette: true }).toBuffer());
    const bombs = [
      iccp(zeros(64 << 20)),
      chunk("zTXt", "Comment\0\0", deflateSync(zeros(64 << 20))),
    ];
    const header = file.slice(0, 33);
    const facts = factsOf({ format: "png", width: 64, height: 64, alpha: true });
    const { pool, engine: small } = openEngine();
    const answers = [];
    for (const bytes of [file, join(header, ...bombs, file.slice(33))]) {
      const { bytes: result } = await small.render(planOf(facts, {}, 1000), streamOf(bytes));
      answers.push(Buffer.from(result).toString("base64"));
    }
    expect(answers[1]).toBe(answers[0]);
    expect(pool.counts).toMatchObject({ made: 1, reused: 1 });
    expect(pool.counts.idleBytes).toBeLessThan(2 << 20);
  });

  it("begin with a header that is believed only with its checksum", async () => {
    const file = new Uint8Array(await rgb().png().toBuffer());
    await expect(render(file, "png")).resolves.toMatchObject({ facts: SIZE });
    file[32] = file[32]! ^ 1;
    await expect(render(file, "png")).rejects.toMatchObject({ code: "broken_image" });
  });
});
