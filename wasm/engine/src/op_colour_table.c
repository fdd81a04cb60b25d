/*
 * Colours by a table of the results at the points of a grid (wasm/colour makes it of a profile): in between, three
 * channels are interpolated in the tetrahedron that the colour lies in, which keeps greys grey where the table does
 * (Kasson, Nin, Plouffe, Hafner: Performing color space conversions with three-dimensional linear interpolation, 1995);
 * a fourth, linearly between two of those.
 */

#include "engine.h"

/* Fractions of a cell; with 16-bit values, sums stay below 2^30. */
#define ONE (1 << 14)

/* Where each level lies between the points of the grid. */
typedef struct {
  uint8_t cell[256];
  uint16_t part[256]; /* of ONE, which the last level is */
} Axis;

static void fill_axis(Axis *axis, int32_t grid) {
  for (int32_t level = 0; level < 256; level++) {
    const int32_t at = (level * (grid - 1) * ONE + 127) / 255;
    const int32_t cell = at / ONE < grid - 1 ? at / ONE : grid - 2;
    axis->cell[level] = (uint8_t)cell;
    axis->part[level] = (uint16_t)(at - cell * ONE);
  }
}

/* One channel of a colour: how far it lies in its cell, and how far off the cell's next point is. */
typedef struct {
  int32_t part;
  size_t step;
} Side;

static void swap_to_fall(Side *a, Side *b) {
  if (a->part >= b->part) return;
  const Side side = *a;
  *a = *b;
  *b = side;
}

/* The way from the cell's first corner to its last leads along the channels in the order of their parts. */
static void interpolate(const uint16_t *corner, Side a, Side b, Side c, int32_t out[3]) {
  swap_to_fall(&a, &b);
  swap_to_fall(&b, &c);
  swap_to_fall(&a, &b);
  const uint16_t *first = corner + a.step, *second = first + b.step, *last = second + c.step;
  for (int i = 0; i < 3; i++) {
    const int32_t sum = corner[i] * (ONE - a.part) + first[i] * (a.part - b.part) + second[i] * (b.part - c.part) +
                        last[i] * c.part;
    out[i] = (sum + ONE / 2) / ONE;
  }
}

static uint8_t level_of(int32_t value) { return (uint8_t)((value * 255 + 32767) / 65535); }

static void convert_rgb(uint8_t *pixel, const uint16_t *table, const Axis *axis, size_t grid) {
  const size_t step[3] = {grid * grid * 3, grid * 3, 3};
  size_t at = 0;
  Side side[3];
  for (int i = 0; i < 3; i++) {
    at += axis->cell[pixel[i]] * step[i];
    side[i] = (Side){axis->part[pixel[i]], step[i]};
  }
  int32_t out[3];
  interpolate(table + at, side[0], side[1], side[2], out);
  for (int i = 0; i < 3; i++) pixel[i] = level_of(out[i]);
}

static void convert_cmyk(uint8_t *pixel, const uint16_t *table, const Axis *axis, size_t grid) {
  const size_t step[3] = {grid * grid * grid * 3, grid * grid * 3, grid * 3};
  const int32_t part = axis->part[pixel[3]];
  size_t at = axis->cell[pixel[3]] * (size_t)3;
  Side side[3];
  for (int i = 0; i < 3; i++) {
    at += axis->cell[pixel[i]] * step[i];
    side[i] = (Side){axis->part[pixel[i]], step[i]};
  }
  int32_t dark[3], light[3];
  interpolate(table + at, side[0], side[1], side[2], dark);
  interpolate(table + at + 3, side[0], side[1], side[2], light);
  for (int i = 0; i < 3; i++) pixel[i] = level_of((dark[i] * (ONE - part) + light[i] * part + ONE / 2) / ONE);
  pixel[3] = 255;
}

void op_colour_table(Raster *raster, const uint16_t *table, int32_t channels, int32_t grid) {
  Axis axis;
  fill_axis(&axis, grid);
  uint8_t *end = raster->data + (size_t)raster->width * (size_t)raster->height * 4;
  for (uint8_t *pixel = raster->data; pixel < end; pixel += 4) {
    if (channels == 4)
      convert_cmyk(pixel, table, &axis, (size_t)grid);
    else
      convert_rgb(pixel, table, &axis, (size_t)grid);
  }
}
