/** A WebP's header may promise alpha that its first frame has not. */
import sharp from "sharp";
import { expect, it } from "vitest";
import { probe } from "../../../src/image/probe/index.ts";
import { planOf, streamOf } from "../plans.ts";
import { openEngine } from "./engines.ts";

const { engine } = openEngine();

/** Two opaque frames that fill the canvas, and VP8X's flag of alpha (WebP Container Specification). */
async function animated(): Promise<Uint8Array> {
  const frame = (background: string) =>
    sharp({ create: { width: 40, height: 30, channels: 3, background } })
      .png()
      .toBuffer();
  const frames = await Promise.all(["teal", "tomato"].map(frame));
  const file = await sharp(frames, { join: { animated: true } })
    .webp()
    .toBuffer();
  expect(file.toString("latin1", 12, 16)).toBe("VP8X");
  file[20]! |= 0x10;
  return new Uint8Array(file);
}

it.each([
  ["avif", false],
  ["avif", true],
  ["webp", false],
  ["png", true],
] as const)("becomes a %s with alpha (lossless %s)", async (format, lossless) => {
  const file = await animated();
  const found = probe(file, true);
  if (found.kind !== "facts") throw new Error("no header");
  expect(found.facts.alpha).toBe(true);
  const plan = planOf(
    found.facts,
    { to: 20, output: { format, lossless, alpha: true } },
    file.length,
  );
  const { bytes } = await engine.render(plan, streamOf(file));
  const { channels, width, height } = await sharp(bytes).metadata();
  expect([width, height]).toEqual([20, 15]);
  // Some encoders leave out a plane of alpha in which nothing is transparent.
  expect(channels).toBeGreaterThanOrEqual(3);
  const { data } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const [r, g, b, a] = data;
  expect([Math.abs(r! - 0) < 8, Math.abs(g! - 128) < 8, Math.abs(b! - 128) < 8, a]).toEqual([
    true,
    true,
    true,
    255,
  ]);
});
