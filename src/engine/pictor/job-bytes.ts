/**
 * A plan as the module reads it: the struct `Job` of `wasm/engine/src/job.h`, little-endian, four bytes a field, no
 * padding. The list below has that struct's very order; a test compares the two.
 */
import type { Blend, Colour, Drawn, Effect, Gamut, Output, Plan, Rect } from "../../image/job.ts";
import { jobMap } from "../../image/memory-pictor-map.ts";
import type { PlaneLayout } from "../../image/planes.ts";

interface Field {
  /** As in C, e.g. `crop.x`. */
  readonly name: string;
  readonly type: "u32" | "i32" | "f32";
  readonly of: (plan: Plan, layout: PlaneLayout, conversion: ConversionKind) => number;
}

/** What the module reads itself; the rest comes as planes that were decoded elsewhere. */
const SOURCES: Readonly<Record<string, number>> = { jpeg: 1, webp: 2, png: 3, gif: 4 };
const PLANES = 5;
/** What other modules encode leaves this one as a raster (3) or as planes (5). */
const OUTPUTS: Readonly<Record<Output["format"], number>> = {
  jpeg: 1,
  webp: 2,
  jxl: 3,
  raster: 3,
  png: 4,
  avif: 5,
  gif: 6,
  // Never gets there.
  svg: 0,
};
const EFFECTS: Readonly<Record<Effect["kind"], number>> = {
  grayscale: 1,
  sepia: 2,
  invert: 3,
  duotone: 4,
  tint: 5,
};
/** What the numbers are that the module gets for its conversion of colours (`engine/colour/numbers.ts`). */
export type ConversionKind = "none" | "matrix" | "rgb-table" | "cmyk-table";
const CONVERSIONS: Readonly<Record<ConversionKind, number>> = {
  none: 0,
  matrix: 1,
  "rgb-table": 2,
  "cmyk-table": 3,
};
const GAMUTS: Readonly<Record<Gamut, number>> = { srgb: 0, "display-p3": 1 };

const CHROMA: Readonly<Record<PlaneLayout["subsampling"], number>> = {
  "400": 0,
  "420": 1,
  "422": 2,
  "444": 3,
};
/** Of a source that the module decodes itself. */
const NO_LAYOUT: PlaneLayout = {
  subsampling: "400",
  matrix: 0,
  fullRange: false,
  alpha: false,
  premultiplied: false,
};

/** BLEND_* of job.h. */
const BLENDS: Readonly<Record<Blend, number>> = {
  normal: 0,
  multiply: 1,
  screen: 2,
  overlay: 3,
  darken: 4,
  lighten: 5,
  "color-dodge": 6,
  "color-burn": 7,
  "hard-light": 8,
  "soft-light": 9,
  difference: 10,
  exclusion: 11,
  hue: 12,
  saturation: 13,
  color: 14,
  luminosity: 15,
};
/** Overlays that a job has room for: MAX_DRAWS of job.h. */
const MAX_DRAWS = 4;

const NO_RECT: Rect = { x: 0, y: 0, width: 0, height: 0 };
const NO_PAD = { top: 0, right: 0, bottom: 0, left: 0 };
const NO_ADJUST = { brightness: 1, contrast: 1, saturation: 1, gamma: 1 };

