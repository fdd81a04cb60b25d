/**
 * THE parameter table: the only place where a parameter is described. The parser, the canonical form, the types,
 * `/_/params.json`, `docs/parameters.md` and the SDK are derived from it.
 *
 * Adding a row: give it a kind, a role, a sentence and an example; then teach the one place that acts on it.
 */
import { decimal, flag, integer, type Kind, oneOf, orAuto, text, type ValueOf } from "./kinds.ts";
import { background, colour } from "./kinds-colour.ts";
import { draw } from "./kinds-draw.ts";
import { angle, border, effect, radius } from "./kinds-effect.ts";
import { crop, gravity, ratio, sides, trim } from "./kinds-geometry.ts";

/** Largest side of a result, in px, as imgix and Fastly have it. */
export const MAX_SIDE = 8192;
/** More than any format that is read can have. */
const MAX_TRIM = 65_535;

/** Fewer bytes hold no picture that is worth a request, whatever its quality. */
const MIN_MAX_BYTES = 500;
/** Highest number of a frame that can be asked for: all that an animation may have (`MAX_ANIMATION_FRAMES`). */
const MAX_FRAME = 2000;

/**
 * What a parameter is for decides what it touches:
 * `transform` the pixels or the bytes, so it is part of the cache key;
 * `preset` stands for other parameters and is replaced by them;
 * `delivery` only this one answer (its headers, or an explanation in its place);
 * `access` only whether the request is allowed.
 */
export type Role = "transform" | "preset" | "delivery" | "access";
export type Group =
  | "size"
  | "orientation"
  | "adjustment"
  | "overlay"
  | "output"
  | "delivery"
  | "access";

interface Row<T> {
  readonly alias?: readonly string[];
  readonly role: Role;
  readonly group: Group;
  /** Value that stands for an absent parameter. */
  readonly default?: T;
  /** How often it may be given; its value is then a list, in the order of the URL. Absent: once. */
  readonly most?: number;
  readonly unit?: string;
  /** A value, as text, that shows the parameter in `docs/parameters.md`. */
  readonly example: string;
  readonly doc: string;
}

export interface Param<T = unknown> extends Row<T> {
  readonly kind: Kind<T>;
}

function param<T, const R extends Row<T>>(kind: Kind<T>, row: R): R & { readonly kind: Kind<T> } {
  return { kind, ...row };
}

const factor = (what: string, doc: string) =>
  param(decimal(0, 10), {
    role: "transform",
    group: "adjustment",
    default: 1,
    example: "1.2",
    doc: `${doc} A factor; 1 changes nothing, 0 ${what}.`,
  });

