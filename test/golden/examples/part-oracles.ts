/** What the examples of src/cli/docs/examples/parts.ts should be. */
import { boxed, type Gravity, resized } from "../oracle.ts";
import type { Picture } from "../picture.ts";
import { mirrored, turned } from "../shape-oracle.ts";
import { drawing, type Oracles, photo, within } from "./expected.ts";
import { covering, high, part, partOf, sample, wide, withoutBorder } from "./sources.ts";

const ASTRONAUT = "space/astronaut.jpg";
/** Of the samples' animation. */
const NIGHT = [0x14, 0x21, 0x3d] as const;
const SQUARE = { width: 160, height: 160 };

const column = (gravity: Gravity) => () => covering("coffee.jpg", 110, 165, gravity);

async function trimmedDots(): Promise<Picture> {
  const dots = await sample("art/dots.gif");
  return resized(await part(dots, withoutBorder(dots, NIGHT, 10)), SQUARE);
}

const rocket = () => wide("space/rocket.jpg", 160);

export const PARTS: Oracles = {
  "gravity-west.jpg": photo(column("west")),
  "gravity-center.jpg": photo(column("center")),
  "gravity-east.jpg": photo(column("east")),
  "gravity-point.jpg": photo(column("0.6x0.5")),
  "gravity-strip-center.jpg": photo(() => covering(ASTRONAUT, 240, 100)),
  "gravity-mountains-center.jpg": drawing(() => covering("art/mountains.jpg", 110, 165)),
  "gravity-pad.jpg": photo(async () =>
    boxed(await sample("coffee.jpg"), {
      fit: "pad",
      width: 200,
      height: 200,
      gravity: "south",
      background: "#f3a712",
    }),
  ),
  "zoom-0.jpg": photo(() => covering(ASTRONAUT, 160, 160)),
  "crop-fractions.jpg": photo(() =>
    partOf(
      "coffee.jpg",
      { left: 150, top: 100, width: 300, height: 200 },
      { width: 240, height: 160 },
    ),
  ),
  "crop-pixels.jpg": photo(() =>
    partOf(
      "coffee.jpg",
      { left: 300, top: 0, width: 300, height: 400 },
      { width: 120, height: 160 },
    ),
  ),
  "trim-none.webp": drawing(() => high("art/dots.gif", 160)),
  "trim-border.webp": drawing(trimmedDots),
  "trim-sides.webp": drawing(() =>
    partOf("art/dots.gif", { left: 200, top: 200, width: 200, height: 200 }, SQUARE),
  ),
  "trim-color-own.webp": drawing(trimmedDots),
  "trim-color-other.webp": drawing(() => high("art/dots.gif", 160)),
  "trim-tolerance-10.webp": within("lines of light are 1 px thin here", { psnr: 40.5, mean: 2.2 })(
    () => wide("art/ribbons.webp", 240),
  ),
  "rocket.jpg": photo(rocket),
  "rotate-90.jpg": photo(async () => turned(await rocket(), 90)),
  "rotate-180.jpg": photo(async () => turned(await rocket(), 180)),
  "rotate-270.jpg": photo(async () => turned(await rocket(), 270)),
  "flip-h.jpg": photo(async () => mirrored(await rocket(), "h")),
  "flip-v.jpg": photo(async () => mirrored(await rocket(), "v")),
  "flip-hv.jpg": photo(async () => mirrored(await rocket(), "hv")),
};
