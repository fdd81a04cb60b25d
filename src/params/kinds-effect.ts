/** Kinds of value for colours made anew, and for what frames a picture. */
import type { Border, Colour, Effect } from "../image/job.ts";
import { type Kind, printDecimal } from "./kinds.ts";
import { colour } from "./kinds-colour.ts";

const HEX = "[0-9a-fA-F]{6}";
const PLAIN = ["grayscale", "sepia", "invert"] as const;
const DUOTONE = new RegExp(`^duotone:(${HEX}):(${HEX})$`);
const TINT = new RegExp(`^tint:(${HEX})$`);

export const effect: Kind<Effect> = {
  expects:
    "grayscale, sepia, invert, duotone:RRGGBB:RRGGBB (shadows:highlights), or tint:RRGGBB; one of them",
  schema: {
    anyOf: [
      { enum: [...PLAIN, "greyscale"] },
      { type: "string", pattern: DUOTONE.source },
      { type: "string", pattern: TINT.source },
    ],
  },
  parse(value) {
    const kind = PLAIN.find((name) => name === value);
    if (kind) return { kind };
    if (value === "greyscale") return { kind: "grayscale" };
    const [, shadows, highlights] = DUOTONE.exec(value) ?? [];
    if (shadows !== undefined && highlights !== undefined) {
      return { kind: "duotone", shadows: opaque(shadows), highlights: opaque(highlights) };
    }
    const [, tint] = TINT.exec(value) ?? [];
    return tint === undefined ? undefined : { kind: "tint", colour: opaque(tint) };
  },
  print(value) {
    if (value.kind === "duotone") {
      return `duotone:${colour.print(value.shadows)}:${colour.print(value.highlights)}`;
    }
    return value.kind === "tint" ? `tint:${colour.print(value.colour)}` : value.kind;
  },
};

function opaque(hex: string): Colour {
  const [r = 0, g = 0, b = 0] = [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return { r, g, b, a: 255 };
}

/** Degrees, to either side. */
export const angle: Kind<number> = {
  expects: "a number from -360 to 360",
  schema: { type: "number", minimum: -360, maximum: 360 },
  parse(value) {
    if (!/^-?\d{1,3}(\.\d{1,10})?$/.test(value)) return undefined;
    const degrees = Number(value);
    // -0 is 0.
    return Math.abs(degrees) <= 360 ? degrees + 0 : undefined;
  },
  print: printDecimal,
};

/** A width in px, and a colour after the first comma. */
export function border(max: number): Kind<Border> {
  return {
    expects: `width,colour: whole pixels from 0 to ${max}, and a CSS colour, such as 4,black or 2,ff880080`,
    schema: { type: "string", pattern: "^\\d{1,5},.+$" },
    parse(value) {
      const [, digits, name] = /^(\d{1,5}),(.+)$/s.exec(value) ?? [];
      const parsed = name === undefined ? undefined : colour.parse(name);
      const width = Number(digits);
      return parsed && width <= max ? { width, colour: parsed } : undefined;
    },
    print: (value) => `${value.width},${colour.print(value.colour)}`,
  };
}

/** A radius in px, or `max`: half of the shorter side, whatever that will be. */
export function radius(max: number): Kind<number | "max"> {
  return {
    expects: `a whole number of pixels from 0 to ${max}, or max`,
    schema: { anyOf: [{ type: "integer", minimum: 0, maximum: max }, { enum: ["max"] }] },
    parse(value) {
      if (value === "max") return "max";
      const px = /^\d{1,5}$/.test(value) ? Number(value) : max + 1;
      return px <= max ? px : undefined;
    },
    print: String,
  };
}