export const PARAMS = {
  width: param(orAuto(integer(1, MAX_SIDE)), {
    alias: ["w"],
    role: "transform",
    group: "size",
    unit: "px",
    example: "640",
    doc: "Width of the result, after `rotate` and before `border` and `pad`. Multiplied by `dpr`; the product is at most 8192. `auto` takes the width that the browser says it needs (client hints), snapped to a ladder; see responsive.md.",
  }),
  height: param(integer(1, MAX_SIDE), {
    alias: ["h"],
    role: "transform",
    group: "size",
    unit: "px",
    example: "360",
    doc: "Height of the result, after `rotate` and before `border` and `pad`. Multiplied by `dpr`; the product is at most 8192.",
  }),
  dpr: param(orAuto(decimal(0.5, 5)), {
    role: "transform",
    group: "size",
    default: 1,
    example: "2",
    doc: "Device pixel ratio: multiplies `width`, `height`, `pad`, `border`, `radius`, and what of `draw` is in pixels. `auto` takes the screen's (client hints), snapped to 1, 1.5, 2 or 3; see responsive.md.",
  }),
  fit: param(
    oneOf(["scale-down", "contain", "cover", "crop", "aspect-crop", "pad", "squeeze"], {
      inside: "contain",
      clip: "contain",
      bounds: "contain",
      max: "scale-down",
      fill: "squeeze",
    }),
    {
      role: "transform",
      group: "size",
      default: "scale-down",
      example: "cover",
      doc: "How the picture meets the box of `width` × `height`. `contain` fits inside it; `scale-down` the same, but never enlarges; `cover` fills it and cuts what hangs over; `crop` the same, but never enlarges; `aspect-crop` always has the box's shape, and is smaller than the box rather than enlarged; `pad` fits inside and fills the rest with `background`; `squeeze` is stretched to the box.",
    },
  ),
  enlarge: param(flag, {
    role: "transform",
    group: "size",
    example: "true",
    doc: "Overrides whether `fit` may make the picture larger than its source.",
  }),
  ar: param(ratio, {
    role: "transform",
    group: "size",
    example: "16:9",
    doc: "Aspect ratio: fills in the missing one of `width` and `height`. Without both, the largest such box inside the source.",
  }),
  gravity: param(gravity, {
    alias: ["g"],
    role: "transform",
    group: "size",
    default: "center",
    example: "0.3x0.7",
    doc: "Which part stays when the picture is cut (`cover`, `crop`, `aspect-crop`), or where it stands (`pad`): the centre, a side or corner, or a focal point that is kept as near to the middle as the edges allow. `face` keeps the faces in it; `auto` what is salient, faces first, and moves off the centre only when that is sure; `face` without a face is `auto`. Both look at the picture (docs/crops.md), and have no effect with `pad`.",
  }),
  zoom: param(decimal(0, 1), {
    role: "transform",
    group: "size",
    default: 0,
    example: "0.5",
    doc: "How tight `gravity=face` cuts: 0 keeps as much around the faces as the shape allows, 1 no more than the heads. Without a face, or with another gravity, it has no effect.",
  }),
  crop: param(crop, {
    alias: ["rect"],
    role: "transform",
    group: "size",
    unit: "px or fractions of the source",
    example: "0.25,0.25,0.5,0.5",
    doc: "`x,y,width,height` of the part of the upright source that is used, before resizing.",
  }),
  trim: param(trim(MAX_TRIM), {
    role: "transform",
    group: "size",
    unit: "px of the source",
    example: "border",
    doc: "Cuts off what surrounds the picture, after `crop` and before resizing: `border` finds an even border by its colour; `top;right;bottom;left` are so many px. A picture that is all border stays whole.",
  }),
  "trim-color": param(colour, {
    role: "transform",
    group: "size",
    example: "white",
    doc: "Colour of the border that `trim=border` looks for; `transparent` is one, too. When absent, the colour that most of the corners have.",
  }),
  "trim-tolerance": param(integer(0, 255), {
    role: "transform",
    group: "size",
    default: 10,
    example: "20",
    doc: "How far a border's pixels may be from its colour: the largest difference of any channel, of 255. The noise of JPEG needs some.",
  }),
  pad: param(sides(MAX_SIDE), {
    role: "transform",
    group: "size",
    unit: "px",
    default: { top: 0, right: 0, bottom: 0, left: 0 },
    example: "20",
    doc: "Margin outside `width` and `height`, and outside `border`, in the colour of `background`.",
  }),
  border: param(border(MAX_SIDE), {
    role: "transform",
    group: "size",
    unit: "px, and a colour",
    example: "4,black",
    doc: "A frame around the picture (with `fit=pad`, around its box), outside `width` and `height`: `width,colour`. The width is multiplied by `dpr`. What is translucent in it shows `background`.",
  }),
  radius: param(radius(MAX_SIDE), {
    role: "transform",
    group: "size",
    unit: "px",
    default: 0,
    example: "24",
    doc: "Rounds the corners of the picture with its `border`, whose inner edge follows: px, multiplied by `dpr`, or `max` for half of the shorter side, which is also the most there is. Outside of them is `background`; without it, transparency, or white where the format has none, and the margin of `pad` is transparent as well.",
  }),
  background: param(background, {
    role: "transform",
    group: "size",
    example: "ff8800",
    doc: "Colour under transparent pixels, in the margin of `pad`, outside of `radius`, and beside the picture with `fit=pad`; no adjustment or filter touches it. `auto` is the colour that most of the picture's edges have (white where they are transparent). `blur` is an enlarged, blurred copy of the picture. When absent, transparency is kept where the format can (white under it where it cannot), and margins are white.",
  }),
  rotate: param(oneOf(["0", "90", "180", "270"]), {
    alias: ["rot"],
    role: "transform",
    group: "orientation",
    unit: "degrees clockwise",
    default: "0",
    example: "90",
    doc: "Turns the picture, after `flip`. EXIF orientation has been applied before.",
  }),
  flip: param(oneOf(["h", "v", "hv"], { vh: "hv" }), {
    role: "transform",
    group: "orientation",
    example: "h",
    doc: "Mirrors the picture: `h` left to right, `v` top to bottom, `hv` both.",
  }),
  brightness: factor("is black", "Multiplies every channel."),
  contrast: factor("is grey", "Distance from mid-grey."),
  saturation: factor("is greyscale", "Distance from the grey of equal luma."),
  gamma: param(decimal(0.1, 10), {
    role: "transform",
    group: "adjustment",
    default: 1,
    example: "1.4",
    doc: "Gamma correction: above 1 lightens the midtones, below 1 darkens them; 1 changes nothing.",
  }),
  hue: param(angle, {
    role: "transform",
    group: "adjustment",
    unit: "degrees",
    default: 0,
    example: "90",
    doc: "Turns all hues by an angle, as CSS's `hue-rotate()` does: red becomes green near 120.",
  }),
  effect: param(effect, {
    role: "transform",
    group: "adjustment",
    example: "duotone:1b2a6b:ffd9a0",
    doc: "One of `grayscale`, `sepia` and `invert`, as CSS's filters of these names at their full amount; `duotone:RRGGBB:RRGGBB`, from the first colour in the shadows to the second in the highlights, by luma; `tint:RRGGBB`, each pixel's lightness (CIE L*) with the colour's chroma (a*, b*), less of it towards black and white, as sharp's tint. After the adjustments; transparency stays.",
  }),
  blur: param(decimal(0, 250), {
    role: "transform",
    group: "adjustment",
    unit: "px of the result",
    default: 0,
    example: "8",
    doc: "Gaussian blur by its standard deviation.",
  }),
  sharpen: param(decimal(0, 10), {
    role: "transform",
    group: "adjustment",
    default: 0,
    example: "1",
    doc: "Strength of an unsharp mask; 1 is a good start for a reduced photo.",
  }),
  pixelate: param(integer(0, 256), {
    role: "transform",
    group: "adjustment",
    unit: "px of the result",
    default: 0,
    example: "16",
    doc: "Square blocks of this side, each in the mean colour of its pixels, from the top left; 0 and 1 change nothing.",
  }),
  draw: param(draw, {
    role: "transform",
    group: "overlay",
    most: 4,
    example: "logo.png,gravity:southeast,width:0.2,opacity:0.6",
    doc: "Lays another picture over this one, by its key or URL; up to four times, in that order. `gravity` (the centre unless said) and `x`, `y` place it, `width` (px, or a part of the result's width) sizes it, always inside of the result; `opacity` from 0 to 1; `repeat` tiles it (`true`, `x`, `y`); `blend` is one of CSS's blend modes. Lengths in px are multiplied by `dpr`. See overlays.md.",
  }),
  format: param(
    oneOf(
      [
        "auto",
        "avif",
        "webp",
        "jpeg",
        "baseline-jpeg",
        "png",
        "gif",
        "jxl",
        "svg",
        "json",
        "blurhash",
        "thumbhash",
        "lqip",
      ],
      { jpg: "jpeg" },
    ),
    {
      alias: ["f", "fm"],
      role: "transform",
      group: "output",
      example: "auto",
      doc: "Format of the result. `auto` takes the best that the `Accept` header names among AVIF and WebP, else PNG for pictures with transparency and JPEG for the rest; JPEG XL (`jxl`) only comes when it is asked for. Of an animation, `auto` takes WebP, else GIF. `svg` is for SVG sources: sanitised, in their own size; so it is with `auto` or without `format` where nothing but a size is asked for, with `auto` for keys that end in `.svg`. Absent, it is the source's own format where we write it, else PNG or JPEG in the same way. `json` tells the sizes instead; `blurhash`, `thumbhash` and `lqip` (a tiny `data:` URL) are text to show until the picture is there (placeholders.md).",
    },
  ),
  quality: param(quality(), {
    alias: ["q"],
    role: "transform",
    group: "output",
    default: 80,
    example: "70",
    doc: "For JPEG, WebP, AVIF and JPEG XL; PNG keeps every colour, and GIF as many as it can, whatever it says. In AVIF a number looks like the same number in WebP. `high` is 90, `medium-high` 70, `medium-low` 50, `low` 35.",
  }),
  "max-bytes": param(integer(MIN_MAX_BYTES, 10_000_000), {
    role: "transform",
    group: "output",
    unit: "bytes",
    example: "40000",
    doc: "Largest answer wanted: `quality` is lowered, down to 10, until it fits. What does not fit even then is answered so, with `exceeded` in `Pictor-Max-Bytes`. A PNG has no quality and stays as it is. See limits.md.",
  }),
  lossless: param(flag, {
    role: "transform",
    group: "output",
    default: false,
    example: "true",
    doc: "Every pixel as computed: WebP, AVIF, JPEG XL or PNG; where JPEG would be chosen, PNG is.",
  }),
  progressive: param(flag, {
    role: "transform",
    group: "output",
    default: true,
    example: "false",
    doc: "JPEG that appears at once and then sharpens. `format=baseline-jpeg` is short for `format=jpeg&progressive=false`.",
  }),
  chroma: param(oneOf(["420", "444"]), {
    role: "transform",
    group: "output",
    default: "420",
    example: "444",
    doc: "Colour resolution of JPEG and AVIF: `420` is half of the brightness' in both directions and smaller, `444` keeps thin coloured lines. Lossy WebP is always 4:2:0: with `444`, its conversion keeps edges of colour sharper, and takes longer. JPEG XL never is.",
  }),
  gamut: param(oneOf(["srgb", "keep"]), {
    role: "transform",
    group: "output",
    default: "srgb",
    example: "keep",
    doc: "What becomes of colours that sRGB does not have. `srgb` converts everything to it; `keep` leaves pictures that may have more (Display P3, Adobe RGB, other wide spaces, inks) in Display P3, with a profile, where the format can say so (JPEG, PNG, WebP, AVIF). A cache rule may decide it instead.",
  }),
  metadata: param(oneOf(["none", "copyright", "keep", "keep-gps"]), {
    role: "transform",
    group: "output",
    default: "none",
    example: "copyright",
    doc: "What is kept of EXIF, XMP and IPTC: nothing, author and rights, or all that describes the picture; where it was taken is kept with `keep-gps` alone. From JPEG, PNG, WebP, AVIF and TIFF, in JPEG, PNG, WebP and AVIF. Orientation is always applied. See metadata.md.",
  }),
  anim: param(flag, {
    role: "transform",
    group: "output",
    default: true,
    example: "false",
    doc: "Keeps animations (GIF, WebP, APNG) where the format of the result can: WebP and GIF. `false` shows their first frame, as the other formats always do.",
  }),
  frame: param(integer(1, MAX_FRAME), {
    role: "transform",
    group: "output",
    example: "12",
    doc: "Shows this frame of an animation as a still, composed as a reader sees it; the first one is 1.",
  }),
  preset: param(text(64, /^[A-Za-z0-9_-]+$/, "the name of a preset in pictor.config.ts"), {
    alias: ["p"],
    role: "preset",
    group: "delivery",
    example: "thumbnail",
    doc: "A named set of parameters from `pictor.config.ts`; parameters in the URL win over it.",
  }),
  v: param(text(128, /^[^\p{Cc}]*$/u, "up to 128 characters"), {
    role: "transform",
    group: "delivery",
    default: "",
    example: "3",
    doc: "Cache buster: another value is another cache entry. `v` and `v=` are the same as no `v`.",
  }),
  fallback: param(text(1024, /^[^\p{Cc}]+$/u, "the key of a picture, up to 1,024 characters"), {
    role: "delivery",
    group: "delivery",
    example: "coffee.jpg",
    doc: "The picture to show when this one cannot be had: 200 with an ETag, a tag and a short lifetime of its own. Without it, the mount's fallback.",
  }),
  debug: param(oneOf(["gravity"]), {
    role: "delivery",
    group: "delivery",
    example: "gravity",
    doc: "Answers with a PNG of the whole picture that shows what was seen in it (what `trim` keeps, faces with their scores, what is salient) and what would be cut out, instead of the result. Signed like any other parameter; never cached.",
  }),
  download: param(
    text(
      200,
      /^[^\p{Cc}/\\]+$/u,
      "a file name of up to 200 characters, without slashes or control characters",
    ),
    {
      role: "delivery",
      group: "delivery",
      example: "lisbon.jpg",
      doc: "Saves the picture under this name instead of showing it (`Content-Disposition`).",
    },
  ),
  explain: param(flag, {
    role: "delivery",
    group: "delivery",
    default: false,
    example: "1",
    doc: "Answers with JSON that says what would be done and why, instead of the picture. Signed like any other parameter.",
  }),
  exp: param(integer(0, 9_999_999_999), {
    role: "access",
    group: "access",
    unit: "seconds since 1970-01-01 UTC",
    example: "1893456000",
    doc: "When the URL stops working. Needs a signature.",
  }),
  kid: param(
    text(
      64,
      /^[A-Za-z0-9._-]+$/,
      "a key id of up to 64 letters, digits, dots, dashes or underscores",
    ),
    {
      role: "access",
      group: "access",
      example: "k1",
      doc: "Which key signed the URL.",
    },
  ),
  sig: param(text(43, /^[A-Za-z0-9_-]{43}$/, "43 characters of unpadded base64url"), {
    role: "access",
    group: "access",
    example: "lEvALfv5wXQc3mnA5foPNESTb-Omksv58c6mTjB5jQU",
    doc: "The signature; see signing.md.",
  }),
} as const;

/** 1–100 or a level; the names and numbers are Cloudflare's. */
function quality(): Kind<number> {
  const levels: Readonly<Record<string, number>> = {
    high: 90,
    "medium-high": 70,
    "medium-low": 50,
    low: 35,
  };
  const number = integer(1, 100);
  return {
    expects: `${number.expects}, or ${Object.keys(levels).join(", ")}`,
    schema: { anyOf: [number.schema, { enum: Object.keys(levels) }] },
    parse: (value) => (Object.hasOwn(levels, value) ? levels[value] : number.parse(value)),
    print: number.print,
  };
}

type Table = typeof PARAMS;
export type ParamName = keyof Table;
export type ParamValue<N extends ParamName> = Table[N] extends { readonly most: number }
  ? readonly ValueOf<Table[N]["kind"]>[]
  : ValueOf<Table[N]["kind"]>;

/** What a URL asks for: typed, aliases and synonyms folded, nothing filled in. */
export type Wishes = { readonly [N in ParamName]?: ParamValue<N> };

export const PARAM_NAMES = Object.keys(PARAMS) as ParamName[];
