/** What the examples of src/cli/docs/examples/size.ts should be. */
import { boxed, type Fit, resized } from "../oracle.ts";
import { composed } from "../overlay-oracle.ts";
import { fromSharp, inSharp, type Picture } from "../picture.ts";
import { extended, margined, rounded } from "../shape-oracle.ts";
import { drawing, type Oracles, photo, within } from "./expected.ts";
import { covering, high, part, partOf, sample, wide } from "./sources.ts";

/** 120 × 80 px of the cup. */
const SMALL = { left: 240, top: 130, width: 120, height: 80 };

const fitting = (fit: Fit) => async () =>
  boxed(await sample("animals/cat.webp"), {
    fit,
    width: 180,
    height: 180,
    background: "#f3a712",
  });
const small = (fit: Fit) => async () =>
  boxed(await partOf("coffee.jpg", SMALL), { fit, width: 180, height: 180 });

const coffee = (width: number) => wide("coffee.jpg", width);
const flattened = (picture: Picture, background: string) =>
  fromSharp(inSharp(picture).flatten({ background }));

/** A frame's inner corners have the outer radius less its width, as in CSS. */
async function roundlyFramed(picture: Picture, radius: number, width: number, colour: string) {
  const inner = await rounded(picture, radius - width);
  return rounded(await flattened(await extended(inner, width, colour), colour), radius);
}

/** Behind a picture that is as high as its box and narrower, of a source in portrait. */
async function onBlurredSelf(key: string, width: number, height: number): Promise<Picture> {
  const upright = await sample(key);
  const front = await high(key, height);
  const cover = await resized(front, {
    width,
    height: Math.round((front.height * width) / front.width),
  });
  // σ is 3.7% of the picture's longer side (the widths of three boxes of a 32nd of it), enlarged with it.
  const sigma = ((Math.sqrt(1 + 1 / 3 + 1 / 12) / 32) * height * width) / front.width;
  const soft = await fromSharp(inSharp(cover).blur(sigma));
  const top = Math.floor((cover.height - height) / 2);
  const behind = await part(soft, { left: 0, top, width, height });
  if (upright.height <= upright.width) throw new Error("not in portrait");
  return composed(behind, front);
}

export const SIZE: Oracles = {
  "coffee.jpg": photo(() => coffee(240)),
  "width-120.jpg": photo(() => coffee(120)),
  "height-200.jpg": photo(() => high("animals/raccoon.jpg", 200)),
  "height-100.jpg": photo(() => high("animals/raccoon.jpg", 100)),
  "dpr-1.jpg": photo(async () => extended(await coffee(120), 3, "#e4572e")),
  "dpr-2.jpg": photo(async () => extended(await coffee(240), 6, "#e4572e")),
  "fit-contain.webp": photo(fitting("contain")),
  "fit-cover.webp": photo(fitting("cover")),
  "fit-pad.webp": photo(fitting("pad")),
  "fit-squeeze.webp": photo(fitting("squeeze")),
  "fit-small-scale-down.jpg": photo(small("scale-down")),
  "fit-small-contain.jpg": photo(small("contain")),
  "fit-small-crop.jpg": photo(small("crop")),
  "fit-small-aspect-crop.jpg": photo(small("aspect-crop")),
  "enlarge-no.jpg": photo(() => partOf("coffee.jpg", SMALL)),
  "enlarge-yes.jpg": photo(() => partOf("coffee.jpg", SMALL, { width: 240, height: 160 })),
  "ar-1-1.jpg": photo(() => covering("space/rocket.jpg", 240, 240)),
  "ar-16-9.jpg": photo(() => covering("space/rocket.jpg", 240, 135)),
  "ar-3-1.jpg": photo(() => covering("space/rocket.jpg", 240, 80)),
  "pad-even.jpg": photo(async () => extended(await coffee(200), 20, "#f3a712")),
  "pad-sides.jpg": photo(async () => margined(await coffee(200), [0, 10, 40, 30], "#f3a712")),
  "border.jpg": photo(async () => extended(await coffee(232), 4, "black")),
  "border-pad.jpg": photo(async () =>
    extended(await extended(await coffee(200), 6, "white"), 14, "#17324d"),
  ),
  "radius-24.webp": photo(async () => rounded(await coffee(200), 24)),
  "radius-max.webp": photo(async () => rounded(await wide("space/astronaut.jpg", 160), 80)),
  "radius-border.webp": photo(async () => roundlyFramed(await coffee(190), 24, 6, "#e4572e")),
  "radius-background.jpg": photo(async () =>
    flattened(await rounded(await coffee(200), 133 / 2), "#17324d"),
  ),
  "background-none.webp": drawing(() => wide("art/petals.png", 180)),
  "background-colour.webp": drawing(async () =>
    flattened(await wide("art/petals.png", 180), "#ff8800"),
  ),
  "background-white.jpg": drawing(async () =>
    flattened(await wide("art/petals.png", 180), "white"),
  ),
  "background-auto.gif": drawing(async () =>
    margined(await high("art/dots.gif", 160), [0, 40, 0, 40], "#14213d"),
  ),
  "background-blur.jpg": within("sigma is wide, and stands for three boxes on a smaller copy", {
    psnr: 39,
    mean: 2,
  })(() => onBlurredSelf("animals/raccoon.jpg", 240, 160)),
  "background-translucent.webp": photo(async () => extended(await coffee(180), 20, "#17324d80")),
};
