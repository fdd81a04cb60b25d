/** What the examples of src/cli/docs/examples/colour.ts should be. */
import {
  blurred,
  brightened,
  contrasted,
  duotone,
  type Formula,
  gammaCorrected,
  grey,
  hueRotated,
  mapped,
  saturated,
  sepia,
  sharpened,
} from "../colour-oracle.ts";
import { fromSharp, inSharp } from "../picture.ts";
import { blocks } from "../shape-oracle.ts";
import { COARSE, drawing, type Oracles, photo, within } from "./expected.ts";
import { wide } from "./sources.ts";

const coffee = () => wide("coffee.jpg", 240);
const cat = () => wide("animals/cat.webp", 240);
const tiles = () => wide("art/tiles.jpg", 120);
const mountains = () => wide("art/mountains.jpg", 240);
const astronaut = () => wide("space/astronaut.jpg", 160);

const through = (plain: typeof coffee, formula: Formula) => async () =>
  mapped(await plain(), formula);

const smooth = within("nothing is left but rounding", { psnr: 51, mean: 0.7 });
const mean = within("nothing is left but rounding", { psnr: 56, mean: 0.3 });
const sharp = within("details are raised by half", { psnr: 48, mean: 0.95 });

export const COLOUR: Oracles = {
  "cat.webp": drawing(cat),
  "tiles.jpg": drawing(tiles, COARSE),
  "mountains.jpg": drawing(mountains),
  "astronaut.jpg": photo(astronaut),
  "brightness-0.6.jpg": photo(through(coffee, brightened(0.6))),
  "brightness-1.4.jpg": photo(through(coffee, brightened(1.4))),
  "contrast-0.5.jpg": photo(through(coffee, contrasted(0.5))),
  "contrast-1.5.jpg": photo(through(coffee, contrasted(1.5))),
  "saturation-0.jpg": drawing(through(mountains, saturated(0))),
  "saturation-2.jpg": drawing(through(mountains, saturated(2))),
  "gamma-0.6.jpg": drawing(through(mountains, gammaCorrected(0.6))),
  "gamma-1.8.jpg": drawing(through(mountains, gammaCorrected(1.8))),
  "hue-90.jpg": drawing(through(tiles, hueRotated(90)), COARSE),
  "hue-180.jpg": drawing(through(tiles, hueRotated(180)), COARSE),
  "hue-270.jpg": drawing(through(tiles, hueRotated(270)), COARSE),
  "effect-grayscale.jpg": photo(through(astronaut, grey)),
  "effect-sepia.jpg": photo(through(astronaut, sepia)),
  "effect-invert.jpg": photo(async () =>
    fromSharp(inSharp(await astronaut()).negate({ alpha: false })),
  ),
  "effect-duotone.jpg": photo(through(astronaut, duotone([0x1b, 0x2a, 0x6b], [0xff, 0xd9, 0xa0]))),
  "effect-tint.jpg": photo(async () =>
    fromSharp(
      inSharp(await astronaut())
        .removeAlpha()
        .tint("#1060c0"),
    ),
  ),
  "blur-2.webp": smooth(async () => blurred(await cat(), 2)),
  "blur-8.webp": smooth(async () => blurred(await cat(), 8)),
  "sharpen-1.webp": sharp(async () => sharpened(await cat(), 1)),
  "sharpen-5.webp": within("differences of luma are multiplied by 2.5", { psnr: 41, mean: 2 })(
    async () => sharpened(await cat(), 5),
  ),
  "pixelate-8.webp": mean(async () => blocks(await cat(), 8)),
  "pixelate-24.webp": mean(async () => blocks(await cat(), 24)),
};
