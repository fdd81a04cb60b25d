/**
 * An overlay: `key` and then `,name:value` for each option, in any order, none twice. The key is percent-decoded once
 * more than the URL, so that it may hold commas (`%2C`, in a URL `%252C`) and percent signs (`%25`).
 */
import { type Complaint, decimal, type Kind, oneOf, printDecimal } from "./kinds.ts";
import { COMPASS, COMPASS_SYNONYMS, type Compass } from "./kinds-geometry.ts";

/** W3C Compositing and Blending Level 1, section 5. */
export const BLENDS = [
  "normal",
  "multiply",
  "screen",
  "overlay",
  "darken",
  "lighten",
  "color-dodge",
  "color-burn",
  "hard-light",
  "soft-light",
  "difference",
  "exclusion",
  "hue",
  "saturation",
  "color",
  "luminosity",
] as const;
export type Blend = (typeof BLENDS)[number];

const REPEATS = ["false", "true", "x", "y"] as const;
/** Tiles it: everywhere (`true`), in one row (`x`) or in one column (`y`). */
export type Repeat = (typeof REPEATS)[number];

/** `px`: of the result. `fraction`: of the result's width, above 0 and at most 1. */
export interface OverlayWidth {
  readonly unit: "px" | "fraction";
  readonly value: number;
}

export interface Draw {
  /** As `fallback` has it: a key, or the URL of a remote picture. */
  readonly key: string;
  readonly gravity: Compass;
  /** Inward from the edge that `gravity` names, or to the right of (below) the middle, in px of the result. */
  readonly x: number;
  readonly y: number;
  /** Absent: the overlay's own. */
  readonly width?: OverlayWidth;
  /** 0–1. */
  readonly opacity: number;
  readonly repeat: Repeat;
  readonly blend: Blend;
}

/** Largest offset either way, and largest width, in px: the largest side of a result. */
const MAX_OVERLAY_PX = 8192;

const offset: Kind<number> = {
  expects: `a whole number of pixels from -${MAX_OVERLAY_PX} to ${MAX_OVERLAY_PX}`,
  schema: { type: "integer", minimum: -MAX_OVERLAY_PX, maximum: MAX_OVERLAY_PX },
  parse(text) {
    const value = /^-?\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
    // Adding 0 makes 0 of -0.
    return Math.abs(value) <= MAX_OVERLAY_PX ? value + 0 : undefined;
  },
  print: String,
};

const overlayWidth: Kind<OverlayWidth> = {
  expects: `a whole number of pixels from 1 to ${MAX_OVERLAY_PX}, or, with a decimal point, a part of the result's width such as 0.2, above 0 and at most 1.0`,
  schema: { type: "string", pattern: "^\\d+(\\.\\d+)?$" },
  parse(text) {
    if (!/^\d{1,5}(\.\d{1,10})?$/.test(text)) return undefined;
    const value = Number(text);
    const unit = text.includes(".") ? "fraction" : "px";
    const most = unit === "px" ? MAX_OVERLAY_PX : 1;
    return value > 0 && value <= most ? { unit, value } : undefined;
  },
  print({ unit, value }) {
    const printed = printDecimal(value);
    // 1 without a point would be one pixel.
    return unit === "fraction" && !printed.includes(".") ? `${printed}.0` : printed;
  },
};

type Options = Omit<Draw, "key">;

/** In the order in which they are printed. */
const OPTIONS: { readonly [N in keyof Required<Options>]: Kind<NonNullable<Options[N]>> } = {
  gravity: oneOf(COMPASS, COMPASS_SYNONYMS),
  x: offset,
  y: offset,
  width: overlayWidth,
  opacity: decimal(0, 1),
  repeat: oneOf(REPEATS),
  // imgix's names.
  blend: oneOf(BLENDS, {
    burn: "color-burn",
    dodge: "color-dodge",
    hardlight: "hard-light",
    softlight: "soft-light",
  }),
};
const OPTION_NAMES = Object.keys(OPTIONS) as (keyof Options)[];

const DEFAULTS: Options = {
  gravity: "center",
  x: 0,
  y: 0,
  opacity: 1,
  repeat: "false",
  blend: "normal",
};

const MAX_KEY_LENGTH = 1024;

export const draw: Kind<Draw> = {
  expects: `the key of a picture, then ,name:value for any of ${OPTION_NAMES.join(", ")}`,
  schema: { type: "string", pattern: "^[^,]+(,[a-z]+:[^,]+)*$" },
  parse(text) {
    const read = readDraw(text);
    return "draw" in read ? read.draw : undefined;
  },
  complaint(text) {
    const read = readDraw(text);
    return "draw" in read ? undefined : read;
  },
  print({ key, ...options }) {
    const said = OPTION_NAMES.filter((name) => options[name] !== undefined)
      .map((name) => [name, printOption(options, name)] as const)
      .filter(([name, printed]) => printed !== printOption(DEFAULTS, name));
    return [printKey(key), ...said.map((option) => option.join(":"))].join(",");
  },
};

function printOption(options: Options, name: keyof Options): string | undefined {
  const value = options[name];
  return value === undefined ? undefined : (OPTIONS[name] as Kind<unknown>).print(value);
}

function printKey(key: string): string {
  return key.replaceAll("%", "%25").replaceAll(",", "%2C");
}

function readDraw(text: string): { readonly draw: Draw } | Complaint {
  const [first = "", ...pieces] = text.split(",");
  const key = readKey(first);
  if (key === undefined) return { expected: KEY_EXPECTED, received: first };
  const options: Record<string, unknown> = {};
  for (const piece of pieces) {
    const colon = piece.indexOf(":");
    const name = OPTION_NAMES.find((known) => known === piece.slice(0, colon));
    if (name === undefined || Object.hasOwn(options, name)) {
      return {
        expected: `name:value after each comma, each of ${OPTION_NAMES.join(", ")} at most once; a comma in the key as %2C`,
        received: piece,
      };
    }
    const kind: Kind<unknown> = OPTIONS[name];
    options[name] = kind.parse(piece.slice(colon + 1));
    if (options[name] === undefined) {
      return { expected: `${name} to be ${kind.expects}`, received: piece };
    }
  }
  return { draw: { key, ...DEFAULTS, ...options } };
}

const KEY_EXPECTED = `the key of a picture, of 1 to ${MAX_KEY_LENGTH} characters, before the first comma; a comma in it as %2C, a percent sign as %25`;

/** `logo.png` and `/logo.png` are the same. */
function readKey(text: string): string | undefined {
  const decoded = decode(text);
  const key = decoded?.replace(/^\//, "");
  if (key === undefined || key === "" || key.startsWith("/")) return undefined;
  return key.length <= MAX_KEY_LENGTH && !/\p{Cc}/u.test(key) ? key : undefined;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
