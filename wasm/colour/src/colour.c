/*
 * A colour profile as a table: Little CMS converts the colours of a grid, once for each picture; the engine does the
 * pixels, with what lies between the grid's points (wasm/engine/src/op_colour_table.c). For profiles that are tables
 * themselves; what is curves and a matrix, TypeScript reads (src/image/colour/).
 *
 * Perceptual intent with black point compensation, as libvips converts (which Little CMS does of itself where one of the
 * two profiles is of version 4, as those of the results are).
 */
#include <lcms2.h>
#include <stdint.h>
#include <stdlib.h>

#include "failure.h"

/* What the results mean; src/engine/colour/table.ts has the same numbers. */
enum { TO_SRGB = 0, TO_DISPLAY_P3 = 1 };

enum { MOST_GRID = 33 };

static uint8_t *input;

/* Where the profile is to be put; once. */
__attribute__((export_name("colour_input"))) uint8_t *colour_input(size_t bytes) {
  input = engine_alloc(bytes);
  return input;
}

/* SMPTE EG 432-1's primaries with D65 and the curve of sRGB. */
static cmsHPROFILE display_p3(void) {
  static const cmsCIExyY D65 = {0.3127, 0.3290, 1};
  static const cmsCIExyYTRIPLE PRIMARIES = {{0.680, 0.320, 1}, {0.265, 0.690, 1}, {0.150, 0.060, 1}};
  static const cmsFloat64Number SRGB[5] = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
  cmsToneCurve *curve = cmsBuildParametricToneCurve(NULL, 4, SRGB);
  cmsToneCurve *curves[3] = {curve, curve, curve};
  const cmsHPROFILE profile = curve == NULL ? NULL : cmsCreateRGBProfile(&D65, &PRIMARIES, curves);
  cmsFreeToneCurve(curve);
  return profile;
}

static uint32_t read32(const uint8_t *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/*
 * Tables of floating point (D2B0 to D2B3, ICC.1:2022 section 9.2.17) may have any number of elements, the same one over
 * and over: seconds of work in a few kilobytes. They only refine A2B0, which every such profile has, too.
 */
static void forget_float_tables(size_t size) {
  enum { HEADER = 128, ENTRY = 12 };
  if (size < HEADER + 4) return;
  const uint32_t count = read32(input + HEADER);
  for (size_t i = 0, at = HEADER + 4; i < count && at + ENTRY <= size; i++, at += ENTRY) {
    if ((read32(input + at) & 0xffffff00) == ((uint32_t)'D' << 24 | '2' << 16 | 'B' << 8)) input[at] = 0;
  }
}

static cmsHTRANSFORM transform_of(size_t size, int32_t channels, int32_t target) {
  const cmsColorSpaceSignature space = channels == 4 ? cmsSigCmykData : cmsSigRgbData;
  forget_float_tables(size);
  const cmsHPROFILE from = cmsOpenProfileFromMem(input, (cmsUInt32Number)size);
  if (from == NULL || cmsGetColorSpace(from) != space) return NULL;
  const cmsHPROFILE to = target == TO_DISPLAY_P3 ? display_p3() : cmsCreate_sRGBProfile();
  if (to == NULL) return NULL;
  return cmsCreateTransform(from, channels == 4 ? TYPE_CMYK_16 : TYPE_RGB_16, to, TYPE_RGB_16, INTENT_PERCEPTUAL,
                            cmsFLAGS_NOOPTIMIZE | cmsFLAGS_NOCACHE);
}

/* The level of a point of the grid. Samples of CMYK are the paper's light, what is not inked (Adobe's form). */
static uint16_t level_of(int32_t point, int32_t grid, int32_t channels) {
  const uint32_t level = ((uint32_t)point * 65535 + (uint32_t)(grid - 1) / 2) / (uint32_t)(grid - 1);
  return (uint16_t)(channels == 4 ? 65535 - level : level);
}

/*
 * Three 16-bit results for each of grid^channels points, the last channel's next to each other; the table stays the
 * module's. 0: there is no such profile, or none that can be converted.
 */
__attribute__((export_name("colour_table"))) const uint16_t *colour_table(size_t size, int32_t channels, int32_t grid,
                                                                        int32_t target) {
  if (input == NULL || (channels != 3 && channels != 4) || grid < 2 || grid > MOST_GRID) {
    engine_fail(FAIL_INTERNAL, "a table that this module does not make");
  }
  const cmsHTRANSFORM transform = transform_of(size, channels, target);
  if (transform == NULL) return NULL;
  size_t rows = 1;
  for (int32_t i = 1; i < channels; i++) rows *= (size_t)grid;
  uint16_t *table = engine_alloc(rows * (size_t)grid * 3 * sizeof *table);
  uint16_t colours[MOST_GRID * 4];
  for (size_t row = 0; row < rows; row++) {
    for (int32_t x = 0; x < grid; x++) {
      size_t rest = row;
      colours[x * channels + channels - 1] = level_of(x, grid, channels);
      for (int32_t i = channels - 2; i >= 0; i--, rest /= (size_t)grid) {
        colours[x * channels + i] = level_of((int32_t)(rest % (size_t)grid), grid, channels);
      }
    }
    cmsDoTransform(transform, colours, table + row * (size_t)grid * 3, (cmsUInt32Number)grid);
  }
  return table;
}
