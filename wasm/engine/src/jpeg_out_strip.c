#include "jpeg_out_strip.h"

#include <stdlib.h>
#include <string.h>

#include "ycbcr.h"

static Plane plane_create(int32_t width, int32_t height) {
  return (Plane){engine_alloc((size_t)width * (size_t)height), width, height, width};
}

void strip_create(Strip *strip, const Frame *frame) {
  const int32_t factor = frame->component[0].factor, width = frame->component[1].across * 8;
  strip->plane[0] = plane_create(width * factor, 8 * factor);
  for (int32_t i = 1; i < 3; i++) strip->plane[i] = plane_create(width, 8);
  for (int32_t i = 0; i < 4; i++) strip->chroma[i] = factor > 1 ? engine_alloc((size_t)(width * factor)) : NULL;
}

void strip_free(Strip *strip) {
  for (int32_t i = 0; i < 3; i++) free(strip->plane[i].data);
  for (int32_t i = 0; i < 4; i++) free(strip->chroma[i]);
}

static uint8_t *row_of(const Plane *plane, int32_t y) { return plane->data + y * plane->stride; }

/* The last sample of `width` repeated to `full`: libjpeg does so before chroma is halved. */
static void repeat_last(uint8_t *row, int32_t width, int32_t full) {
  memset(row + width, row[width - 1], (size_t)(full - width));
}

/* Rows `y` and `y` + 1 of the strip; past the last row of the picture, that row again. */
static void fill_two_rows(Strip *strip, const uint8_t *pixels[2], int32_t width, int32_t y) {
  const int32_t full = strip->plane[0].width;
  for (int32_t i = 0; i < 2; i++) {
    uint8_t *cb = strip->chroma[i], *cr = strip->chroma[2 + i], *luma = row_of(&strip->plane[0], y + i);
    ycbcr_row(luma, cb, cr, pixels[i], width);
    repeat_last(luma, width, full);
    repeat_last(cb, width, full);
    repeat_last(cr, width, full);
  }
  for (int32_t i = 0; i < 2; i++) {
    const Plane *plane = &strip->plane[1 + i];
    halve_rows(row_of(plane, y / 2), strip->chroma[2 * i], strip->chroma[2 * i + 1], plane->width);
  }
}

static void fill_row(Strip *strip, const uint8_t *pixels, int32_t width, int32_t y) {
  uint8_t *row[MAX_COMPONENTS];
  for (int32_t i = 0; i < 3; i++) row[i] = row_of(&strip->plane[i], y);
  ycbcr_row(row[0], row[1], row[2], pixels, width);
  for (int32_t i = 0; i < 3; i++) repeat_last(row[i], width, strip->plane[i].width);
}

void strip_fill(Strip *strip, const Raster *raster, int32_t top) {
  const int32_t factor = strip->chroma[0] != NULL ? 2 : 1;
  const int32_t left = raster->height - top, rows = left < 8 * factor ? left : 8 * factor;
  const ptrdiff_t stride = (ptrdiff_t)raster->width * 4;
  const uint8_t *pixels = raster->data + top * stride;
  for (int32_t y = 0; y < rows; y += factor) {
    const uint8_t *pair[2] = {pixels + y * stride, pixels + (y + 1 < rows ? y + 1 : y) * stride};
    if (factor > 1)
      fill_two_rows(strip, pair, raster->width, y);
    else
      fill_row(strip, pair[0], raster->width, y);
  }
  strip->plane[0].height = rows;
  for (int32_t i = 1; i < 3; i++) strip->plane[i].height = (rows + factor - 1) / factor;
}
