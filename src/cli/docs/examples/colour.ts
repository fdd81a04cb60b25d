/** Examples of adjustments, effects and filters. */
import { type Example, PLAIN, type Shot, shot } from "./example.ts";

/** The plain picture with one more parameter. */
function changed(plain: Shot, file: string, query: string, alt: string): Shot {
  const ending = plain.file.slice(plain.file.lastIndexOf("."));
  return shot(`${file}${ending}`, `${plain.url}&${query}`, `\`${query}\``, alt);
}

const { coffee, cat, tiles, mountains, astronaut } = PLAIN;

export const COLOUR = {
  brightness: {
    says: "A factor.",
    shots: [
      changed(coffee, "brightness-0.6", "brightness=0.6", "The cup, darker"),
      coffee,
      changed(coffee, "brightness-1.4", "brightness=1.4", "The cup, lighter"),
    ],
  },
  contrast: {
    says: "A factor of the distance from grey.",
    shots: [
      changed(coffee, "contrast-0.5", "contrast=0.5", "The cup, as if in mist"),
      coffee,
      changed(coffee, "contrast-1.5", "contrast=1.5", "The cup, with deep shadows"),
    ],
  },
  saturation: {
    says: "A factor of the distance from the grey of equal luma.",
    shots: [
      changed(mountains, "saturation-0", "saturation=0", "Mountains in greys"),
      mountains,
      changed(mountains, "saturation-2", "saturation=2", "Mountains in glaring colours"),
    ],
  },
  gamma: {
    says: "Black and white stay where they are.",
    shots: [
      changed(mountains, "gamma-0.6", "gamma=0.6", "Mountains with darker midtones"),
      mountains,
      changed(mountains, "gamma-1.8", "gamma=1.8", "Mountains with lighter midtones"),
    ],
  },
  hue: {
    says: "All colours turn together; greys stay.",
    across: [4],
    shots: [
      tiles,
      changed(tiles, "hue-90", "hue=90", "The tiles: what was red is green"),
      changed(tiles, "hue-180", "hue=180", "The tiles: what was red is teal"),
      changed(tiles, "hue-270", "hue=270", "The tiles: what was red is violet"),
    ],
  },
  effect: {
    says: "One at a time.",
    shots: [
      astronaut,
      changed(astronaut, "effect-grayscale", "effect=grayscale", "The astronaut in greys"),
      changed(astronaut, "effect-sepia", "effect=sepia", "The astronaut in browns"),
      changed(astronaut, "effect-invert", "effect=invert", "The astronaut as a negative"),
      changed(
        astronaut,
        "effect-duotone",
        "effect=duotone:1b2a6b:ffd9a0",
        "The astronaut, blue in the shadows and cream in the highlights",
      ),
      changed(astronaut, "effect-tint", "effect=tint:1060c0", "The astronaut in shades of blue"),
    ],
  },
  blur: {
    says: "In px of the result: a larger result with the same number is less blurred.",
    shots: [
      cat,
      changed(cat, "blur-2", "blur=2", "The cat, slightly blurred"),
      changed(cat, "blur-8", "blur=8", "The cat, hardly to be recognised"),
    ],
  },
  sharpen: {
    says: "1 is for reduced photographs; 5 is too much.",
    shots: [
      cat,
      changed(cat, "sharpen-1", "sharpen=1", "The cat with crisper whiskers"),
      changed(cat, "sharpen-5", "sharpen=5", "The cat with bright rims around every hair"),
    ],
  },
  pixelate: {
    says: "Blocks start at the top left; those at the right and bottom may be narrower.",
    shots: [
      cat,
      changed(cat, "pixelate-8", "pixelate=8", "The cat in blocks of 8 px"),
      changed(cat, "pixelate-24", "pixelate=24", "The cat in blocks of 24 px"),
    ],
  },
} satisfies Record<string, Example>;
