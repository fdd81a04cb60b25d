/** Examples of width, height and shape. */
import { type Example, PLAIN, shot } from "./example.ts";

const FITTED = "/animals/cat.webp?w=180&h=180";
/** 120 × 80 px of the picture, which a box of 180 × 180 would enlarge. */
const SMALL = "/coffee.jpg?crop=240,130,120,80&w=180&h=180";

export const SIZE = {
  width: {
    says: "The height follows.",
    shots: [
      shot("coffee.jpg", PLAIN.coffee.url, "`w=240`", PLAIN.coffee.alt),
      shot("width-120.jpg", "/coffee.jpg?w=120", "`w=120`", "The same cup, half as wide"),
    ],
  },
  height: {
    says: "The width follows. The camera stored this picture on its side; what its EXIF says is done first.",
    shots: [
      shot("height-200.jpg", "/animals/raccoon.jpg?h=200", "`h=200`", "A raccoon, upright"),
      shot(
        "height-100.jpg",
        "/animals/raccoon.jpg?h=100",
        "`h=100`",
        "The same raccoon, half as high",
      ),
    ],
  },
  dpr: {
    says: "The same wishes in device pixels: everything is twice as large, the border, too.",
    shots: [
      shot(
        "dpr-1.jpg",
        "/coffee.jpg?w=120&border=3,e4572e",
        "`w=120&border=3,e4572e`",
        "A small cup in a thin red frame",
      ),
      shot(
        "dpr-2.jpg",
        "/coffee.jpg?w=120&border=3,e4572e&dpr=2",
        "`…&dpr=2`",
        "The same, twice as large, in a frame twice as thick",
      ),
    ],
  },
  fit: {
    says: "A picture larger than its box, 451 × 300 in 180 × 180; then one that is smaller, 120 × 80, where the fits differ in whether they enlarge.",
    across: [4],
    shots: [
      shot(
        "fit-contain.webp",
        `${FITTED}&fit=contain`,
        "`fit=contain`",
        "The whole cat, 180 × 120",
      ),
      shot(
        "fit-cover.webp",
        `${FITTED}&fit=cover`,
        "`fit=cover`",
        "A square that is full of cat; its sides are cut off",
      ),
      shot(
        "fit-pad.webp",
        `${FITTED}&fit=pad&background=f3a712`,
        "`fit=pad&background=f3a712`",
        "The whole cat in a square, with yellow above and below",
      ),
      shot(
        "fit-squeeze.webp",
        `${FITTED}&fit=squeeze`,
        "`fit=squeeze`",
        "The whole cat, squeezed into a square",
      ),
      shot(
        "fit-small-scale-down.jpg",
        `${SMALL}&fit=scale-down`,
        "`fit=scale-down`, of a small picture",
        "120 × 80: as small as before",
      ),
      shot(
        "fit-small-contain.jpg",
        `${SMALL}&fit=contain`,
        "`fit=contain`, of a small picture",
        "180 × 120: enlarged until it fits",
      ),
      shot(
        "fit-small-crop.jpg",
        `${SMALL}&fit=crop`,
        "`fit=crop`, of a small picture",
        "120 × 80: as small as before",
      ),
      shot(
        "fit-small-aspect-crop.jpg",
        `${SMALL}&fit=aspect-crop`,
        "`fit=aspect-crop`, of a small picture",
        "80 × 80: the shape of the box, not enlarged",
      ),
    ],
  },
  enlarge: {
    says: "A part of 120 × 80 px. Without `enlarge` it is `scale-down`, which stays small.",
    shots: [
      shot(
        "enlarge-no.jpg",
        "/coffee.jpg?crop=240,130,120,80&w=240",
        "`w=240`",
        "A small picture of a cup's inside",
      ),
      shot(
        "enlarge-yes.jpg",
        "/coffee.jpg?crop=240,130,120,80&w=240&enlarge=true",
        "`w=240&enlarge=true`",
        "The same, enlarged and softer",
      ),
    ],
  },
  ar: {
    says: "Height from width. `fit=cover` cuts what is too much.",
    shots: [
      shot(
        "ar-1-1.jpg",
        "/space/rocket.jpg?w=240&ar=1:1&fit=cover",
        "`ar=1:1`",
        "A square with a rocket",
      ),
      shot(
        "ar-16-9.jpg",
        "/space/rocket.jpg?w=240&ar=16:9&fit=cover",
        "`ar=16:9`",
        "The rocket as wide as a film",
      ),
      shot(
        "ar-3-1.jpg",
        "/space/rocket.jpg?w=240&ar=3&fit=cover",
        "`ar=3`",
        "A strip of the rocket's middle",
      ),
    ],
  },
  pad: {
    says: "Outside of `width`: both pictures have 200 px of coffee.",
    shots: [
      shot(
        "pad-even.jpg",
        "/coffee.jpg?w=200&pad=20&background=f3a712",
        "`pad=20&background=f3a712`",
        "A cup with an even yellow margin",
      ),
      shot(
        "pad-sides.jpg",
        "/coffee.jpg?w=200&pad=0,10,40,30&background=f3a712",
        "`pad=0,10,40,30&background=f3a712`: top, right, bottom, left",
        "A cup with a wide margin below, a narrow one at the right and none above",
      ),
    ],
  },
  border: {
    says: "Inside of `pad`, outside of `width`.",
    shots: [
      shot(
        "border.jpg",
        "/coffee.jpg?w=232&border=4,black",
        "`border=4,black`",
        "A cup in a thin black frame",
      ),
      shot(
        "border-pad.jpg",
        "/coffee.jpg?w=200&border=6,white&pad=14&background=17324d",
        "`border=6,white&pad=14&background=17324d`",
        "A cup in a white frame on a dark blue mount",
      ),
    ],
  },
  radius: {
    says: "Outside of the corners there is nothing here; JPEG cannot say so, so the first three are WebP.",
    across: [4],
    shots: [
      shot(
        "radius-24.webp",
        "/coffee.jpg?w=200&radius=24&format=webp",
        "`radius=24`",
        "A cup, with rounded corners",
      ),
      shot(
        "radius-max.webp",
        "/space/astronaut.jpg?w=160&radius=max&format=webp",
        "`radius=max` of a square",
        "An astronaut in a circle",
      ),
      shot(
        "radius-border.webp",
        "/coffee.jpg?w=190&radius=24&border=6,e4572e&format=webp",
        "`radius=24&border=6,e4572e`",
        "A cup with rounded corners, and a red frame that follows them",
      ),
      shot(
        "radius-background.jpg",
        "/coffee.jpg?w=200&radius=max&background=17324d",
        "`radius=max&background=17324d`",
        "A cup in a pill's shape on dark blue",
      ),
    ],
  },
  background: {
    says: "Under what is transparent, and beside what does not fill its box.",
    shots: [
      shot(
        "background-none.webp",
        "/art/petals.png?w=180&format=webp",
        "without: transparency stays",
        "A flower of glassy petals on nothing",
      ),
      shot(
        "background-colour.webp",
        "/art/petals.png?w=180&background=ff8800&format=webp",
        "`background=ff8800`",
        "The flower on orange",
      ),
      shot(
        "background-white.jpg",
        "/art/petals.png?w=180&format=jpeg",
        "`format=jpeg`, which has no transparency",
        "The flower on white",
      ),
      shot(
        "background-auto.gif",
        "/art/dots.gif?w=240&h=160&fit=pad&background=auto&anim=false",
        "`fit=pad&background=auto`",
        "A ring of dots on dark blue that goes on to both sides without a seam",
      ),
      shot(
        "background-blur.jpg",
        "/animals/raccoon.jpg?w=240&h=160&fit=pad&background=blur",
        "`fit=pad&background=blur`",
        "A portrait of a raccoon, between blurred parts of itself",
      ),
      shot(
        "background-translucent.webp",
        "/coffee.jpg?w=180&pad=20&background=17324d80&format=webp",
        "`pad=20&background=17324d80`",
        "A cup with a margin of translucent blue",
      ),
    ],
  },
} satisfies Record<string, Example>;
