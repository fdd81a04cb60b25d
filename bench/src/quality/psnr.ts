import type { Picture } from "./reference.ts";

/** Peak signal-to-noise ratio over all samples of R, G and B, in dB; more is better. */
export function psnr(a: Picture, b: Picture): number {
  if (a.rgb.length !== b.rgb.length) throw new Error("pictures of different sizes");
  let squares = 0;
  for (let i = 0; i < a.rgb.length; i++) squares += (a.rgb[i]! - b.rgb[i]!) ** 2;
  return 10 * Math.log10((255 ** 2 * a.rgb.length) / squares);
}
