/**
 * An overlay on a picture, as W3C Compositing and Blending Level 1 has it: section 5 for the modes (the functions have
 * its names), section 9.1.4 for source over, on straight alpha.
 */
import type { Drawn } from "../../../src/image/job.ts";
import type { Raster } from "../../../src/image/raster.ts";
import type { Blend } from "../../../src/params/kinds-draw.ts";
import { picture } from "../pictures.ts";

type Rgb = readonly [number, number, number];

const separable: Partial<Record<Blend, (cb: number, cs: number) => number>> = {
  multiply: (cb, cs) => cb * cs,
  screen: (cb, cs) => cb + cs - cb * cs,
  overlay: (cb, cs) => separable["hard-light"]!(cs, cb),
  darken: Math.min,
  lighten: Math.max,
  "color-dodge": (cb, cs) => (cb === 0 ? 0 : cs === 1 ? 1 : Math.min(1, cb / (1 - cs))),
  "color-burn": (cb, cs) => (cb === 1 ? 1 : cs === 0 ? 0 : 1 - Math.min(1, (1 - cb) / cs)),
  "hard-light": (cb, cs) =>
    cs <= 0.5 ? separable.multiply!(cb, 2 * cs) : separable.screen!(cb, 2 * cs - 1),
  "soft-light"(cb, cs) {
    if (cs <= 0.5) return cb - (1 - 2 * cs) * cb * (1 - cb);
    const d = cb <= 0.25 ? ((16 * cb - 12) * cb + 4) * cb : Math.sqrt(cb);
    return cb + (2 * cs - 1) * (d - cb);
  },
  difference: (cb, cs) => Math.abs(cb - cs),
  exclusion: (cb, cs) => cb + cs - 2 * cb * cs,
};

const whole: Partial<Record<Blend, (cb: Rgb, cs: Rgb) => Rgb>> = {
  hue: (cb, cs) => setLum(setSat(cs, sat(cb)), lum(cb)),
  saturation: (cb, cs) => setLum(setSat(cb, sat(cs)), lum(cb)),
  color: (cb, cs) => setLum(cs, lum(cb)),
  luminosity: (cb, cs) => setLum(cb, lum(cs)),
};

const each = (c: Rgb, of: (value: number) => number) => c.map(of) as unknown as Rgb;
const lum = ([r, g, b]: Rgb) => 0.3 * r + 0.59 * g + 0.11 * b;
const sat = (c: Rgb) => Math.max(...c) - Math.min(...c);

function setLum(c: Rgb, l: number): Rgb {
  const d = l - lum(c);
  return clipColor(each(c, (value) => value + d));
}

function clipColor(c: Rgb): Rgb {
  const l = lum(c);
  const n = Math.min(...c);
  const x = Math.max(...c);
  let clipped = c;
  // A grey that rounding has put outside has no other colour to go to.
  if (n < 0 && l > n) clipped = each(clipped, (value) => l + ((value - l) * l) / (l - n));
  if (x > 1 && x > l) clipped = each(clipped, (value) => l + ((value - l) * (1 - l)) / (x - l));
  return clipped;
}

/** The specification's pseudo code: the largest, the middle and the smallest of the three. */
function setSat(c: Rgb, s: number): Rgb {
  const order = [0, 1, 2].sort((a, b) => c[a]! - c[b]!) as [number, number, number];
  const [min, mid, max] = order;
  const set = [0, 0, 0];
  if (c[max]! > c[min]!) {
    set[mid] = ((c[mid]! - c[min]!) * s) / (c[max]! - c[min]!);
    set[max] = s;
  }
  return set as unknown as Rgb;
}

function blended(mode: Blend, cb: Rgb, cs: Rgb): Rgb {
  if (mode === "normal") return cs;
  const channel = separable[mode];
  if (channel) return [0, 1, 2].map((i) => channel(cb[i]!, cs[i]!)) as unknown as Rgb;
  return whole[mode]!(cb, cs);
}

export function draw(backdrop: Raster, overlay: Raster, drawn: Omit<Drawn, "plan">): Raster {
  const { x: left, y: top, repeatX, repeatY, opacity, blend } = drawn;
  return picture(backdrop.width, backdrop.height, (x, y) => {
    const ox = repeatX ? modulo(x - left, overlay.width) : x - left;
    const oy = repeatY ? modulo(y - top, overlay.height) : y - top;
    const under = pixel(backdrop, x, y);
    const inside = ox >= 0 && oy >= 0 && ox < overlay.width && oy < overlay.height;
    const over = inside ? pixel(overlay, ox, oy) : [0, 0, 0, 0];
    const [ab, as] = [under[3]! / 255, (over[3]! / 255) * opacity];
    const cb = under.slice(0, 3).map((value) => value / 255) as unknown as Rgb;
    const cs = over.slice(0, 3).map((value) => value / 255) as unknown as Rgb;
    const ao = as + ab * (1 - as);
    if (as === 0) return under as unknown as [number, number, number, number];
    const b = blended(blend, cb, cs);
    const [r, g, blue] = [0, 1, 2].map((i) => {
      const mixed = (1 - ab) * cs[i]! + ab * b[i]!;
      return (255 * (as * mixed + (1 - as) * ab * cb[i]!)) / ao;
    }) as [number, number, number];
    return [r, g, blue, 255 * ao];
  });
}

function modulo(a: number, n: number): number {
  return ((a % n) + n) % n;
}

function pixel({ width, data }: Raster, x: number, y: number): readonly number[] {
  const at = (y * width + x) * 4;
  return [...data.subarray(at, at + 4)];
}
