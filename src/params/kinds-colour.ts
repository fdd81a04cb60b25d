/** Any CSS colour, kept as 8-bit sRGB. */
import { converter, parse as parseCss } from "culori";
import type { Colour } from "../image/job.ts";
import type { Kind } from "./kinds.ts";

// CSS Color 4 is large (named colours, lab, oklch, color()): culori reads it, and converts to sRGB.
const toRgb = converter("rgb");

/** `#` is optional, as other image services write it (`background=ff8800`). */
const BARE_HEX = /^([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i;

export const colour: Kind<Colour> = {
  expects: "a CSS colour such as white, ff8800, rgb(255 136 0 / 50%), or transparent",
  schema: { type: "string", examples: ["white", "ff8800", "transparent"] },
  parse(value) {
    if (value.length > 100) return undefined;
    if (value === "transparent") return { r: 0, g: 0, b: 0, a: 0 };
    const parsed = parseCss(BARE_HEX.test(value) ? `#${value}` : value);
    if (!parsed) return undefined;
    const { r, g, b, alpha = 1 } = toRgb(parsed);
    const a = byte(alpha);
    return a === 0 ? { r: 0, g: 0, b: 0, a } : { r: byte(r), g: byte(g), b: byte(b), a };
  },
  print({ r, g, b, a }) {
    if (a === 0) return "transparent";
    return [r, g, b, ...(a === 255 ? [] : [a])].map(hex).join("");
  },
};

/** A colour, or one that the picture itself gives. */
export type Background = Colour | "auto" | "blur";

export const background: Kind<Background> = {
  expects: `${colour.expects}; or auto, or blur`,
  schema: { type: "string", examples: ["white", "ff8800", "transparent", "auto", "blur"] },
  parse: (value) => (value === "auto" || value === "blur" ? value : colour.parse(value)),
  print: (value) => (typeof value === "string" ? value : colour.print(value)),
};

function byte(unit: number): number {
  return Math.round(Math.min(1, Math.max(0, unit)) * 255);
}

function hex(value: number): string {
  return value.toString(16).padStart(2, "0");
}
