/*
 * Square blocks from the top left on, each in the mean of its pixels, premultiplied; those at the right and the bottom end
 * with the picture. In place. As test/engine/reference/pixelate.ts. Memory: 16 bytes for each block of a row.
 */
#include <stdlib.h>

#include "engine.h"
#include "premultiplied.h"

/* Of the parameter; a block's sum then still fits: 256² · 65,025 < 2^32. */
#define GREATEST_SIDE 256

typedef struct {
  uint32_t channel[4];
} Sum;

static int32_t least(int32_t a, int32_t b) { return a < b ? a : b; }

static uint8_t *row_of(const Raster *raster, int32_t y) {
  return raster->data + (size_t)y * (size_t)raster->width * 4;
}

static void add_row(Sum *sum, const Raster *raster, int32_t y, int32_t side) {
  const uint8_t *pixel = row_of(raster, y);
  for (int32_t left = 0; left < raster->width; left += side, sum++) {
    const int32_t right = least(left + side, raster->width);
    for (int32_t x = left; x < right; x++, pixel += 4) {
      int32_t sample[4];
      premultiply(sample, pixel);
      for (int i = 0; i < 4; i++) sum->channel[i] += (uint32_t)sample[i];
    }
  }
}

/* One row of blocks in their means; `rows` of the picture were added. */
static void paint_row(const Sum *sum, const Raster *raster, int32_t y, int32_t side, int32_t rows) {
  uint8_t *to = row_of(raster, y);
  for (int32_t left = 0; left < raster->width; left += side, sum++) {
    const int32_t width = least(side, raster->width - left);
    const float share = 1.0f / (float)(width * rows);
    float mean[4];
    for (int i = 0; i < 4; i++) mean[i] = (float)sum->channel[i] * share;
    uint8_t pixel[4];
    unpremultiply(pixel, mean);
    for (int32_t x = 0; x < width; x++, to += 4) memcpy(to, pixel, 4);
  }
}

void op_pixelate(Raster *raster, uint32_t blocks) {
  if (blocks < 2) return;
  if (blocks > GREATEST_SIDE) engine_fail(FAIL_INTERNAL, "blocks of this size are not made");
  const int32_t side = (int32_t)blocks;
  const size_t bytes = (((size_t)raster->width + blocks - 1) / blocks) * sizeof(Sum);
  Sum *sum = engine_alloc(bytes);
  for (int32_t top = 0; top < raster->height; top += side) {
    const int32_t rows = least(side, raster->height - top);
    memset(sum, 0, bytes);
    for (int32_t y = top; y < top + rows; y++) add_row(sum, raster, y, side);
    paint_row(sum, raster, top, side, rows);
    for (int32_t y = top + 1; y < top + rows; y++)
      memcpy(row_of(raster, y), row_of(raster, top), (size_t)raster->width * 4);
  }
  free(sum);
}
