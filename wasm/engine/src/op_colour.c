/*
 * Colours of another space to sRGB, or to Display P3, whose curve is the same: to light by a table for each channel,
 * through a matrix, and back by table. What the result cannot show is clipped channel by channel. TypeScript makes the
 * numbers (src/image/colour/conversion.ts). As test/engine/reference/colour.ts.
 * Memory: 16 KiB for the table back.
 */
#include <stdlib.h>

#include "engine.h"
#include "level.h"

/* The numbers of CONVERT_MATRIX: little-endian, as in memory. */
typedef struct {
  float light[3][256];   /* by channel and level */
  float matrix[3][3];    /* row by row */
} Curves;

/* Steps of the table from light to coded sRGB: where the curve is steepest, one step is a fifth of a level. */
#define LIGHT_STEPS (1 << 14)

/* IEC 61966-2-1, also Display P3's curve. */
static double srgb_decode(double value) {
  return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

/* A level begins where its curve passes the half below it: 255 powers instead of one for each step. */
static void fill_coded(uint8_t *coded) {
  int32_t step = 0;
  for (int level = 0; level < 256; level++) {
    const double end = level == 255 ? LIGHT_STEPS + 1 : srgb_decode((level + 0.5) / 255) * LIGHT_STEPS;
    for (; step < end; step++) coded[step] = (uint8_t)level;
  }
}

/* What is no number is black. */
static int32_t step_of(const float row[3], float red, float green, float blue) {
  const double light = (double)row[0] * red + (double)row[1] * green + (double)row[2] * blue;
  return (int32_t)(fmin(fmax(light, 0), 1) * LIGHT_STEPS + 0.5);
}

static void convert_by_matrix(Raster *raster, const Curves *curves) {
  uint8_t *coded = engine_alloc(LIGHT_STEPS + 1);
  fill_coded(coded);
  uint8_t *end = raster->data + (size_t)raster->width * (size_t)raster->height * 4;
  for (uint8_t *pixel = raster->data; pixel < end; pixel += 4) {
    const float red = curves->light[0][pixel[0]], green = curves->light[1][pixel[1]], blue = curves->light[2][pixel[2]];
    for (int i = 0; i < 3; i++) pixel[i] = coded[step_of(curves->matrix[i], red, green, blue)];
  }
  free(coded);
}

/* The table's grid, of `channels` sides and three 16-bit results a point; 0 for another number of bytes. */
static int32_t grid_of(size_t size, int32_t channels) {
  for (size_t grid = 2; grid <= 33; grid++) {
    size_t points = 1;
    for (int32_t i = 0; i < channels; i++) points *= grid;
    if (points * 3 * sizeof(uint16_t) == size) return (int32_t)grid;
  }
  return 0;
}

static int32_t channels_of(const Job *job) { return job->conversion == CONVERT_CMYK_TABLE ? 4 : 3; }

void colours_check(const Job *job, Numbers numbers) {
  int fits = job->conversion <= CONVERT_CMYK_TABLE;
  if (job->conversion == CONVERT_NOT) fits = numbers.size == 0;
  if (job->conversion == CONVERT_MATRIX) fits = numbers.size == sizeof(Curves);
  if (job->conversion > CONVERT_MATRIX) fits = fits && grid_of(numbers.size, channels_of(job)) > 0;
  if (!fits) engine_fail(FAIL_INTERNAL, "colours by another number of numbers");
}

void op_colour(Raster *raster, const Job *job, Numbers numbers) {
  if (job->conversion == CONVERT_MATRIX) {
    convert_by_matrix(raster, (const Curves *)(const void *)numbers.data);
    return;
  }
  const int32_t channels = channels_of(job);
  op_colour_table(raster, (const uint16_t *)(const void *)numbers.data, channels, grid_of(numbers.size, channels));
}
