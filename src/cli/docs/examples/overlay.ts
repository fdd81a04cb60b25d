/** Examples of overlays: place, size, repetition, opacity, order, and every blend mode. */
import type { Draw } from "../../../params/kinds-draw.ts";
import { type Example, shot } from "./example.ts";

const UNDER = "/art/mountains.jpg?w=240";
const LOGO = "draw=brand/logo.png";
/** A square, so that the petals fill it. */
const SQUARE = "/coffee.jpg?w=150&h=150&fit=cover";

/** What each mode does to the coffee. In the order of CSS's specification. */
const BLENDS: Readonly<Record<Draw["blend"], string>> = {
  normal: "Petals of coloured glass over the cup",
  multiply: "Darker everywhere: petals like dyed glass",
  screen: "Lighter everywhere: petals of light",
  overlay: "Darker in the shadows, lighter in the highlights",
  darken: "Of each channel the darker one",
  lighten: "Of each channel the lighter one",
  "color-dodge": "The cup shines where petals are bright",
  "color-burn": "The cup darkens where petals are dark",
  "hard-light": "A harsh light in the petals' colours",
  "soft-light": "A mild light in the petals' colours",
  difference: "Colours turned round where both are bright",
  exclusion: "The same with less contrast",
  hue: "The cup's light and strength of colour in the petals' hues",
  saturation: "The cup's hues, as strong as the petals' colours",
  color: "The cup's light in the petals' colours",
  luminosity: "The cup's colours in the petals' light",
};

export const OVERLAY = {
  draw: {
    says: "A logo in four ways, two overlays, and the samples' petals in every blend mode. More in [overlays.md](overlays.md).",
    across: [3, 2, 4],
    shots: [
      shot(
        "draw-corner.jpg",
        `${UNDER}&${LOGO},gravity:southeast,x:8,y:6,width:0.4`,
        "`gravity:southeast`, with offsets",
        "A small logo in the lower right corner",
      ),
      shot(
        "draw-opacity.jpg",
        `${UNDER}&${LOGO},width:0.8,opacity:0.4`,
        "`width:0.8,opacity:0.4`",
        "A large, faint logo in the middle",
      ),
      shot(
        "draw-repeat.jpg",
        `${UNDER}&${LOGO},width:70,repeat:true,opacity:0.5`,
        "`repeat:true`",
        "Logos all over the picture",
      ),
      shot(
        "draw-row.jpg",
        `${UNDER}&${LOGO},gravity:south,y:8,width:70,repeat:x`,
        "`repeat:x`",
        "A row of logos at the bottom",
      ),
      shot(
        "draw-two.jpg",
        `${UNDER}&draw=art/petals.png,gravity:west,width:150&${LOGO},gravity:west,x:15,width:120`,
        "`draw=art/petals.png…`, then `draw=brand/logo.png…`",
        "A flower at the left, and a logo over it",
      ),
      ...Object.entries(BLENDS).map(([blend, alt]) =>
        shot(
          `draw-${blend}.jpg`,
          `${SQUARE}&draw=art/petals.png,width:1.0,blend:${blend}`,
          `\`blend:${blend}\``,
          alt,
        ),
      ),
    ],
  },
} satisfies Record<string, Example>;
