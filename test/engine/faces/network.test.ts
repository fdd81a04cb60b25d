import { readFileSync } from "node:fs";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { createFaceNetwork } from "../../../src/engine/faces/network.ts";
import { createMemory, instantiate } from "../../../src/engine/pictor/instantiate.ts";
import { findFaces, OUTPUT_FLOATS } from "../../../src/image/look/faces.ts";
import { FACES_BYTES } from "../../../src/image/memory-faces.ts";
import { compiled } from "../modules.ts";
import { referenceRun } from "./reference.ts";

const wasm = (name: string) => new URL(`../../../wasm/${name}`, import.meta.url);
const module = compiled(readFileSync(wasm("faces/faces.wasm")));

/** Memory is free here; what was leased, and whether it was given back, is counted. */
function openNetwork() {
  const leases: number[] = [];
  let held = 0;
  const network = createFaceNetwork(module, {
    async lease(bytes) {
      leases.push(bytes);
      held += bytes;
      return () => {
        held -= bytes;
      };
    },
  });
  return { network, leases, held: () => held };
}

/** 256×256 pixels by a formula that NumPy has, too. */
function formulaPixels(): Uint8Array {
  const pixels = new Uint8Array(256 * 256 * 4);
  for (let y = 0; y < 256; y++) {
    for (let x = 0; x < 256; x++) {
      for (let c = 0; c < 3; c++) {
        pixels[(y * 256 + x) * 4 + c] = x * (3 + c) + y * (5 - c) + ((x * y) >> (4 + c));
      }
    }
  }
  return pixels;
}

function weightsOf(): Float32Array {
  const memory = createMemory(FACES_BYTES);
  const exports = instantiate(module, memory) as unknown as Record<string, () => number>;
  exports._initialize!();
  const header = readFileSync(wasm("faces/src/weights.h"), "utf8");
  const count = Number(/FACES_WEIGHTS (\d+)/.exec(header)?.[1]);
  return new Float32Array(memory.buffer, exports.faces_weights!(), count).slice();
}

describe("the network in C", () => {
  it("answers what the same layers written plainly do", async () => {
    const pixels = formulaPixels();
    const output = await openNetwork().network(pixels);
    const reference = referenceRun(pixels, weightsOf());
    expect(output.length).toBe(reference.length);
    const most = output.reduce((worst, value, i) => {
      const scale = Math.max(1, Math.abs(reference[i]!));
      return Math.max(worst, Math.abs(value - reference[i]!) / scale);
    }, 0);
    // Single precision over 65 layers; measured 2e-5.
    expect(most).toBeLessThan(2e-4);
  });

  /** ONNX Runtime 1.31.1 with the package's own ONNX file: place, then numbers of it. */
  it.each([
    [0, { 0: -3.633, 2: 40.827, 31: -14.973, 32: -14.036, 33: -4.696 }],
    [17, { 0: 1.12, 2: 28.313, 31: -8.181, 32: -4.119, 33: -3.379 }],
    [100, { 0: -1.748, 2: 31.441, 31: 5.777, 32: -4.641, 33: -3.995 }],
    [255, { 0: 0.37, 2: 33.759, 31: -9.675, 32: -3.829, 33: -3.197 }],
    [256, { 0: 3.472, 3: 88.214, 95: -7.672, 96: -4.678, 101: -16.969 }],
    [265, { 0: 4.13, 3: 87.32, 95: -5.909, 96: -4.822, 101: -17.666 }],
    [296, { 0: -0.183, 3: 87.332, 95: -10.352, 96: -3.636, 101: -15.711 }],
    [319, { 0: 5.176, 3: 86.274, 95: -9.035, 96: -4.156, 101: -16.38 }],
  ] as const)("answers what ONNX Runtime does, at place %i", async (place, numbers) => {
    const output = await openNetwork().network(formulaPixels());
    const at = place < 256 ? place * 36 : 256 * 36 + (place - 256) * 104;
    for (const [i, value] of Object.entries(numbers)) {
      expect(Math.abs(output[at + Number(i)]! - value)).toBeLessThan(0.002);
    }
  });
});

describe("its memory", () => {
  it("is leased as priced, and given back", async () => {
    const { network, leases, held } = openNetwork();
    expect((await network(new Uint8Array(256 * 256 * 4))).length).toBe(OUTPUT_FLOATS);
    expect(leases).toEqual([FACES_BYTES]);
    expect(held()).toBe(0);
  });

  it("is the least that suffices", () => {
    const memory = createMemory(FACES_BYTES - 65_536);
    const exports = instantiate(module, memory) as unknown as Record<string, () => number>;
    exports._initialize!();
    expect(() => {
      exports.faces_input!();
      exports.faces_run!();
    }).toThrow(/more memory/);
  });

  it("is given back when it could not be had", async () => {
    const refusing = createFaceNetwork(module, {
      lease: () => Promise.reject(new Error("no room")),
    });
    await expect(refusing(new Uint8Array(256 * 256 * 4))).rejects.toThrow("no room");
  });
});

describe("faces in the sample pictures", () => {
  const { network } = openNetwork();
  const faces = async (name: string, width?: number) => {
    const file = new URL(`../../../examples/pictures/${name}`, import.meta.url);
    const image = sharp(readFileSync(file)).rotate().ensureAlpha();
    if (width) image.resize(width);
    const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
    const raster = { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
    return findFaces(raster, network);
  };

  // Marked by hand, from the brows to the chin: x 180–275, y 75–178 of 512.
  it.each([512, 256, 128])("finds the astronaut's, %i px wide", async (width) => {
    const found = await faces("space/astronaut.jpg", width);
    expect(found).toHaveLength(1);
    const [{ x, y, width: across, height: down, score }] = found as [(typeof found)[0]];
    expect(score).toBeGreaterThan(0.8);
    expect(Math.abs(x + across / 2 - 227 / 512)).toBeLessThan(0.03);
    expect(Math.abs(y + down / 2 - 126 / 512)).toBeLessThan(0.03);
    expect(across).toBeGreaterThan(0.15);
    expect(across).toBeLessThan(0.28);
  });

  it.each([
    "coffee.jpg",
    "space/rocket.jpg",
    "space/galaxies.avif",
    "art/mountains.jpg",
    "art/tiles.jpg",
    "art/ribbons.webp",
    "animals/raccoon.jpg",
  ])("finds none in %s", async (name) => {
    expect(await faces(name)).toEqual([]);
  });
});
