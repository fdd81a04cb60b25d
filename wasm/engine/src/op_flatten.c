/*
 * Lays the picture over a colour ("over" of Porter and Duff, on sRGB-coded values as CSS does), in place. The result
 * is opaque when the colour is; the colour's own alpha is kept otherwise. As test/engine/reference/flatten.ts.
 */
#include <string.h>

#include "engine.h"
#include "level.h"

typedef struct {
  double red, green, blue, alpha;
} Under;

static void lay_over(uint8_t *pixel, Under under) {
  const double top = pixel[3] / 255.0, rest = under.alpha * (1 - top), alpha = top + rest;
  if (alpha == 0) {
    memset(pixel, 0, 4);
    return;
  }
  pixel[0] = level_of((pixel[0] * top + under.red * rest) / alpha);
  pixel[1] = level_of((pixel[1] * top + under.green * rest) / alpha);
  pixel[2] = level_of((pixel[2] * top + under.blue * rest) / alpha);
  pixel[3] = level_of(alpha * 255);
}

void op_flatten(Raster *raster, uint32_t colour) {
  const Under under = {colour & 255, (colour >> 8) & 255, (colour >> 16) & 255, (colour >> 24) / 255.0};
  uint8_t *end = raster->data + (size_t)raster->width * (size_t)raster->height * 4;
  for (uint8_t *pixel = raster->data; pixel < end; pixel += 4)
    if (pixel[3] != 255) lay_over(pixel, under);
}
