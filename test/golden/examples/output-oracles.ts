/** What the examples of src/cli/docs/examples/output.ts should be. */

import sharp from "sharp";
import { duotone, mapped } from "../colour-oracle.ts";
import { resized } from "../oracle.ts";
import { fromSharp, inSharp, type Picture } from "../picture.ts";
import { COARSE, drawing, lossless, type Oracles, photo } from "./expected.ts";
import { covering, file, partOf, wide } from "./sources.ts";

const coffee = (width: number) => () => wide("coffee.jpg", width);
const tiles = () =>
  partOf(
    "art/tiles.jpg",
    { left: 0, top: 0, width: 400, height: 400 },
    { width: 120, height: 120 },
  );

/** Counted from 1. */
async function frame(number: number): Promise<Picture> {
  const image = sharp(await file("art/dots.gif"), { page: number - 1 });
  return resized(await fromSharp(image), { width: 120, height: 120 });
}

async function redOnBlue(): Promise<Picture> {
  const logo = await wide("brand/logo.png", 160);
  const red = mapped(logo, duotone([255, 0, 0], [255, 0, 0]));
  return fromSharp(inSharp(red).flatten({ background: "#0000ff" }));
}

export const OUTPUT: Oracles = {
  "format-jpeg.jpg": photo(coffee(160)),
  "format-webp.webp": photo(coffee(160)),
  "format-png.png": lossless(photo(coffee(160))),
  "format-gif.gif": photo(coffee(160)),
  "quality-40.jpg": photo(coffee(240)),
  "quality-10.jpg": photo(coffee(240), COARSE),
  "max-bytes-5000.jpg": photo(coffee(240)),
  // Quality 30.
  "lossless-no.webp": drawing(tiles, { psnr: 28.5, mean: 8.5 }),
  "lossless.webp": lossless(drawing(tiles)),
  // What the example is about: thin bars lose their colour.
  "chroma-420.jpg": drawing(redOnBlue, { psnr: 22, mean: 21.5 }),
  "chroma-444.jpg": drawing(redOnBlue),
  "anim-false.gif": drawing(() => frame(1)),
  "frame-1.gif": drawing(() => frame(1)),
  "frame-9.gif": drawing(() => frame(9)),
  "preset-thumbnail.jpg": photo(() => covering("coffee.jpg", 200, 200)),
  "fallback.jpg": photo(coffee(160)),
};
