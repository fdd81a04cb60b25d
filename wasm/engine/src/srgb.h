/* The curve of sRGB (IEC 61966-2-1), also Display P3's: from coded values to light and back, both 0–1. */
#ifndef PICTOR_SRGB_H
#define PICTOR_SRGB_H

#include <math.h>

static inline double srgb_decode(double value) {
  return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

static inline double srgb_encode(double light) {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * pow(light, 1 / 2.4) - 0.055;
}

#endif
