/*
 * Rounds the four corners, in place: outside of a quarter of a circle the picture gives way to a colour, by the part of
 * each pixel that lies there. And a border whose inner edge is rounded with its outer one, as CSS Backgrounds and Borders
 * Level 3 has it (section 4.2: the inner radius is the outer one less the border's width). As
 * test/engine/reference/round.ts.
 */
#include <math.h>

#include "engine.h"
#include "level.h"

/* Lines that a pixel's area is measured on. */
#define LINES 16

/* Part of the pixel at x, y from the corner that lies outside of the arc around (radius, radius). */
static double outside_part(int32_t x, int32_t y, double radius) {
  const double across = radius - (x + 1), below = radius - (y + 1);
  if (across > 0 && below > 0 && across * across + below * below >= radius * radius) return 1;
  double sum = 0;
  for (int i = 0; i < LINES; i++) {
    const double down = fmax(radius - (y + (i + 0.5) / LINES), 0);
    const double edge = radius - sqrt(fmax(radius * radius - down * down, 0));
    sum += fmin(fmax(edge - x, 0), 1);
  }
  return sum / LINES;
}

/* Mixed premultiplied. */
static void give_way(uint8_t *pixel, double part, uint32_t colour) {
  const double outside = part * (colour >> 24), inside = (1 - part) * pixel[3], alpha = outside + inside;
  for (int i = 0; i < 3; i++) {
    const int level = (colour >> (8 * i)) & 255;
    pixel[i] = alpha > 0 ? level_of((level * outside + pixel[i] * inside) / alpha) : 0;
  }
  pixel[3] = level_of(alpha);
}

static uint8_t *pixel_at(const Raster *raster, int32_t x, int32_t y) {
  return raster->data + ((size_t)y * (size_t)raster->width + (size_t)x) * 4;
}

static void give_way_four_times(const Raster *raster, int32_t x, int32_t y, double part, uint32_t colour) {
  const int32_t right = raster->width - 1 - x, bottom = raster->height - 1 - y;
  give_way(pixel_at(raster, x, y), part, colour);
  give_way(pixel_at(raster, right, y), part, colour);
  give_way(pixel_at(raster, x, bottom), part, colour);
  give_way(pixel_at(raster, right, bottom), part, colour);
}

void op_round(Raster *raster, float radius, uint32_t outside) {
  const int32_t shorter = raster->width < raster->height ? raster->width : raster->height;
  if (!(radius > 0)) return;
  if (2 * (double)radius > shorter) engine_fail(FAIL_INTERNAL, "corners that are rounder than the picture");
  const int32_t reach = (int32_t)ceilf(radius);
  for (int32_t y = 0; y < reach; y++) {
    for (int32_t x = 0; x < reach; x++) {
      const double part = outside_part(x, y, radius);
      if (part <= 0) break;
      give_way_four_times(raster, x, y, part, outside);
    }
  }
}

void op_border(Raster *raster, int32_t width, uint32_t colour, float radius) {
  if (radius > (float)width) op_round(raster, radius - (float)width, colour);
  op_pad(raster, width, width, width, width, colour);
}
