/** What the examples of src/cli/docs/examples/overlay.ts should be. */
import { BLENDS, blended, composed, faded, fitted } from "../overlay-oracle.ts";
import type { Picture } from "../picture.ts";
import { COARSE, drawing, type Oracles, photo, within } from "./expected.ts";
import { covering, sample, wide } from "./sources.ts";

const mountains = () => wide("art/mountains.jpg", 240);

/** The logo, so many px wide; a part of one is rounded. */
async function logo(width: number): Promise<Picture> {
  return fitted(await sample("brand/logo.png"), Math.round(width), await mountains());
}

/** In rows and columns from one of them on, as far as the picture reaches. */
async function tiled(over: Picture, left: number, top: number, rows = true): Promise<Picture> {
  let picture = await mountains();
  const first = (at: number, step: number) => (((at % step) + step) % step) - step;
  const ys = rows ? range(first(top, over.height), 160, over.height) : [top];
  for (const y of ys) {
    for (const x of range(first(left, over.width), 240, over.width)) {
      picture = await composed(picture, over, { left: x, top: y });
    }
  }
  return picture;
}

function range(from: number, to: number, step: number): readonly number[] {
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + i * step);
}

/** Channels near their limits: by a factor of up to 30, and from black to white where both are at their ends. */
const dodged = within(
  "color-dodge divides by what petals lack of white",
  { psnr: 35, mean: 3.2 },
  COARSE,
);

const blends = Object.keys(BLENDS).map((blend) => {
  const picture = async () => {
    const under = await covering("coffee.jpg", 150, 150);
    return blended(under, await fitted(await sample("art/petals.png"), 150, under), blend);
  };
  return [`draw-${blend}.jpg`, blend === "color-dodge" ? dodged(picture) : photo(picture)] as const;
});

export const OVERLAY: Oracles = {
  "draw-corner.jpg": drawing(async () => {
    const over = await logo(0.4 * 240);
    return composed(await mountains(), over, {
      left: 240 - over.width - 8,
      top: 160 - over.height - 6,
    });
  }),
  "draw-opacity.jpg": drawing(async () =>
    composed(await mountains(), faded(await logo(0.8 * 240), 0.4)),
  ),
  "draw-repeat.jpg": drawing(async () => {
    const over = faded(await logo(70), 0.5);
    return tiled(over, (240 - over.width) / 2, Math.round((160 - over.height) / 2));
  }),
  "draw-row.jpg": drawing(async () => {
    const over = await logo(70);
    return tiled(over, (240 - over.width) / 2, 160 - over.height - 8, false);
  }),
  "draw-two.jpg": drawing(async () => {
    const under = await mountains();
    const petals = await fitted(await sample("art/petals.png"), 150, under);
    const mark = await logo(120);
    const flower = await composed(under, petals, { left: 0, top: 5 });
    return composed(flower, mark, { left: 15, top: (160 - mark.height) / 2 });
  }),
  ...Object.fromEntries(blends),
};
