/**
 * Wishes → transform: presets expanded, defaults filled in, and spellings of one meaning folded into one, so that
 * the cache key depends on the meaning alone. Whatever is folded here is folded for every dialect and client.
 */

import { PictorError } from "../errors.ts";
import type { Border, Colour, Effect, Sides } from "../image/job.ts";
import { type AutoRule, type Client, type PlainWishes, SILENT, withoutAuto } from "./auto.ts";
import type { Draw } from "./kinds-draw.ts";
import { ROWS } from "./names.ts";
import { assertConsistent, brokenRule } from "./rules.ts";
import {
  MAX_SIDE,
  PARAM_NAMES,
  PARAMS,
  type ParamName,
  type ParamValue,
  type Wishes,
} from "./table.ts";

type TransformName = {
  [N in ParamName]: (typeof PARAMS)[N]["role"] extends "transform" ? N : never;
}[ParamName];
type DefaultedName = {
  [N in TransformName]: (typeof PARAMS)[N] extends { readonly default: unknown } ? N : never;
}[TransformName];

/**
 * Every transform parameter; those that have a default are always there. `dpr` has been multiplied in, and `width` is
 * a number.
 */
export type Transform = { readonly [N in Exclude<DefaultedName, "dpr">]: ParamValue<N> } & {
  readonly [N in Exclude<TransformName, DefaultedName | "width">]?: ParamValue<N>;
} & Pick<PlainWishes, "width">;

export type Presets = Readonly<Record<string, Wishes>>;

/**
 * What is left to the client is settled as if it said nothing, unless it does. Throws bad_parameter or
 * conflicting_parameters (400).
 */
export function resolve(
  wishes: Wishes,
  presets: Presets = {},
  client: Client = SILENT,
  rule: AutoRule = {},
): Transform {
  const wanted = expandPreset(wishes, presets);
  assertConsistent(wanted);
  const plain = withoutAuto(wanted, client, rule);
  return fold({ ...defaults(), ...onlyTransform(multiplyByDpr(plain)) } as Transform);
}

/** Explicit parameters win over the preset's; the preset's name is gone. */
export function expandPreset(wishes: Wishes, presets: Presets): Wishes {
  const { preset, ...explicit } = wishes;
  if (preset === undefined) return explicit;
  const found = Object.hasOwn(presets, preset) ? presets[preset] : undefined;
  if (!found) {
    throw new PictorError("bad_parameter", {
      param: "preset",
      expected: PARAMS.preset.kind.expects,
      received: preset,
      detail: "There is no preset of that name.",
    });
  }
  return withoutContradicted({ ...found, ...explicit }, explicit);
}

/** Explicit parameters win: what a preset says against them is not meant any more. */
function withoutContradicted(wishes: Wishes, explicit: Wishes): Wishes {
  const contradicted = brokenRule(wishes)?.params.find((name) => explicit[name] === undefined);
  if (contradicted === undefined) return wishes;
  const { [contradicted]: _, ...rest } = wishes;
  return withoutContradicted(rest, explicit);
}

function onlyTransform(wishes: Wishes): Wishes {
  return Object.fromEntries(
    Object.entries(wishes).filter(([name]) => ROWS[name as ParamName].role === "transform"),
  );
}

let defaultValues: Wishes | undefined;

function defaults(): Wishes {
  defaultValues ??= onlyTransform(
    Object.fromEntries(
      PARAM_NAMES.filter((name) => ROWS[name].default !== undefined && name !== "dpr").map(
        (name) => [name, ROWS[name].default],
      ),
    ),
  );
  return defaultValues;
}

function multiplyByDpr(wishes: PlainWishes): PlainWishes {
  const { dpr = 1, ...rest } = wishes;
  if (dpr === 1) return rest;
  return {
    ...rest,
    ...(rest.width === undefined ? {} : { width: scaledSide("width", rest.width, dpr) }),
    ...(rest.height === undefined ? {} : { height: scaledSide("height", rest.height, dpr) }),
    ...(rest.pad === undefined ? {} : { pad: scaledSides(rest.pad, dpr) }),
    ...(rest.border === undefined ? {} : { border: scaledBorder(rest.border, dpr) }),
    ...(typeof rest.radius === "number" ? { radius: scaledSide("radius", rest.radius, dpr) } : {}),
    ...(rest.draw === undefined ? {} : { draw: rest.draw.map((draw) => scaledDraw(draw, dpr)) }),
  };
}

