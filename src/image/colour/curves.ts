/** Transfer functions: coded value 0–1 to light 0–1. */

export type Curve = (value: number) => number;

/** IEC 61966-2-1; also Display P3's. */
export const srgbCurve: Curve = (x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);

/** The inverse: light to coded value. */
export const srgbCoded: Curve = (x) =>
  x <= 0.0031308 ? x * 12.92 : 1.055 * x ** (1 / 2.4) - 0.055;

/** Adobe RGB (1998) section 4.3.1.2: 2 + 51/256. */
export const adobeCurve: Curve = (x) => x ** (563 / 256);

/** Nits of diffuse white in high dynamic range (ITU-R BT.2408 section 2.1). */
const WHITE_NITS = 203;

/** SMPTE ST 2084 (ITU-R BT.2100 table 4): absolute, up to 10,000 nits. */
export const pqCurve: Curve = (x) => {
  const power = x ** (32 / 2523);
  const light = Math.max(power - 3424 / 4096, 0) / (2413 / 128 - (2392 / 128) * power);
  return toned((10_000 / WHITE_NITS) * light ** (8192 / 1305));
};

/**
 * ARIB STD-B67 (ITU-R BT.2100 table 5), on a screen of 1,000 nits: its system gamma of 1.2 on each channel instead of
 * on luminance, which makes strong colours a little stronger.
 */
export const hlgCurve: Curve = (x) => {
  const scene = x <= 0.5 ? x ** 2 / 3 : (Math.exp((x - 0.55991073) / 0.17883277) + 0.28466892) / 12;
  return toned((1000 / WHITE_NITS) * scene ** 1.2);
};

/** From here on light is pressed together. */
const KNEE = 0.7;

/** Light beyond diffuse white (1) into what there is: as it is up to the knee, then ever flatter, without a kink. */
function toned(light: number): number {
  if (light <= KNEE) return light;
  const beyond = (light - KNEE) / (1 - KNEE);
  return KNEE + (1 - KNEE) * (beyond / (1 + beyond));
}

/** Light for each level of a channel; what a curve makes of more or less than there is, is cut off. */
export function lightOf(curve: Curve): Float32Array {
  return Float32Array.from({ length: 256 }, (_, level) =>
    Math.min(Math.max(curve(level / 255), 0), 1),
  );
}
