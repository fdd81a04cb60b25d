/** Examples of which part of the picture is shown. */
import { type Example, PLAIN, shot } from "./example.ts";

const COLUMN = "/coffee.jpg?w=110&h=165&fit=cover";
const MOUNTAINS = "/art/mountains.jpg?w=110&h=165&fit=cover";
const STRIP = "/space/astronaut.jpg?w=240&h=100&fit=cover";
const SQUARE = "/space/astronaut.jpg?w=160&h=160&fit=cover&gravity=face";
const DOTS = "/art/dots.gif?anim=false&w=160&h=160&format=webp";
const RIBBONS = "/art/ribbons.webp?w=240&trim=border";

export const PARTS = {
  gravity: {
    says: "The same box, 110 × 165, from four places; then faces and what is salient; then where a picture stands in its box.",
    across: [4, 2, 2, 1],
    shots: [
      shot("gravity-west.jpg", `${COLUMN}&gravity=west`, "`gravity=west`", "The left of the cup"),
      shot("gravity-center.jpg", COLUMN, "`gravity=center`, unless said", "The middle of the cup"),
      shot("gravity-east.jpg", `${COLUMN}&gravity=east`, "`gravity=east`", "The cup's right side"),
      shot(
        "gravity-point.jpg",
        `${COLUMN}&gravity=0.6x0.5`,
        "`gravity=0.6x0.5`",
        "A part a little to the right of the middle",
      ),
      shot(
        "gravity-strip-center.jpg",
        STRIP,
        "without",
        "The astronaut's collar; her face is cut off",
      ),
      shot(
        "gravity-strip-face.jpg",
        `${STRIP}&gravity=face`,
        "`gravity=face`",
        "The astronaut's face",
      ),
      shot(
        "gravity-mountains-center.jpg",
        MOUNTAINS,
        "without",
        "Mountains; the sun touches the right edge",
      ),
      shot(
        "gravity-mountains-auto.jpg",
        `${MOUNTAINS}&gravity=auto`,
        "`gravity=auto`",
        "Mountains with the whole sun",
      ),
      shot(
        "gravity-pad.jpg",
        "/coffee.jpg?w=200&h=200&fit=pad&gravity=south&background=f3a712",
        "`fit=pad&gravity=south`",
        "The cup at the bottom of a yellow square",
      ),
    ],
  },
  zoom: {
    says: "All with `gravity=face`, in the same box.",
    shots: [
      shot(
        "zoom-0.jpg",
        SQUARE,
        "`zoom=0`, unless said",
        "The whole picture: an astronaut to the waist",
      ),
      shot(
        "zoom-half.jpg",
        `${SQUARE}&zoom=0.5`,
        "`zoom=0.5`",
        "The astronaut's head and shoulders",
      ),
      shot("zoom-1.jpg", `${SQUARE}&zoom=1`, "`zoom=1`", "The astronaut's head"),
    ],
  },
  crop: {
    says: "Before resizing, in fractions if any number has a decimal point, else in px of the source.",
    shots: [
      PLAIN.coffee,
      shot(
        "crop-fractions.jpg",
        "/coffee.jpg?crop=0.25,0.25,0.5,0.5&w=240",
        "`crop=0.25,0.25,0.5,0.5`",
        "The middle of the cup, twice as near",
      ),
      shot(
        "crop-pixels.jpg",
        "/coffee.jpg?crop=300,0,300,400&h=160",
        "`crop=300,0,300,400`",
        "The right half of the picture",
      ),
    ],
  },
  trim: {
    says: "What is left fills the box, so it is larger.",
    shots: [
      shot("trim-none.webp", DOTS, "without", "A ring of dots with a dark margin"),
      shot(
        "trim-border.webp",
        `${DOTS}&trim=border`,
        "`trim=border`",
        "The ring of dots, up to the edges",
      ),
      shot(
        "trim-sides.webp",
        `${DOTS}&trim=200;0;0;200`,
        "`trim=200;0;0;200`: top, right, bottom, left",
        "The lower right quarter of the ring",
      ),
    ],
  },
  "trim-color": {
    says: "Only a border of this colour is cut off.",
    shots: [
      shot(
        "trim-color-own.webp",
        `${DOTS}&trim=border&trim-color=14213d`,
        "`trim=border&trim-color=14213d`",
        "The ring of dots, up to the edges",
      ),
      shot(
        "trim-color-other.webp",
        `${DOTS}&trim=border&trim-color=white`,
        "`trim=border&trim-color=white`: there is no such border",
        "The ring of dots with its dark margin",
      ),
    ],
  },
  "trim-tolerance": {
    says: "The night behind the ribbons is not even: it takes some tolerance to be a border.",
    shots: [
      shot(
        "trim-tolerance-10.webp",
        RIBBONS,
        "`trim=border`; the tolerance is 10",
        "Ribbons of light, with darkness above and below",
      ),
      shot(
        "trim-tolerance-45.webp",
        `${RIBBONS}&trim-tolerance=45`,
        "`trim=border&trim-tolerance=45`",
        "The same without the darkness below",
      ),
    ],
  },
  rotate: {
    says: "`width` is that of the result, after turning.",
    across: [4],
    shots: [
      PLAIN.rocket,
      ...([90, 180, 270] as const).map((degrees) =>
        shot(
          `rotate-${degrees}.jpg`,
          `/space/rocket.jpg?w=${degrees === 180 ? 160 : 107}&rotate=${degrees}`,
          `\`rotate=${degrees}\``,
          {
            90: "The rocket points right",
            180: "The rocket stands on its head",
            270: "The rocket points left",
          }[degrees],
        ),
      ),
    ],
  },
  flip: {
    says: "Mirrored, not turned: compare the towers.",
    across: [4],
    shots: [
      PLAIN.rocket,
      shot("flip-h.jpg", "/space/rocket.jpg?w=160&flip=h", "`flip=h`", "Left and right exchanged"),
      shot("flip-v.jpg", "/space/rocket.jpg?w=160&flip=v", "`flip=v`", "Upside down, as in water"),
      shot(
        "flip-hv.jpg",
        "/space/rocket.jpg?w=160&flip=hv",
        "`flip=hv`",
        "Both, which is a half turn",
      ),
    ],
  },
} satisfies Record<string, Example>;