export const FIELDS: readonly Field[] = [
  field("source_format", "u32", ({ source }) => SOURCES[source.format] ?? PLANES),
  field("source_width", "i32", ({ source }) => source.width),
  field("source_height", "i32", ({ source }) => source.height),
  field("orientation", "u32", ({ source }) => source.orientation),
  field("conversion", "u32", (_, __, conversion) => CONVERSIONS[conversion]),
  ...rect("crop", ({ crop }) => crop),
  field("resize_width", "i32", ({ resize }) => resize.width),
  field("resize_height", "i32", ({ resize }) => resize.height),
  ...rect("extract", ({ extract }) => extract),
  ...rect("canvas", ({ canvas }) => canvas ?? NO_RECT),
  field("canvas_colour", "u32", ({ canvas }) => packed(canvas?.colour)),
  field("flip", "u32", ({ flip }) => Number(flip)),
  field("rotate", "u32", ({ rotate }) => rotate),
  field("brightness", "f32", ({ adjust = NO_ADJUST }) => adjust.brightness),
  field("contrast", "f32", ({ adjust = NO_ADJUST }) => adjust.contrast),
  field("saturation", "f32", ({ adjust = NO_ADJUST }) => adjust.saturation),
  field("gamma", "f32", ({ adjust = NO_ADJUST }) => adjust.gamma),
  field("blur", "f32", ({ blur }) => blur),
  field("sharpen", "f32", ({ sharpen }) => sharpen),
  field("pad_top", "i32", ({ pad = NO_PAD }) => pad.top),
  field("pad_right", "i32", ({ pad = NO_PAD }) => pad.right),
  field("pad_bottom", "i32", ({ pad = NO_PAD }) => pad.bottom),
  field("pad_left", "i32", ({ pad = NO_PAD }) => pad.left),
  field("pad_colour", "u32", ({ pad }) => packed(pad?.colour)),
  field("flatten", "u32", ({ flatten }) => Number(flatten !== undefined)),
  field("flatten_colour", "u32", ({ flatten }) => packed(flatten)),
  field("output_format", "u32", ({ output }) => OUTPUTS[output.format]),
  field("output_width", "i32", ({ output }) => output.width),
  field("output_height", "i32", ({ output }) => output.height),
  field("quality", "u32", ({ output }) => output.quality),
  field("lossless", "u32", ({ output }) => Number(output.lossless)),
  field("progressive", "u32", ({ output }) => Number(output.progressive)),
  field("chroma_444", "u32", ({ output }) => Number(output.chroma === "444")),
  field("alpha", "u32", ({ output }) => Number(output.alpha)),
  field("margin", "f32", (plan) => jobMap(plan).margin),
  field("raw_chroma", "u32", (_, { subsampling }) => CHROMA[subsampling]),
  field("raw_matrix", "u32", (_, { matrix }) => matrix),
  field("raw_full_range", "u32", (_, { fullRange }) => Number(fullRange)),
  field("raw_alpha", "u32", (_, { alpha }) => Number(alpha)),
  field("raw_premultiplied", "u32", (_, { premultiplied }) => Number(premultiplied)),
  field("gamut", "u32", ({ output }) => GAMUTS[output.gamut ?? "srgb"]),
  ...Array.from({ length: MAX_DRAWS }, (_, i) => drawFields(i)).flat(),
  field("hue_cosine", "f32", ({ hue }) => Math.cos(radians(hue))),
  field("hue_sine", "f32", ({ hue }) => Math.sin(radians(hue))),
  field("effect", "u32", ({ effect }) => (effect ? EFFECTS[effect.kind] : 0)),
  field("effect_first", "u32", ({ effect }) => packed(effectColours(effect)[0])),
  field("effect_second", "u32", ({ effect }) => packed(effectColours(effect)[1])),
  field("pixelate", "u32", ({ pixelate }) => pixelate),
  field("border", "i32", ({ border }) => border?.width ?? 0),
  field("border_colour", "u32", ({ border }) => packed(border?.colour)),
  field("radius", "f32", ({ radius }) => radius),
  field("backdrop", "u32", ({ backdrop }) => Number(backdrop)),
  field("animate", "u32", ({ frames }) => Number(frames?.show === "all")),
  field("frame", "u32", ({ frames }) => (typeof frames?.show === "number" ? frames.show : 0)),
  field("most_frames", "u32", ({ frames }) => frames?.most ?? 0),
];

export const JOB_BYTES = FIELDS.length * 4;

/** `layout`: of the planes, where another module has decoded the source. */
export function jobBytes(
  plan: Plan,
  layout: PlaneLayout = NO_LAYOUT,
  conversion: ConversionKind = "none",
): Uint8Array {
  const view = new DataView(new ArrayBuffer(JOB_BYTES));
  FIELDS.forEach(({ type, of }, i) => {
    const value = of(plan, layout, conversion);
    if (type === "f32") view.setFloat32(i * 4, value, true);
    else if (type === "i32") view.setInt32(i * 4, value, true);
    else view.setUint32(i * 4, value, true);
  });
  return new Uint8Array(view.buffer);
}

function field(name: string, type: Field["type"], of: Field["of"]): Field {
  return { name, type, of };
}

function rect(name: string, of: (plan: Plan) => Rect): readonly Field[] {
  return (["x", "y", "width", "height"] as const).map((part) =>
    field(`${name}.${part}`, "i32", (plan) => of(plan)[part]),
  );
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

function effectColours(effect: Effect | undefined): readonly Colour[] {
  if (effect?.kind === "duotone") return [effect.shadows, effect.highlights];
  return effect?.kind === "tint" ? [effect.colour] : [];
}

function drawFields(index: number): readonly Field[] {
  const drawField = (name: string, type: Field["type"], of: (drawn: Drawn) => number) =>
    field(`draw[${index}].${name}`, type, ({ draw = [] }) => {
      const drawn = draw[index];
      return drawn === undefined ? 0 : of(drawn);
    });
  return [
    drawField("x", "i32", ({ x }) => x),
    drawField("y", "i32", ({ y }) => y),
    drawField("width", "i32", ({ plan }) => plan.output.width),
    drawField("height", "i32", ({ plan }) => plan.output.height),
    drawField("repeat_x", "u32", ({ repeatX }) => Number(repeatX)),
    drawField("repeat_y", "u32", ({ repeatY }) => Number(repeatY)),
    drawField("blend", "u32", ({ blend }) => BLENDS[blend]),
    drawField("opacity", "f32", ({ opacity }) => opacity),
  ];
}

/** 0xAABBGGRR: in memory the bytes are r, g, b, a. */
function packed(colour: Colour | undefined): number {
  if (colour === undefined) return 0;
  const { r, g, b, a } = colour;
  return ((a << 24) | (b << 16) | (g << 8) | r) >>> 0;
}
