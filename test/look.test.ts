import { describe, expect, it } from "vitest";
import type { Facts } from "../src/image/facts.ts";
import type { Sight } from "../src/image/look/sight.ts";
import type { Job } from "../src/job.ts";
import { lookedAt } from "../src/look.ts";
import { resolve, type Transform } from "../src/params/resolve.ts";
import type { Engine, Sights } from "../src/ports.ts";

const FACTS: Facts = {
  format: "jpeg",
  width: 400,
  height: 100,
  orientation: 1,
  frames: 1,
  animated: false,
  alpha: false,
  bitDepth: 8,
  colour: "ycbcr",
};
const SIGHT: Sight = {
  faces: [{ x: 0.8, y: 0.3, width: 0.1, height: 0.4, score: 0.9 }],
  saliency: { columns: 1, rows: 1, cells: Uint8Array.of(0) },
};
const grey = {
  width: 40,
  height: 10,
  data: new Uint8ClampedArray(40 * 10 * 4).fill(128),
};

/** Looks at an even grey picture; says what was held, let go and remembered. */
async function look(
  wishes: Parameters<typeof resolve>[0],
  known: Sight | undefined,
  failing = false,
  method: Job["method"] = "GET",
) {
  const seen = { held: 0, released: 0, remembered: [] as string[] };
  const engine = {
    peakBytes: () => 1,
    async hold() {
      seen.held++;
      const look = async () => {
        if (failing) throw new Error("broken");
        return grey;
      };
      return { look, release: () => void seen.released++ };
    },
  } as unknown as Engine;
  const sights: Sights = {
    recall: async () => known,
    remember: async (place) => void seen.remembered.push(place),
  };
  const transform = resolve(wishes) as Omit<Transform, "format">;
  const job = { transform, path: "/a.jpg", method } as unknown as Job;
  const tools = { engine, sights, defer: () => {} };
  const looked = await lookedAt(
    job,
    FACTS,
    new ReadableStream(),
    1,
    { validator: {} },
    tools,
  ).catch((error: Error) => error);
  return { ...seen, looked };
}

const FACE = { width: 50, height: 50, fit: "cover", gravity: "face" } as const;

describe("a look at the pixels", () => {
  it("is not taken where nothing depends on them", async () => {
    expect(await look({ width: 50 }, undefined)).toMatchObject({
      held: 0,
      looked: { findings: {} },
    });
  });

  it("is not taken for headers alone, but where it decides the size", async () => {
    const headers = (wishes: Parameters<typeof resolve>[0]) =>
      look(wishes, undefined, false, "HEAD");
    expect(await headers(FACE)).toMatchObject({ held: 0, looked: { findings: {} } });
    expect(await headers({ ...FACE, zoom: 0.5 })).toMatchObject({ held: 1 });
    expect(await headers({ width: 50, trim: "border" })).toMatchObject({ held: 1 });
  });

  it("is not taken again for another size of what was seen", async () => {
    const { held, looked, remembered } = await look(FACE, SIGHT);
    expect(held).toBe(0);
    expect(remembered).toEqual([]);
    expect(looked).toMatchObject({ findings: { focus: { by: "faces" } } });
  });

  it("is remembered, by what of the source was looked at", async () => {
    expect((await look(FACE, undefined)).remembered).toEqual(["/a.jpg"]);
    const crop = { unit: "px", x: 1, y: 2, width: 300, height: 60 } as const;
    expect((await look({ ...FACE, crop }, undefined)).remembered).toEqual([
      "/a.jpg?crop=1,2,300,60",
    ]);
  });

  it("is taken for a border each time, and nothing of that is kept", async () => {
    const { held, remembered } = await look({ trim: "border" }, undefined);
    expect([held, remembered]).toEqual([1, []]);
  });

  it("lets go of the source when it fails", async () => {
    const { released, looked } = await look(FACE, undefined, true);
    expect(released).toBe(1);
    expect(looked).toBeInstanceOf(Error);
  });
});
