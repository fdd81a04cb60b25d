/** Every step within what its plan says, to the page: the instance gets no more. */
import { describe, expect, it } from "vitest";
import { feed } from "../../src/engine/pictor/feed.ts";
import { jobBytes } from "../../src/engine/pictor/job-bytes.ts";
import { createPool } from "../../src/engine/pictor/pool.ts";
import type { Plan } from "../../src/image/job.ts";
import { neededBytes } from "../../src/image/memory-pictor.ts";
import { probe } from "../../src/image/probe/index.ts";
import { module } from "./pictor/module.ts";
import { inSharp, noisePicture } from "./pictures.ts";
import { planOf, streamOf } from "./plans.ts";

const PAGE = 65_536;
const COLOUR = { r: 0, g: 160, b: 60, a: 255 };
const CLEAR = { ...COLOUR, a: 0 };

/** Noise is the worst there is. */
const noise = noisePicture(800, 600, false);
const opaque = () => inSharp(noise).removeAlpha();
const sources: readonly [string, Uint8Array][] = [
  ["PNG with alpha", new Uint8Array(await inSharp(noise).png().toBuffer())],
  ["gray PNG", new Uint8Array(await opaque().greyscale().png().toBuffer())],
  ["JPEG", new Uint8Array(await opaque().jpeg().toBuffer())],
];

type Wishes = NonNullable<Parameters<typeof planOf>[1]>;

const [width, height] = [480, 360];
const small: Wishes = {
  resize: { width, height },
  extract: { x: 0, y: 0, width, height },
  output: { width, height },
};
const turned = { rotate: 90 as const, output: { width: height, height: width } };

function padded(around: number, of: Wishes = {}): Wishes {
  const shown = { width, height, ...of.output };
  return {
    ...of,
    pad: { top: around, right: around, bottom: around, left: around, colour: COLOUR },
    output: { width: shown.width + 2 * around, height: shown.height + 2 * around },
  };
}

const steps: readonly [string, Wishes][] = [
  ["nothing", {}],
  ["hue", { hue: 40 }],
  ["tint", { effect: { kind: "tint", colour: COLOUR } }],
  ["pixelate", { pixelate: 2 }],
  ["radius", { radius: 60 }],
  ["a narrow margin", padded(8)],
  ["a wide margin", padded(160)],
  ["a turn", turned],
  ["a turn and a narrow margin", padded(8, turned)],
  ["a turn and a wide margin", padded(160, turned)],
  ["a blur and a margin", padded(8, { blur: 12 })],
  [
    "canvas, border, radius, pad, before a blurred copy",
    {
      canvas: { width: 560, height: 380, x: 9, y: 9, colour: CLEAR },
      border: { width: 10, colour: COLOUR },
      radius: 60,
      pad: { top: 5, right: 5, bottom: 5, left: 5, colour: CLEAR },
      backdrop: true,
      output: { width: 590, height: 410 },
    },
  ],
];

/** Whether the module does the job in an instance of so many bytes. */
async function isEnough(bytes: number, plan: Plan, file: Uint8Array): Promise<boolean> {
  const pool = createPool({ module, maxIdleBytes: 0 });
  const made = pool.run(bytes, async (instance) => {
    instance.start(jobBytes(plan));
    await feed(streamOf(file), instance);
  });
  return made.then(
    () => true,
    () => false,
  );
}

describe.each(sources)("of a %s", (_, file) => {
  it.each(steps)("%s keeps to its price", async (_, wishes) => {
    const found = probe(file, true);
    if (found.kind !== "facts") throw new Error("no header");
    for (const format of ["jpeg", "webp", "png"] as const) {
      const alpha = format !== "jpeg";
      const output = { width, height, ...wishes.output, format, alpha };
      const plan = planOf(found.facts, { ...small, ...wishes, output }, file.length);
      const needed = neededBytes(plan, file.length);
      expect(await isEnough(Math.ceil(needed / PAGE) * PAGE, plan, file)).toBe(true);
      // The price follows from the picture: what is too little by half does not do (WebP has ways to do with less).
      if (format !== "webp") expect(await isEnough(needed * 0.45, plan, file)).toBe(false);
    }
  });
});
