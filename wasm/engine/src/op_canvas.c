/*
 * A canvas of one colour around the picture. The picture's own transparent pixels stay transparent: the canvas is
 * around it, not under it. As test/engine/reference/canvas.ts and pad.ts. In place where the raster has room for it, so
 * that several margins take one block; else as raster_reserve says.
 */
#include <string.h>

#include "engine.h"

static void fill(uint8_t *from, size_t pixels, uint32_t colour) {
  for (size_t i = 0; i < pixels; i++) memcpy(from + i * 4, &colour, 4);
}

/*
 * Row y lies at y · row and goes to no less than y · line: from the last on, nothing is painted over that is still to be
 * moved.
 */
static void spread(Raster *raster, Rect canvas, uint32_t colour) {
  const size_t row = (size_t)raster->width, line = (size_t)canvas.width, height = (size_t)raster->height;
  const size_t left = (size_t)canvas.x, right = line - left - row, above = (size_t)canvas.y * line;
  fill(raster->data + (above + height * line) * 4, (size_t)canvas.height * line - above - height * line, colour);
  for (size_t y = height; y-- > 0;) {
    uint8_t *to = raster->data + (above + y * line) * 4;
    memmove(to + left * 4, raster->data + y * row * 4, row * 4);
    fill(to, left, colour);
    fill(to + (left + row) * 4, right, colour);
  }
  fill(raster->data, above, colour);
}

void op_canvas(Raster *raster, Rect canvas, uint32_t colour) {
  /* The plan places the picture inside; the sums are 64 bits wide so that this test cannot be fooled. */
  const int inside = canvas.x >= 0 && canvas.y >= 0 && (int64_t)canvas.x + raster->width <= canvas.width &&
                     (int64_t)canvas.y + raster->height <= canvas.height;
  if (!inside) engine_fail(FAIL_INTERNAL, "the picture lies outside of its canvas");
  raster_reserve(raster, canvas.width, canvas.height);
  spread(raster, canvas, colour);
  raster->width = canvas.width;
  raster->height = canvas.height;
}

void op_pad(Raster *raster, int32_t top, int32_t right, int32_t bottom, int32_t left, uint32_t colour) {
  const int64_t width = (int64_t)raster->width + left + right, height = (int64_t)raster->height + top + bottom;
  if (width > INT32_MAX || height > INT32_MAX) engine_fail(FAIL_INTERNAL, "the margins are too wide");
  op_canvas(raster, (Rect){left, top, (int32_t)width, (int32_t)height}, colour);
}