/** What may be 0. */
const AROUND = ["pad", "border", "radius"] as const;
type Scaled = "width" | "height" | "draw" | (typeof AROUND)[number];

function scaledSide(
  param: Scaled,
  px: number,
  dpr: number,
  least = AROUND.some((name) => name === param) ? 0 : 1,
): number {
  const scaled = Math.round(px * dpr);
  if (scaled > MAX_SIDE) {
    throw new PictorError("bad_parameter", {
      param,
      expected: `at most ${MAX_SIDE} px after \`dpr\``,
      received: `${px} × ${dpr} = ${scaled}`,
    });
  }
  return Math.max(least, scaled);
}

function scaledBorder({ width, colour }: Border, dpr: number): Border {
  return { width: scaledSide("border", width, dpr), colour };
}

function scaledSides({ top, right, bottom, left }: Sides, dpr: number): Sides {
  return {
    top: scaledSide("pad", top, dpr),
    right: scaledSide("pad", right, dpr),
    bottom: scaledSide("pad", bottom, dpr),
    left: scaledSide("pad", left, dpr),
  };
}

/** Offsets and a width in px; a part of the result's width grows with the result. */
function scaledDraw({ width, ...draw }: Draw, dpr: number): Draw {
  const x = scaledOffset(draw.x, dpr);
  const y = scaledOffset(draw.y, dpr);
  if (width?.unit !== "px") return { ...draw, x, y, ...(width && { width }) };
  return { ...draw, x, y, width: { unit: "px", value: scaledSide("draw", width.value, dpr) } };
}

function scaledOffset(px: number, dpr: number): number {
  return Math.sign(px) * scaledSide("draw", Math.abs(px), dpr, 0) + 0;
}

function fold(transform: Transform): Transform {
  return FOLDS.reduce((folded, step) => step(folded), transform);
}

const FOLDS: readonly ((transform: Transform) => Transform)[] = [
  foldAspectRatio,
  foldFit,
  foldOrientation,
  foldColours,
  foldSurround,
  foldFormat,
  foldAnimation,
  foldTrim,
  dropWithoutEffect,
  foldSeeing,
  dropUnseen,
];

/** With one side given, `ar` is only another way to write the other. */
function foldAspectRatio(transform: Transform): Transform {
  const { ar, ...rest } = transform;
  if (!ar) return transform;
  const { width, height } = rest;
  if (width !== undefined) return { ...rest, height: sideFrom(width * (ar.height / ar.width)) };
  if (height !== undefined) return { ...rest, width: sideFrom(height * (ar.width / ar.height)) };
  return transform;
}

function sideFrom(px: number): number {
  if (Math.round(px) > MAX_SIDE) {
    throw new PictorError("bad_parameter", {
      param: "ar",
      expected: `a ratio that keeps both sides within ${MAX_SIDE} px`,
      received: `a side of ${Math.round(px)} px`,
    });
  }
  return Math.max(1, Math.round(px));
}

const ENLARGING = { "scale-down": "contain", crop: "cover", "aspect-crop": "cover" } as const;
const NOT_ENLARGING = { contain: "scale-down", cover: "crop" } as const;

/** `enlarge` turns most fits into another one; what is left of it matters for `pad` and `squeeze` alone. */
function foldFit(transform: Transform): Transform {
  const { enlarge, ...rest } = transform;
  if (enlarge === undefined) return transform;
  const { fit } = rest;
  const swaps: Partial<Record<string, Transform["fit"]>> = enlarge ? ENLARGING : NOT_ENLARGING;
  const swapped = swaps[fit];
  if (swapped) return { ...rest, fit: swapped };
  return !enlarge && (fit === "pad" || fit === "squeeze") ? transform : rest;
}

/** A vertical mirror is a horizontal one and half a turn. */
function foldOrientation(transform: Transform): Transform {
  const { flip, ...rest } = transform;
  if (flip === undefined || flip === "h") return transform;
  const turned = String((Number(rest.rotate) + 180) % 360) as Transform["rotate"];
  return flip === "v" ? { ...rest, flip: "h", rotate: turned } : { ...rest, rotate: turned };
}

