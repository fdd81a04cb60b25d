/* Mirror and quarter turns. As test/engine/reference/flip.ts and rotate.ts. */
#include <string.h>

#include "engine.h"

static uint32_t *pixels_of(const Raster *raster) { return (uint32_t *)(void *)raster->data; }

static void reverse(uint32_t *pixel, size_t count) {
  for (size_t low = 0, high = count; low + 1 < high; low++) {
    const uint32_t kept = pixel[low];
    pixel[low] = pixel[--high];
    pixel[high] = kept;
  }
}

/* Left to right, in place. */
void op_flip(Raster *raster) {
  const size_t width = (size_t)raster->width;
  for (int32_t y = 0; y < raster->height; y++) reverse(pixels_of(raster) + (size_t)y * width, width);
}

/* Side of the squares in which pixels are moved: both pictures' rows then stay in the cache. */
#define BLOCK 16

static int32_t least(int32_t a, int32_t b) { return a < b ? a : b; }

/* Column x of the source becomes row x of the result, or the last minus x; likewise its rows. */
static void turn_block(const Raster *from, const Raster *to, int32_t left, int32_t top, int clockwise) {
  const int32_t right = least(left + BLOCK, from->width), bottom = least(top + BLOCK, from->height);
  for (int32_t x = left; x < right; x++) {
    const int32_t row = clockwise ? x : from->width - 1 - x;
    uint32_t *out = pixels_of(to) + (size_t)row * (size_t)to->width;
    for (int32_t y = top; y < bottom; y++)
      out[clockwise ? from->height - 1 - y : y] = pixels_of(from)[(size_t)y * (size_t)from->width + (size_t)x];
  }
}

static void quarter_turn(Raster *raster, int clockwise) {
  Raster made = raster_create_in(raster->height, raster->width, raster->room);
  for (int32_t top = 0; top < raster->height; top += BLOCK)
    for (int32_t left = 0; left < raster->width; left += BLOCK) turn_block(raster, &made, left, top, clockwise);
  raster_free(raster);
  *raster = made;
}

/* Clockwise. 180 in place; 90 and 270 take a second raster, with the same room. */
void op_rotate(Raster *raster, uint32_t degrees) {
  switch (degrees) {
    case 0: return;
    case 90: quarter_turn(raster, 1); return;
    case 180: reverse(pixels_of(raster), (size_t)raster->width * (size_t)raster->height); return;
    case 270: quarter_turn(raster, 0); return;
    default: engine_fail(FAIL_INTERNAL, "only quarter turns are made");
  }
}
