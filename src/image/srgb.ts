/** The transfer curve of sRGB (IEC 61966-2-1). */

/** 0–255 → light, 0 to 1. */
export function linear(sample: number): number {
  const part = sample / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

/** Light → 0–255, rounded; what is out of range is clipped. */
export function encoded(light: number): number {
  const part = light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
  return Math.round(Math.min(1, Math.max(0, part)) * 255);
}
