/** The reference's colour conversion, written anew: planes of an AVIF to RGBA, in floats. */
import type { AvifLayout, DecodedAvif } from "../../../src/engine/avif/decode.ts";

export interface Planes {
  readonly y: Uint8Array;
  readonly cb: Uint8Array;
  readonly cr: Uint8Array;
  readonly a: Uint8Array;
}

/** How many samples of chroma a row and a column of it have. */
export function chromaSize({ width, height, subsampling }: AvifLayout): readonly [number, number] {
  if (subsampling === "400") return [0, 0];
  const columns = subsampling === "444" ? width : Math.ceil(width / 2);
  return [columns, subsampling === "420" ? Math.ceil(height / 2) : height];
}

/** Puts the bands together; throws unless they have just the bytes that the layout says. */
export function planesOf({ layout, bands }: DecodedAvif): Planes {
  const { width, height, alpha, subsampling } = layout;
  const [columns, rows] = chromaSize(layout);
  const planes = {
    y: new Uint8Array(width * height),
    cb: new Uint8Array(columns * rows),
    cr: new Uint8Array(columns * rows),
    a: new Uint8Array(alpha ? width * height : 0),
  };
  let first = 0;
  for (const band of bands()) {
    const count = Math.min(16, height - first);
    let at = 0;
    const take = (plane: Uint8Array, from: number, bytes: number) => {
      plane.set(band.subarray(at, at + bytes), from);
      at += bytes;
    };
    const half = subsampling === "420" ? 2 : 1;
    take(planes.y, first * width, count * width);
    const chroma = Math.ceil(count / half) * columns;
    take(planes.cb, (first / half) * columns, chroma);
    take(planes.cr, (first / half) * columns, chroma);
    if (alpha) take(planes.a, first * width, count * width);
    if (at !== band.length) throw new Error(`a band of ${band.length} bytes, not ${at}`);
    first += count;
  }
  if (first < height) throw new Error(`${first} rows, not ${height}`);
  return planes;
}

/** Kr and Kb by MatrixCoefficients (ITU-T H.273 table 4). */
const WEIGHTS: Readonly<Record<number, readonly [number, number]>> = {
  1: [0.2126, 0.0722],
  5: [0.299, 0.114],
  6: [0.299, 0.114],
  9: [0.2627, 0.0593],
};

export function rgbaOf(decoded: DecodedAvif): Uint8ClampedArray {
  const { layout } = decoded;
  const planes = planesOf(decoded);
  const { width, height, fullRange, matrix, subsampling } = layout;
  const out = new Uint8ClampedArray(width * height * 4);
  const cb = upsampled(planes.cb, layout);
  const cr = upsampled(planes.cr, layout);
  for (let i = 0; i < width * height; i++) {
    const luma = fullRange ? planes.y[i]! : ((planes.y[i]! - 16) * 255) / 219;
    out[4 * i + 3] = layout.alpha ? planes.a[i]! : 255;
    let rgb = [luma, luma, luma];
    if (subsampling !== "400" && matrix === 0) {
      const whole = (v: number) => (fullRange ? v : ((v - 16) * 255) / 219);
      rgb = [whole(cr[i]!), luma, whole(cb[i]!)];
    } else if (subsampling !== "400") {
      const weights = WEIGHTS[matrix];
      if (weights === undefined) throw new Error(`matrix ${matrix}`);
      const [kr, kb] = weights;
      const gain = fullRange ? 1 : 255 / 224;
      const [u, v] = [(cb[i]! - 128) * gain, (cr[i]! - 128) * gain];
      const r = luma + 2 * (1 - kr) * v;
      const b = luma + 2 * (1 - kb) * u;
      rgb = [r, (luma - kr * r - kb * b) / (1 - kr - kb), b];
    }
    out.set(rgb, 4 * i);
  }
  return out;
}

/** Bilinear, with chroma between luma samples (centred), as libheif and libavif do it. */
function upsampled(plane: Uint8Array, layout: AvifLayout): Float64Array {
  const { width, height } = layout;
  const [columns, rows] = chromaSize(layout);
  const out = new Float64Array(width * height);
  if (columns === 0) return out;
  const at = (x: number, y: number) =>
    plane[Math.min(Math.max(y, 0), rows - 1) * columns + Math.min(Math.max(x, 0), columns - 1)]!;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const fx = columns === width ? x : (x - 0.5) / 2;
      const fy = rows === height ? y : (y - 0.5) / 2;
      const [x0, y0] = [Math.floor(fx), Math.floor(fy)];
      const [dx, dy] = [fx - x0, fy - y0];
      out[y * width + x] =
        (at(x0, y0) * (1 - dx) + at(x0 + 1, y0) * dx) * (1 - dy) +
        (at(x0, y0 + 1) * (1 - dx) + at(x0 + 1, y0 + 1) * dx) * dy;
    }
  }
  return out;
}

/** In dB, over the bytes that both have. */
export function psnr(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum === 0 ? 99 : 10 * Math.log10((255 * 255 * a.length) / sum);
}
