/** Pictures that the goldens are made from, painted by code so that every mistake of place or direction shows. */
import sharp, { type Sharp } from "sharp";

/** RGBA, 8 bits, straight alpha. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export type Paint = (x: number, y: number) => readonly [number, number, number, number];

export function paint(width: number, height: number, at: Paint): Picture {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(at(x, y).map(Math.round), (y * width + x) * 4);
  }
  return { width, height, data };
}

/**
 * Red grows to the right, green grows downwards, blue waves: no corner, edge or mirror image is like another, and a
 * shift of a single pixel shows. It is smooth, so that the kernels of two good resizers agree on it.
 */
export function compassPicture(width: number, height: number): Picture {
  const ramp = (i: number, n: number) => 20 + (215 * (i + 0.5)) / n;
  const wave = (i: number, n: number, waves: number) => Math.sin((2 * Math.PI * waves * i) / n);
  return paint(width, height, (x, y) => [
    ramp(x, width),
    ramp(y, height),
    128 + 60 * wave(x, width, 6) + 50 * wave(y, height, 4),
    255,
  ]);
}

/** A red disc with a soft rim on transparent green: the green bleeds in when alpha is not premultiplied. */
export function discPicture(size: number): Picture {
  return paint(size, size, (x, y) => {
    const cover = size * 0.4 - Math.hypot(x + 0.5 - size / 2, y + 0.5 - size * 0.45);
    const alpha = Math.min(1, Math.max(0, cover / 6));
    return alpha > 0 ? [220, 30, 20, 255 * alpha] : [0, 255, 0, 0];
  });
}

export function inSharp({ data, width, height }: Picture): Sharp {
  return sharp(data, { raw: { width, height, channels: 4 } });
}

export async function fromSharp(image: Sharp): Promise<Picture> {
  const { data, info } = await image
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** Any file that sharp reads: upright, in sRGB. */
export function decoded(file: Uint8Array): Promise<Picture> {
  return fromSharp(sharp(file).autoOrient());
}

export function asPng(picture: Picture): Promise<Uint8Array> {
  return inSharp(picture).png().toBuffer();
}

/** TIFF 6.0, tag 274: which edges of the upright picture the first stored row and the first stored column are. */
const FIRST = {
  1: ["top", "left"],
  2: ["top", "right"],
  3: ["bottom", "right"],
  4: ["bottom", "left"],
  5: ["left", "top"],
  6: ["right", "top"],
  7: ["right", "bottom"],
  8: ["left", "bottom"],
} as const;

export type Orientation = keyof typeof FIRST;
export const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8] as const;

/** As a camera with this orientation stores the upright picture. */
export function stored(upright: Picture, orientation: Orientation): Picture {
  const [row, column] = FIRST[orientation];
  const { width, height, data } = upright;
  const sideways = row === "left" || row === "right";
  const edges = [row, column] as const;
  return paint(sideways ? height : width, sideways ? width : height, (x, y) => {
    const [across, down] = sideways ? [y, x] : [x, y];
    const u = edges.some((edge) => edge === "right") ? width - 1 - across : across;
    const v = edges.some((edge) => edge === "bottom") ? height - 1 - down : down;
    const i = (v * width + u) * 4;
    return [data[i]!, data[i + 1]!, data[i + 2]!, data[i + 3]!];
  });
}

/** 4:4:4 at quality 100, so that two decoders agree on it. `says` is for files that lie about their orientation. */
export function asJpeg(
  upright: Picture,
  orientation: Orientation,
  says = orientation,
): Promise<Uint8Array> {
  return inSharp(stored(upright, orientation))
    .removeAlpha()
    .jpeg({ quality: 100, chromaSubsampling: "4:4:4" })
    .withMetadata({ orientation: says })
    .toBuffer();
}
