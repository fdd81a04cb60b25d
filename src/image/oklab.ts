/** OKLab, a space in which distances are what the eye sees. Björn Ottosson, https://bottosson.github.io/posts/oklab/ */

import { encoded, linear } from "./srgb.ts";

/** L 0 (black) to 1 (white); a green to red, b blue to yellow, both within ±0.4 for sRGB. */
export type Lab = readonly [L: number, a: number, b: number];

/** 8-bit samples of sRGB. */
export function toOklab(red: number, green: number, blue: number): Lab {
  const [r, g, b] = [linear(red), linear(green), linear(blue)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** `#rrggbb`; what sRGB has not is clipped. */
export function hexOf([L, a, b]: Lab): string {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const channels = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return `#${channels.map((channel) => encoded(channel).toString(16).padStart(2, "0")).join("")}`;
}

/**
 * With the lightness of OKHSL: that of OKLab tells shades of black apart which nobody can.
 * Ottosson, https://bottosson.github.io/posts/colorpicker/#intermission---a-new-lightness-estimate-for-oklab
 */
export function withToe([L, a, b]: Lab): Lab {
  const x = K3 * L - K1;
  return [0.5 * (x + Math.sqrt(x * x + 4 * K2 * K3 * L)), a, b];
}

export function withoutToe([L, a, b]: Lab): Lab {
  return [(L * (L + K1)) / (K3 * (L + K2)), a, b];
}

const K1 = 0.206;
const K2 = 0.03;
const K3 = (1 + K1) / (1 + K2);

/** Square of the distance; 0.02 apart is about what the eye can just tell. */
export function distanceSquared(one: Lab, other: Lab): number {
  return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2;
}
