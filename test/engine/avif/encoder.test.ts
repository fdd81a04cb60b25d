import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createAvifEncoder, JOB_FIELDS, planesBytes } from "../../../src/engine/avif/encoder.ts";
import { colourOptions } from "../../../src/engine/avif/options.ts";
import type { PictorError } from "../../../src/errors.ts";
import type { Output } from "../../../src/image/job.ts";
import { avifEncoderBytes } from "../../../src/image/memory-avif-encode.ts";
import { noise } from "../pictures.ts";
import { encoderModule } from "./modules.ts";
import { outputOf } from "./planes.ts";

const PAGE = 65_536;

function itemOf(output: Output) {
  const layout = output.lossless ? "444" : output.chroma;
  return {
    width: output.width,
    height: output.height,
    layout,
    matrix: 6,
    ...colourOptions(output),
  } as const;
}

function noisePlanes(length: number): Uint8Array {
  const next = noise(3);
  return Uint8Array.from({ length }, next);
}

it("the job's fields are those of avif_job.h, in their order", () => {
  const header = readFileSync(
    new URL("../../../wasm/avif-encoder/src/avif_job.h", import.meta.url),
    "utf8",
  ).replace(/\/\*[\s\S]*?\*\//g, "");
  const body = /typedef struct \{([^}]*)\}/.exec(header)![1]!;
  const names = [...body.matchAll(/uint32_t ([\w, ]+);/g)].flatMap(([, list]) => list!.split(", "));
  expect(JOB_FIELDS.map(([name]) => name)).toEqual(names);
});

describe("the memory of an encoder", () => {
  const outputs = [1, 2, 9, 64, 65, 200, 511].flatMap((side) =>
    (["420", "444"] as const).flatMap((chroma) =>
      [1, 60, 100].map((quality) =>
        outputOf({ width: side, height: side } as never, { chroma, quality }),
      ),
    ),
  );

  it.each(outputs)(
    "priced suffices for noise of $width×$height, $chroma, at quality $quality",
    (output) => {
      const item = itemOf(output);
      const encoder = createAvifEncoder(encoderModule, avifEncoderBytes(output));
      expect(encoder.encode(item, noisePlanes(planesBytes(item))).length).toBeGreaterThan(8);
    },
  );

  it.each([
    [3000, 20],
    [20, 3000],
    [1, 8192],
    [8192, 1],
  ])("priced suffices for %i×%i", (width, height) => {
    const output = outputOf({ width, height } as never, { quality: 100, chroma: "444" });
    const item = itemOf(output);
    const encoder = createAvifEncoder(encoderModule, avifEncoderBytes(output));
    expect(encoder.encode(item, noisePlanes(planesBytes(item))).length).toBeGreaterThan(8);
  });

  it("that does not suffice ends the job with 413", () => {
    const output = outputOf({ width: 512, height: 512 } as never);
    const item = itemOf(output);
    const half = Math.floor(avifEncoderBytes(output) / 2 / PAGE) * PAGE;
    try {
      createAvifEncoder(encoderModule, half).encode(item, noisePlanes(planesBytes(item)));
    } catch (error) {
      expect((error as PictorError).code).toBe("output_too_large");
      expect((error as PictorError).status).toBe(413);
      return;
    }
    expect.unreachable();
  });

  it("of 1600×1200 is at most 64 MiB", () => {
    expect(avifEncoderBytes(outputOf({ width: 1600, height: 1200 } as never))).toBeLessThanOrEqual(
      64 * 2 ** 20,
    );
  });
});

describe("an encoder", () => {
  it("makes the same of a picture whatever it made before", () => {
    const output = outputOf({ width: 90, height: 70 } as never);
    const item = itemOf(output);
    const encoder = createAvifEncoder(encoderModule, avifEncoderBytes(output));
    const flat = new Uint8Array(planesBytes(item)).fill(77);
    const first = encoder.encode(item, flat);
    encoder.encode(item, noisePlanes(planesBytes(item)));
    expect(Buffer.compare(encoder.encode(item, flat), first)).toBe(0);
  });

  it("is dead after it failed, and lives on after it did not", () => {
    const output = outputOf({ width: 512, height: 512 } as never);
    const item = itemOf(output);
    const small = createAvifEncoder(encoderModule, 4 * 2 ** 20);
    expect(() => small.encode(item, noisePlanes(planesBytes(item)))).toThrow(/memory/);
    expect(small.usable).toBe(false);
    const enough = createAvifEncoder(encoderModule, avifEncoderBytes(output));
    enough.encode(item, noisePlanes(planesBytes(item)));
    expect(enough.usable).toBe(true);
  });

  it("takes no planes of another size", () => {
    const output = outputOf({ width: 90, height: 70 } as never);
    const encoder = createAvifEncoder(encoderModule, avifEncoderBytes(output));
    expect(() => encoder.encode(itemOf(output), new Uint8Array(10))).toThrow("another size");
  });
});

/** Waves, edges and, in the lower half, grain; the same everywhere. */
function scenePlanes(length: number, width: number): Uint8Array {
  let seed = 7;
  return Uint8Array.from({ length }, (_, i) => {
    const x = i % width;
    const y = Math.floor(i / width);
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    const wave = ((x * x + 3 * y * y) >> 6) & 127;
    const edge = (x >> 4) % 3 === 1 && (y >> 5) % 2 === 0 ? 90 : 0;
    return wave + edge + (y > 79 ? (seed >> 16) & 15 : 0);
  });
}

describe("the bytes that are made are those of libaom's portable C", () => {
  // The hashes are of libaom 3.12.1 with all its kernels switched to their `_c` functions.
  const base = { width: 203, height: 158, matrix: 6, lossless: false, level: 20 } as const;
  it.each([
    [{ ...base, layout: "420", speed: 9, tune: 10 }, "301464406dec825d"],
    [{ ...base, layout: "420", speed: 7, tune: 10 }, "564167588edf4add"],
    [{ ...base, layout: "444", speed: 9, tune: 10, level: 12 }, "c562892c4a41ed99"],
    [{ ...base, layout: "monochrome", speed: 9, tune: 0 }, "a04516025ab3c2ed"],
    [
      { ...base, layout: "444", speed: 9, tune: 0, level: 0, lossless: true, matrix: 0 },
      "5d16594af3d89657",
    ],
  ] as const)("for %o", (item, hash) => {
    const planes = scenePlanes(planesBytes(item), item.width);
    const made = createAvifEncoder(encoderModule, 16 * 2 ** 20).encode(item, planes);
    expect(createHash("sha256").update(made).digest("hex").slice(0, 16)).toBe(hash);
  });
});
