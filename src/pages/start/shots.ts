/** What the page shows: for each section, which picture with which parameters. Plain data, no HTML. */
import { aboutSample } from "./samples.ts";

export interface Picture {
  readonly key: string;
  /** Pixels as shown (after EXIF orientation), when known. */
  readonly width?: number;
  readonly height?: number;
}

export type Params = Readonly<Record<string, string | number>>;

/** One image on the page. */
export interface Shot {
  readonly title: string;
  readonly note?: string;
  readonly alt: string;
  readonly picture: Picture;
  readonly params: Params;
  /** Pixels of the answer, or of its shape where `widths` vary. */
  readonly width: number;
  readonly height: number;
  /** Widths of the `srcset`; the parameters then get `w` from here. */
  readonly widths?: readonly number[];
  readonly sizes?: string;
}

const LADDER = [240, 360, 480, 640, 960, 1280, 1600];
/** Shape of a picture whose size is not known. */
const UNKNOWN = { width: 1200, height: 800 };

/** The steps of the ladder that the picture can fill, and its own width as the last, so nothing is enlarged. */
export function ladder({ width }: Picture, limit = 1600): readonly number[] {
  const most = Math.min(width ?? 960, limit);
  const steps = LADDER.filter((step) => step < most);
  return [...steps, most];
}

const GALLERY_SIZES =
  "(min-width: 1240px) 376px, (min-width: 900px) 30vw, (min-width: 600px) 45vw, 91vw";

export function galleryShot(picture: Picture): Shot {
  const sample = aboutSample(picture.key);
  const known = picture.width !== undefined && picture.height !== undefined;
  return {
    title: sample.title,
    ...(sample.note !== undefined && { note: sample.note }),
    alt: sample.alt,
    picture,
    params: known ? { format: "auto" } : { ar: "3:2", fit: "cover", format: "auto" },
    width: picture.width ?? UNKNOWN.width,
    height: picture.height ?? UNKNOWN.height,
    widths: ladder(picture, 1280),
    sizes: GALLERY_SIZES,
  };
}

/** A picture cut to a shape, at several widths. */
export function croppedShot(
  picture: Picture,
  shape: { readonly ar: readonly [number, number]; readonly limit: number; readonly sizes: string },
): Shot {
  const [across, down] = shape.ar;
  const sample = aboutSample(picture.key);
  return {
    title: sample.title,
    alt: sample.alt,
    picture,
    params: {
      ar: `${across}:${down}`,
      fit: "cover",
      gravity: sample.focus,
      format: "auto",
    },
    width: across * 100,
    height: down * 100,
    widths: ladder(picture, Math.min(shape.limit, cropWidth(picture, across / down))),
    sizes: shape.sizes,
  };
}

/** Width of the largest part of the picture that has the given shape. */
function cropWidth({ width, height }: Picture, ratio: number): number {
  if (width === undefined || height === undefined) return 960;
  return Math.floor(Math.min(width, height * ratio));
}

const SIDE = 300;

function tile(picture: Picture, title: string, note: string, params: Params, height = SIDE): Shot {
  return {
    title,
    note,
    alt: `${aboutSample(picture.key).alt}, ${title}`,
    picture,
    params: { w: SIDE, h: height, ...params, format: "auto" },
    width: SIDE,
    height,
  };
}

export function fitShots(picture: Picture): readonly Shot[] {
  const { width = 3, height = 2 } = picture;
  const scale = Math.min(SIDE / width, SIDE / height);
  const inside = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
  return [
    {
      ...tile(picture, "contain", "all of it, inside the box", { fit: "contain" }),
      ...(picture.width !== undefined && inside),
    },
    tile(picture, "cover", "fills the box, cuts the rest", { fit: "cover" }),
    tile(picture, "pad", "all of it, on a colour", { fit: "pad", background: "peachpuff" }),
    tile(picture, "background blur", "on a soft copy", { fit: "pad", background: "blur" }),
    tile(picture, "squeeze", "the box at any price", { fit: "squeeze" }),
  ];
}

export function gravityShots(picture: Picture): readonly Shot[] {
  const { focus } = aboutSample(picture.key);
  const at = (title: string, note: string, gravity: string) =>
    tile(picture, title, note, { fit: "cover", gravity }, 150);
  return [
    at("north", "keeps the top", "north"),
    at("center", "the default", "center"),
    at("south", "keeps the bottom", "south"),
    at(
      focus === "center" ? "0.5x0.4" : focus,
      "a focal point",
      focus === "center" ? "0.5x0.4" : focus,
    ),
  ];
}

export function lookShots(picture: Picture): readonly Shot[] {
  const look = (title: string, note: string, params: Params) =>
    tile(picture, title, note, { fit: "cover", ...params });
  return [
    look("saturation 0", "black and white", { saturation: 0 }),
    look("saturation 1.8", "vivid", { saturation: 1.8 }),
    look("blur 6", "out of focus", { blur: 6 }),
    look("sharpen 4", "crisp", { sharpen: 4 }),
    look("contrast 1.5", "with more punch", { contrast: 1.5 }),
    look("brightness 1.4", "lighter", { brightness: 1.4 }),
    look("hue 120", "all colours turned", { hue: 120 }),
    look("duotone", "two colours, by luma", { effect: "duotone:1b2a6b:ffd9a0" }),
    look("sepia", "from the album", { effect: "sepia" }),
    look("pixelate 12", "in blocks", { pixelate: 12 }),
    look("radius max", "a disc", { radius: "max" }),
    look("border, radius", "in a frame", { w: 284, h: 284, border: "8,midnightblue", radius: 40 }),
    look("rotate 90", "a quarter turn", { rotate: 90 }),
    look("flip h", "mirrored", { flip: "h" }),
  ];
}

export function formatShots(picture: Picture): readonly Shot[] {
  const width = Math.min(480, picture.width ?? 480);
  const height = Math.round((width * 2) / 3);
  const as = (title: string, params: Params): Shot => ({
    title,
    alt: `${aboutSample(picture.key).alt}, as ${title}`,
    picture,
    params: { w: width, h: height, fit: "cover", ...params },
    width,
    height,
  });
  return [
    as("AVIF", { format: "avif" }),
    as("WebP", { format: "webp" }),
    as("JPEG", { format: "jpeg" }),
    as("JPEG, quality 30", { format: "jpeg", quality: 30 }),
    as("PNG", { format: "png" }),
  ];
}
