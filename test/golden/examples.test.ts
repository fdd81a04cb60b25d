/**
 * Every picture of docs/examples.md: it is what the service answers to its URL now, byte by byte, and it is what sharp,
 * or a formula, makes of the same source (test/golden/examples/).
 */
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { allShots } from "../../src/cli/docs/examples/list.ts";
import { complaints, difference } from "./compare.ts";
import { ORACLES } from "./examples/all.ts";
import { asPngUrl, shown, useSamples } from "./examples/answers.ts";
import type { Expected } from "./examples/expected.ts";
import { decoded, type Picture } from "./picture.ts";

const golden = useSamples();
const shots = allShots();

/** In test/golden/examples-seen.test.ts: what they are depends on what the service saw, or they move. */
const ELSEWHERE = [
  "anim-webp.webp",
  "anim.gif",
  "debug-gravity.png",
  "gravity-mountains-auto.jpg",
  "gravity-strip-face.jpg",
  "trim-tolerance-45.webp",
  "zoom-1.jpg",
  "zoom-half.jpg",
];

const judged = shots.filter(({ file }) => file in ORACLES);
const oracleOf = (file: string): Expected => ORACLES[file]!;

it("every example has its picture and its oracle, and nothing else lies there", () => {
  const files = shots.map(({ file }) => file).sort();
  expect(readdirSync(new URL("../../docs/examples/", import.meta.url)).sort()).toEqual(files);
  expect([...Object.keys(ORACLES), ...ELSEWHERE].sort()).toEqual(files);
});

describe("the picture in docs/examples is the service's answer; if not, npm run docs:examples", () => {
  // PNG of `debug` is deflated by the runtime, which may do it otherwise in another version.
  it.each(shots.filter(({ file }) => !file.startsWith("debug-")))("$file", async (shot) => {
    const [kept, made] = await Promise.all([shown(shot.file), golden.get(shot.url)]);
    expect(Buffer.compare(kept, made)).toBe(0);
  });
});

describe("the answer is what the oracle makes of the source", () => {
  it.each(judged)("$file", async (shot) => {
    const { picture, exact, shown: lossy } = oracleOf(shot.file);
    const expected = await picture();
    expect(complaints(await golden.picture(asPngUrl(shot)), expected, exact)).toEqual([]);
    expect(complaints(await decoded(await shown(shot.file)), expected, lossy)).toEqual([]);
  });
});

it("the oracles tell every example from every other of its size", async () => {
  const all = await Promise.all(
    judged.map(async ({ file }) => ({ file, picture: await oracleOf(file).picture() })),
  );
  const size = ({ width, height }: Picture) => `${width}×${height}`;
  const mistaken = all.flatMap(({ file, picture }) =>
    all
      .filter((other) => other.file !== file && size(other.picture) === size(picture))
      // Some examples are about bytes: their pictures are the same on purpose.
      .filter((other) => difference(other.picture, picture).most > 0)
      .filter((other) => complaints(other.picture, picture, oracleOf(file).exact).length === 0)
      .map((other) => `${file} might be ${other.file}`),
  );
  expect(mistaken).toEqual([]);
});
