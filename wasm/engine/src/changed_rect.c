#include <string.h>

#include "frame_writer.h"

static const uint8_t *pixel_at(const Raster *raster, int32_t x, int32_t y) {
  return raster->data + ((size_t)y * (size_t)raster->width + (size_t)x) * 4;
}

static int same_row(const Raster *a, const Raster *b, int32_t y) {
  return memcmp(pixel_at(a, 0, y), pixel_at(b, 0, y), (size_t)a->width * 4) == 0;
}

/* Columns at the left that are the same in a row, up to `most`. */
static int32_t same_left(const Raster *a, const Raster *b, int32_t y, int32_t most) {
  int32_t x = 0;
  while (x < most && memcmp(pixel_at(a, x, y), pixel_at(b, x, y), 4) == 0) x++;
  return x;
}

/* The column behind the last one that differs in a row, at least `least`. */
static int32_t differing_end(const Raster *a, const Raster *b, int32_t y, int32_t least) {
  int32_t x = a->width;
  while (x > least && memcmp(pixel_at(a, x - 1, y), pixel_at(b, x - 1, y), 4) == 0) x--;
  return x;
}

Rect changed_rect(const Raster *before, const Raster *after) {
  int32_t top = 0, bottom = after->height, left = after->width, right = 0;
  while (top < bottom && same_row(before, after, top)) top++;
  if (top == bottom) return (Rect){0, 0, 0, 0};
  while (same_row(before, after, bottom - 1)) bottom--;
  for (int32_t y = top; y < bottom; y++) {
    left = same_left(before, after, y, left);
    right = differing_end(before, after, y, right);
  }
  return (Rect){left, top, right - left, bottom - top};
}
