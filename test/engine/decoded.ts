/** What a decoder hands over, put together again: pixels to compare with. */
import fc from "fast-check";
import { expect } from "vitest";
import type { Decode, Decoded } from "../../src/engine/decoded.ts";
import { PictorError } from "../../src/errors.ts";
import type { Facts } from "../../src/image/facts.ts";
import type { Plan } from "../../src/image/job.ts";
import { probe } from "../../src/image/probe/index.ts";
import type { Raster } from "../../src/image/raster.ts";
import { factsOf, planOf } from "./plans.ts";

export function probed(file: Uint8Array): Facts {
  const result = probe(file, true);
  if (result.kind !== "facts") throw new Error("The probe wants more of a whole file");
  return result.facts;
}

export function planFor(file: Uint8Array): Plan {
  return planOf(factsOf(probed(file)), {});
}

/** RGBA as the planes have it: not turned, alpha as it comes. */
export function pixelsOf({ layout, bands }: Decoded, { width, height }: Facts): Raster {
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  const colours = layout.subsampling === "400" ? [[0, 1, 2]] : [[1], [2], [0]];
  const planes = layout.alpha ? [...colours, [3]] : colours;
  let top = 0;
  for (const band of bands()) {
    const rows = Math.min(16, height - top);
    expect(band.length).toBe(width * rows * planes.length);
    planes.forEach((channels, plane) => {
      for (let i = 0; i < width * rows; i++) {
        for (const c of channels) data[(top * width + i) * 4 + c] = band[plane * width * rows + i]!;
      }
    });
    top += rows;
  }
  expect(top).toBe(height);
  return { width, height, data };
}

/** By the probe's own facts. */
export async function decodedBy(
  decode: Decode,
  file: Uint8Array,
  limit = 2 ** 30,
): Promise<Raster> {
  const plan = planFor(file);
  return pixelsOf(await decode(file, plan, limit), plan.source);
}

/** Whatever is done to the file, it is read or refused, and soon: nothing else is thrown. */
export async function expectSound(
  decode: Decode,
  files: readonly Uint8Array[],
  runs = 300,
): Promise<void> {
  const changes = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), {
    minLength: 1,
    maxLength: 6,
  });
  const cut = fc.option(fc.double({ min: 0, max: 1, noNaN: true }));
  const property = fc.asyncProperty(
    fc.constantFrom(...files),
    changes,
    cut,
    async (file, at, end) => {
      const mutant = file.slice(0, end === null ? file.length : Math.floor(end * file.length));
      for (const [place, byte] of at) mutant[Math.floor(place * mutant.length)] = byte;
      await readOrRefused(decode, mutant);
    },
  );
  await fc.assert(property, { numRuns: runs, seed: 6 });
}

async function readOrRefused(decode: Decode, file: Uint8Array): Promise<void> {
  try {
    const { source, ...plan } = planFor(file);
    // Larger ones are refused before they are decoded.
    if (source.width * source.height > 1_000_000) return;
    const { bands } = await decode(file, { ...plan, source }, 64 * 2 ** 20);
    for (const band of bands()) expect(band.length).toBeGreaterThan(0);
  } catch (error) {
    if (!(error instanceof PictorError) || error.code === "internal") throw error;
  }
}