/** One turn is none; a block of one pixel is that pixel; effects of one meaning have one spelling. */
function foldColours(transform: Transform): Transform {
  const { hue, pixelate, effect } = transform;
  // As many places as are read, so that the text of it is the same number again.
  const turned = Number((((hue % 360) + 360) % 360).toFixed(10));
  return {
    ...transform,
    hue: turned,
    pixelate: pixelate === 1 ? 0 : pixelate,
    ...(effect && { effect: foldedEffect(effect) }),
  };
}

/** From black to white is grayscale; a grey has no chroma, whichever it is. */
function foldedEffect(effect: Effect): Effect {
  if (effect.kind === "duotone") {
    const { shadows, highlights } = effect;
    const isPlain =
      isGrey(shadows) && isGrey(highlights) && shadows.r === 0 && highlights.r === 255;
    return isPlain ? { kind: "grayscale" } : effect;
  }
  if (effect.kind === "tint" && isGrey(effect.colour)) return { kind: "tint", colour: BLACK };
  return effect;
}

const BLACK = { r: 0, g: 0, b: 0, a: 255 };

function isGrey({ r, g, b }: Colour): boolean {
  return r === g && g === b;
}

/** A border without width is none. */
function foldSurround(transform: Transform): Transform {
  const { border, ...rest } = transform;
  return border?.width === 0 ? rest : transform;
}

function foldFormat(transform: Transform): Transform {
  return transform.format === "baseline-jpeg"
    ? { ...transform, format: "jpeg", progressive: false }
    : transform;
}

/**
 * The first frame is what there is without animation, and another one is none. AVIF that was asked for is a still; that
 * of `format=auto` gives way to a format that keeps the animation.
 */
function foldAnimation(transform: Transform): Transform {
  const { frame, ...rest } = transform;
  if (frame === 1) return { ...rest, anim: false };
  if (frame !== undefined) return { ...transform, anim: true };
  return rest.format === "avif" ? { ...rest, anim: false } : transform;
}

const DEFAULT_TOLERANCE = PARAMS["trim-tolerance"].default;

/** Nothing to cut off is no trim; what a border looks like matters when one is looked for. */
function foldTrim(transform: Transform): Transform {
  const { trim, "trim-color": colour, ...rest } = transform;
  if (trim === "border") return transform;
  const plain = { ...rest, "trim-tolerance": DEFAULT_TOLERANCE };
  const cuts = trim !== undefined && Object.values(trim).some((side) => side > 0);
  return cuts ? { ...plain, trim } : plain;
}

/** What the other fits come to when only one side is given: the missing one follows the picture's shape. */
const ONE_SIDED = {
  cover: "contain",
  pad: "contain",
  squeeze: "contain",
  crop: "scale-down",
  "aspect-crop": "scale-down",
} as const;

/** Without a box there is nothing to fit; without a cut or a canvas there is nothing to place. */
function dropWithoutEffect(transform: Transform): Transform {
  const { enlarge, ...rest } = transform;
  const sides = [rest.width, rest.height].filter((side) => side !== undefined).length;
  if (sides === 0 && !rest.ar) return { ...rest, fit: "scale-down", gravity: "center" };
  if (sides === 1) {
    const usual: Transform["fit"] = ONE_SIDED[rest.fit as keyof typeof ONE_SIDED] ?? rest.fit;
    return { ...rest, fit: enlarge === false ? "scale-down" : usual, gravity: "center" };
  }
  return PLACING.some((fit) => fit === rest.fit) ? transform : { ...transform, gravity: "center" };
}

/** What is seen in a picture places a cut. `face` chooses as `auto` does; a face alone makes it tighter. */
function foldSeeing(transform: Transform): Transform {
  const { gravity, fit } = transform;
  const sees = gravity === "auto" || gravity === "face";
  if (sees && !CUTTING.some((cut) => cut === fit)) {
    return { ...transform, gravity: "center", zoom: 0 };
  }
  if (gravity !== "face") return { ...transform, zoom: 0 };
  return transform.zoom > 0 ? transform : { ...transform, gravity: "auto" };
}

const CUTTING = ["cover", "crop", "aspect-crop"] as const;

/** Of overlays, those that nobody would see. */
function dropUnseen(transform: Transform): Transform {
  const { draw, ...rest } = transform;
  if (draw === undefined) return transform;
  const seen = draw.filter(({ opacity }) => opacity > 0);
  return seen.length === 0 ? rest : { ...rest, draw: seen };
}

const PLACING = ["cover", "crop", "aspect-crop", "pad"] as const;
