import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { easeAvifBoxes } from "../../src/engine/jsquash/avif-boxes.ts";
import { createJsquashEngine } from "../../src/engine/jsquash/engine.ts";
import { pixelParts } from "../../src/engine/jsquash/png-chunks.ts";
import { box, chunk, fullBox, iccp, join, png, u32, zeros } from "../image/probe/bytes.ts";
import { modules } from "./modules.ts";
import { disc, gradient, inSharp, noise } from "./pictures.ts";
import { factsOf, planOf, streamOf } from "./plans.ts";

const engine = createJsquashEngine({ modules });
const SIZE = { width: 64, height: 48 };
const rgb = () => inSharp(gradient(64, 48)).removeAlpha();

function render(bytes: Uint8Array, format: "avif" | "png") {
  return engine.render(planOf(factsOf({ format, ...SIZE }), {}, bytes.length), streamOf(bytes));
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

describe("an AVIF's boxes", () => {
  it("are read when the last one goes to the end of the file", async () => {
    const file = new Uint8Array(await rgb().avif({ effort: 0 }).toBuffer());
    const last = text(file).lastIndexOf("mdat") - 4;
    file.set(u32(0), last);
    const { facts } = await render(file, "avif");
    expect(facts).toMatchObject(SIZE);
  });

  it("get their size when they have none, and keep the one that they have", () => {
    const file = join(box("ftyp", "avif"), u32(0), "meta", zeros(30));
    const eased = easeAvifBoxes(file.slice());
    expect(eased).toEqual(join(box("ftyp", "avif"), u32(38), "meta", zeros(30)));
    expect(easeAvifBoxes(eased.slice())).toEqual(eased);
  });

  it("of tracks without pictures become free space", () => {
    const track = (handler: string) =>
      box("trak", box("tkhd", zeros(8)), box("mdia", fullBox("hdlr", 0, u32(0), handler)));
    const movie = (...tracks: Uint8Array[]) => join(box("ftyp", "avis"), box("moov", ...tracks));
    const eased = easeAvifBoxes(movie(track("pict"), track("soun"), track("auxv"), box("trak")));
    const sound = track("soun");
    sound.set([0x66, 0x72, 0x65, 0x65], 4);
    expect(eased).toEqual(movie(track("pict"), sound, track("auxv"), box("trak")));
  });

  it("of any content are walked to an end", () => {
    const next = noise(3);
    const types = ["moov", "trak", "mdia", "hdlr", "free"];
    for (let run = 0; run < 500; run++) {
      const pieces = Array.from({ length: 8 }, () => [
        ...u32(next() % 32 === 0 ? next() << 24 : next() % 40),
        ...[...types[next() % 5]!].map((letter) => letter.charCodeAt(0)),
      ]);
      const file = join(...pieces);
      expect(easeAvifBoxes(file.slice())).toHaveLength(file.length);
    }
  });
});

describe("a PNG's chunks", () => {
  it("that are no pixels never reach the decoder, so that a bomb in a profile or text costs nothing", async () => {
    const file = new Uint8Array(await inSharp(disc(64)).png({ palette: true }).toBuffer());
    const bombs = [
      iccp(zeros(64 << 20)),
      chunk("zTXt", "Comment\0\0", deflateSync(zeros(64 << 20))),
    ];
    const header = file.slice(0, 33);
    const small = createJsquashEngine({ modules });
    const facts = factsOf({ format: "png", width: 64, height: 64, alpha: true });
    const answers = [];
    for (const bytes of [file, join(header, ...bombs, file.slice(33))]) {
      const { bytes: result } = await small.render(planOf(facts, {}, 1000), streamOf(bytes));
      answers.push(Buffer.from(result).toString("base64"));
    }
    expect(answers[1]).toBe(answers[0]);
    expect(small.counts.bytesMost).toBeLessThan(20 << 20);
  });

  const kept = (file: Uint8Array) => join(...pixelParts(file));

  it("are kept where they say what the pixels are, and cut off behind the last", () => {
    const pixels = [chunk("PLTE", zeros(3)), chunk("tRNS", 0), chunk("IDAT", 1), chunk("IDAT", 2)];
    const rest = [chunk("acTL", zeros(8)), chunk("tEXt", "a"), chunk("fcTL", zeros(26))];
    const header = png().slice(0, 33);
    const mixed = join(header, rest[0]!, pixels[0]!, pixels[1]!, rest[1]!, pixels[2]!, pixels[3]!);
    const end = chunk("IEND");
    expect(kept(join(mixed, rest[2]!, end, "PK trailing"))).toEqual(join(header, ...pixels, end));
    const apart = join(header, pixels[2]!, rest[1]!, pixels[3]!, end);
    expect(kept(apart)).toEqual(join(header, pixels[2]!, end));
    const cut = join(header, u32(1 << 30), "IDAT", zeros(20));
    expect(kept(cut)).toEqual(cut);
    expect(kept(header)).toEqual(header);
  });

  it("begin with a header that is believed only with its checksum", async () => {
    const file = new Uint8Array(await rgb().png().toBuffer());
    await expect(render(file, "png")).resolves.toMatchObject({ facts: SIZE });
    file[32] = file[32]! ^ 1;
    await expect(render(file, "png")).rejects.toMatchObject({
      code: "broken_image",
      message: "The PNG's header has a wrong checksum.",
    });
  });
});
