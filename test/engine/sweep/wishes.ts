/** What URLs ask for: every parameter that changes pixels, alone and together, in values that cost something. */
import type { PARAMS, ParamName } from "../../../src/params/table.ts";
import type { Random } from "../../soundness/random.ts";

type TransformName = {
  [N in ParamName]: (typeof PARAMS)[N]["role"] extends "transform" ? N : never;
}[ParamName];
/** Drawn apart (`format`), said by nobody here (`anim`, `metadata`), or without a meaning for pixels. */
type Operation = Exclude<TransformName, "format" | "anim" | "metadata" | "v">;

/** A new parameter has to say its values here, or this does not compile. */
export const OPERATIONS = {
  width: ["1", "40", "120", "333", "800"],
  height: ["25", "200", "450"],
  dpr: ["0.5", "2"],
  fit: ["contain", "cover", "crop", "aspect-crop", "pad", "squeeze"],
  enlarge: ["true"],
  ar: ["16:9", "1:3"],
  gravity: ["auto", "face", "northwest", "0.2x0.9"],
  zoom: ["0.7"],
  crop: ["0.25,0.25,0.5,0.5", "0,0.9,1,0.1", "0.1,0.05,0.03,0.9"],
  trim: ["border", "0;1;0;1"],
  "trim-color": ["white"],
  "trim-tolerance": ["40"],
  pad: ["3", "60", "0,200,0,0"],
  border: ["2,red", "40,00000080"],
  radius: ["9", "max"],
  background: ["ff8800", "transparent", "auto", "blur", "00ff0040"],
  rotate: ["90", "180", "270"],
  flip: ["h", "hv"],
  brightness: ["1.3"],
  contrast: ["0.5"],
  saturation: ["0"],
  gamma: ["2.2"],
  hue: ["100"],
  effect: ["grayscale", "sepia", "invert", "duotone:1b2a6b:ffd9a0", "tint:336699"],
  blur: ["0.6", "9", "40", "250"],
  sharpen: ["2"],
  pixelate: ["2", "16", "256"],
  draw: [
    "a,width:0.4,gravity:southeast",
    "a,repeat:true,width:20,opacity:0.5,blend:multiply",
    "a,width:1.0,blend:luminosity",
  ],
  quality: ["10", "60", "100"],
  "max-bytes": ["2000", "30000"],
  lossless: ["true"],
  progressive: ["false"],
  chroma: ["444"],
  gamut: ["keep"],
  frame: ["1", "2"],
} as const satisfies Record<Operation, readonly string[]>;

const NAMES = Object.keys(OPERATIONS) as readonly Operation[];
/** Asked for more often: what most URLs have. */
const SIZES = ["width", "height", "fit"] as const;

export type Pairs = readonly (readonly [name: string, value: string])[];

/** One operation beside a size, or up to seven together; some of them rule each other out. */
export function drawnWishes(random: Random): Pairs {
  const count = random.oneIn(3) ? 1 : 2 + random.below(6);
  const chosen = new Set<Operation>();
  for (const name of SIZES) if (random.oneIn(2)) chosen.add(name);
  for (let i = 0; i < count; i++) chosen.add(random.of(NAMES));
  return pairsFor([...chosen], random);
}

/** Every operation alone, in every value. */
export const EACH: readonly Pairs[] = NAMES.flatMap((name) =>
  OPERATIONS[name].map((value) => [...companions(name), [name, value] as const]),
);

/** What it has no effect without. */
function companions(name: Operation): Pairs {
  if (name === "ar" || name === "gravity")
    return [
      ["width", "90"],
      ["height", "60"],
      ["fit", "cover"],
    ].filter(([other]) => name !== "ar" || other !== "height") as unknown as Pairs;
  if (name === "zoom") return [...companions("gravity"), ["gravity", "face"]];
  if (name.startsWith("trim-")) return [["trim", "border"]];
  if (name === "fit" || name === "enlarge")
    return [
      ["width", "150"],
      ["height", "150"],
    ];
  return [];
}

function pairsFor(names: readonly Operation[], random: Random): Pairs {
  const pairs: (readonly [string, string])[] = [];
  for (const name of names) {
    const value = random.of<string>(OPERATIONS[name]);
    pairs.push([name, value]);
    // As many as there may be, at times.
    if (name === "draw" && random.oneIn(3)) pairs.push([name, random.of(OPERATIONS.draw)]);
  }
  return pairs;
}
