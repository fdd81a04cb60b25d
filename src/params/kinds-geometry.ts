/** Kinds of value that speak of places and shapes. */
import type { Sides } from "../image/job.ts";
import { decimalOf, type Kind, printDecimal } from "./kinds.ts";

/** A ratio of two whole numbers in lowest terms, so that `1.5`, `3:2` and `6:4` are one value. */
export interface Ratio {
  readonly width: number;
  readonly height: number;
}

const MOST_RATIO = 100;

export const ratio: Kind<Ratio> = {
  expects: `width:height such as 16:9, or a number such as 1.5, from 1:${MOST_RATIO} to ${MOST_RATIO}:1`,
  schema: { type: "string", pattern: "^\\d+(\\.\\d+)?(:\\d+(\\.\\d+)?)?$" },
  parse(value) {
    const parts = value.split(":").map(decimalOf);
    const [width, height = 1] = parts;
    if (parts.length > 2 || parts.includes(undefined) || !width || !height) return undefined;
    const quotient = width / height;
    if (quotient > MOST_RATIO || quotient < 1 / MOST_RATIO) return undefined;
    // Four places are kept: 1.7778 is as near to 16:9 as anyone types.
    return lowestTerms(Math.round(width * 10_000), Math.round(height * 10_000));
  },
  print: ({ width, height }) => `${width}:${height}`,
};

function lowestTerms(width: number, height: number): Ratio | undefined {
  if (width === 0 || height === 0) return undefined;
  const divisor = greatestCommonDivisor(width, height);
  return { width: width / divisor, height: height / divisor };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

export const COMPASS = [
  "center",
  "north",
  "northeast",
  "east",
  "southeast",
  "south",
  "southwest",
  "west",
  "northwest",
] as const;
export type Compass = (typeof COMPASS)[number];

/** A point of the picture, as fractions of its width and height from the top left corner. */
export interface FocalPoint {
  readonly x: number;
  readonly y: number;
}

/** Places that the picture itself says: what is salient in it, and faces. */
const SEEING = ["auto", "face"] as const;
export type Seeing = (typeof SEEING)[number];

export type Gravity = Compass | FocalPoint | Seeing;

export const COMPASS_SYNONYMS: Readonly<Record<string, Compass>> = {
  centre: "center",
  top: "north",
  bottom: "south",
  left: "west",
  right: "east",
  "top-left": "northwest",
  "top-right": "northeast",
  "bottom-left": "southwest",
  "bottom-right": "southeast",
};

export const gravity: Kind<Gravity> = {
  expects: `one of ${[...COMPASS, ...SEEING].join(", ")}, or a focal point such as 0.3x0.7 (fractions from 0 to 1)`,
  schema: {
    anyOf: [
      { enum: [...COMPASS, ...SEEING, ...Object.keys(COMPASS_SYNONYMS)] },
      { type: "string", pattern: "^[01](\\.\\d+)?x[01](\\.\\d+)?$" },
    ],
  },
  parse(value) {
    const named = [...COMPASS, ...SEEING].find((name) => name === value);
    if (named) return named;
    if (Object.hasOwn(COMPASS_SYNONYMS, value)) return COMPASS_SYNONYMS[value];
    return focalPoint(value);
  },
  print: (value) =>
    typeof value === "string" ? value : `${printDecimal(value.x)}x${printDecimal(value.y)}`,
};

function focalPoint(value: string): "center" | FocalPoint | undefined {
  const [x, y, ...rest] = value.split("x").map(decimalOf);
  if (x === undefined || y === undefined || rest.length > 0 || x > 1 || y > 1) return undefined;
  return x === 0.5 && y === 0.5 ? "center" : { x, y };
}

/** `px`: whole pixels of the oriented source. `fraction`: parts of its width and height, from 0 to 1. */
export interface Crop {
  readonly unit: "px" | "fraction";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Fractions that were printed with ten places may add up to a hair over 1. */
const ROUNDING = 1e-9;

export const crop: Kind<Crop> = {
  expects:
    "x,y,width,height in whole pixels, or, when any of the four has a decimal point, as fractions of the source that stay within 0 and 1",
  schema: { type: "string", pattern: "^\\d+(\\.\\d+)?(,\\d+(\\.\\d+)?){3}$" },
  parse(value) {
    const numbers = value.split(",").map(decimalOf);
    const [x, y, width, height] = numbers;
    if (numbers.length !== 4 || x === undefined || y === undefined || !width || !height) {
      return undefined;
    }
    if (!value.includes(".")) return { unit: "px", x, y, width, height };
    const inside = x + width <= 1 + ROUNDING && y + height <= 1 + ROUNDING;
    return inside ? { unit: "fraction", x, y, width, height } : undefined;
  },
  print({ unit, x, y, width, height }) {
    const printed = [x, y, width, height].map(printDecimal).join(",");
    // 0,0,1,1 without a point would be one pixel, not everything.
    return unit === "fraction" && !printed.includes(".") ? `${printed}.0` : printed;
  },
};

/** Pixels on each side: one value for all, or four as in CSS (top, right, bottom, left). */
export function sides(max: number): Kind<Sides> {
  return {
    expects: `one whole number of pixels from 0 to ${max}, or four (top,right,bottom,left)`,
    schema: { type: "string", pattern: "^\\d+(,\\d+){3}$|^\\d+$" },
    parse(value) {
      const parts = value.split(",");
      const numbers = parts.map((part) => (/^\d{1,5}$/.test(part) ? Number(part) : -1));
      if (numbers.some((side) => side < 0 || side > max)) return undefined;
      const [top, right, bottom, left] = numbers.length === 1 ? Array(4).fill(numbers[0]) : numbers;
      return numbers.length === 1 || numbers.length === 4
        ? { top, right, bottom, left }
        : undefined;
    },
    print({ top, right, bottom, left }) {
      const equal = top === right && top === bottom && top === left;
      return equal ? String(top) : [top, right, bottom, left].join(",");
    },
  };
}

/** `border`: what has one colour all around. Else px of the upright source, in the order of CSS. */
export type Trim = "border" | Sides;

/** Cloudflare writes the sides with semicolons. */
export function trim(max: number): Kind<Trim> {
  const four = sides(max);
  return {
    expects: `border, or four whole numbers of pixels from 0 to ${max} (top;right;bottom;left)`,
    schema: { type: "string", pattern: "^border$|^\\d+([;,]\\d+){3}$" },
    parse(value) {
      if (value === "border") return value;
      return /[;,]/.test(value) ? four.parse(value.replaceAll(";", ",")) : undefined;
    },
    print: (value) =>
      value === "border" ? value : [value.top, value.right, value.bottom, value.left].join(","),
  };
}
