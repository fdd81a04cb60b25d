/*
 * A canvas of one colour around the picture. The picture's own transparent pixels stay transparent: the canvas is
 * around it, not under it. As test/engine/reference/canvas.ts and pad.ts. Memory: the canvas, beside the picture.
 */
#include <string.h>

#include "engine.h"

static void fill(Raster *raster, uint32_t colour) {
  const size_t pixels = (size_t)raster->width * (size_t)raster->height;
  for (size_t i = 0; i < pixels; i++) memcpy(raster->data + i * 4, &colour, 4);
}

static void swap_in(Raster *raster, Raster made) {
  raster_free(raster);
  *raster = made;
}

void op_canvas(Raster *raster, Rect canvas, uint32_t colour) {
  /* The plan places the picture inside; the sums are 64 bits wide so that this test cannot be fooled. */
  const int inside = canvas.x >= 0 && canvas.y >= 0 && (int64_t)canvas.x + raster->width <= canvas.width &&
                     (int64_t)canvas.y + raster->height <= canvas.height;
  if (!inside) engine_fail(FAIL_INTERNAL, "the picture lies outside of its canvas");
  Raster made = raster_create(canvas.width, canvas.height);
  fill(&made, colour);
  const size_t row = (size_t)raster->width * 4;
  uint8_t *to = made.data + ((size_t)canvas.y * (size_t)canvas.width + (size_t)canvas.x) * 4;
  for (int32_t y = 0; y < raster->height; y++)
    memcpy(to + (size_t)y * (size_t)canvas.width * 4, raster->data + (size_t)y * row, row);
  swap_in(raster, made);
}

void op_pad(Raster *raster, int32_t top, int32_t right, int32_t bottom, int32_t left, uint32_t colour) {
  const int64_t width = (int64_t)raster->width + left + right, height = (int64_t)raster->height + top + bottom;
  if (width > INT32_MAX || height > INT32_MAX) engine_fail(FAIL_INTERNAL, "the margins are too wide");
  op_canvas(raster, (Rect){left, top, (int32_t)width, (int32_t)height}, colour);
}
