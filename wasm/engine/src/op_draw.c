/*
 * An overlay on the picture: blended, then "source over" of Porter and Duff with straight alpha, on sRGB-coded values
 * as CSS does (W3C Compositing and Blending Level 1, section 5 and 9.1.4), in place. Takes no memory. As
 * test/engine/reference/draw.ts.
 */
#include "blend.h"
#include "engine.h"
#include "level.h"

static Colour colour_of(const uint8_t *pixel) {
  return (Colour){{pixel[0] / 255.0, pixel[1] / 255.0, pixel[2] / 255.0}};
}

/* Where the backdrop is transparent there is nothing to blend with. */
static Colour mixed(Colour backdrop, Colour source, double backdrop_alpha, uint32_t mode) {
  if (mode == BLEND_NORMAL || backdrop_alpha == 0) return source;
  const Colour blended = blend(mode, backdrop, source);
  for (int i = 0; i < 3; i++)
    source.channel[i] = (1 - backdrop_alpha) * source.channel[i] + backdrop_alpha * blended.channel[i];
  return source;
}

static void draw_pixel(uint8_t *pixel, const uint8_t *over, const Draw *draw) {
  const double top = over[3] / 255.0 * draw->opacity;
  if (top <= 0) return;
  const double under = pixel[3] / 255.0, rest = under * (1 - top), alpha = top + rest;
  const Colour backdrop = colour_of(pixel);
  const Colour source = mixed(backdrop, colour_of(over), under, draw->blend);
  for (int i = 0; i < 3; i++)
    pixel[i] = level_of(255 * (top * source.channel[i] + rest * backdrop.channel[i]) / alpha);
  pixel[3] = level_of(alpha * 255);
}

/* What of 0 … length - 1 is drawn on, and where in the overlay that begins. */
typedef struct {
  int32_t first, end;
  int32_t from;
} Stretch;

/* Sums are 64 bits wide: an offset may be as far away as it likes. */
static Stretch stretch_of(int32_t start, int32_t size, int32_t length, uint32_t repeat) {
  if (repeat) {
    const int64_t into = -(int64_t)start % size;
    return (Stretch){0, length, (int32_t)(into < 0 ? into + size : into)};
  }
  const int64_t end = (int64_t)start + size;
  const int32_t first = start < 0 ? 0 : start;
  return (Stretch){first, (int32_t)(end < length ? end : length), first - start};
}

void op_draw(Raster *raster, const Raster *overlay, const Draw *draw) {
  if (overlay->data == NULL || overlay->width != draw->width || overlay->height != draw->height)
    engine_fail(FAIL_INTERNAL, "the overlay has another size than planned");
  /* Nothing of it is to be seen. */
  if (!draw->repeat_x && (int64_t)draw->x + draw->width <= 0) return;
  if (!draw->repeat_y && (int64_t)draw->y + draw->height <= 0) return;
  const Stretch columns = stretch_of(draw->x, draw->width, raster->width, draw->repeat_x);
  const Stretch rows = stretch_of(draw->y, draw->height, raster->height, draw->repeat_y);
  int32_t from_y = rows.from;
  for (int32_t y = rows.first; y < rows.end; y++) {
    const uint8_t *over = overlay->data + (size_t)from_y * (size_t)overlay->width * 4;
    uint8_t *row = raster->data + (size_t)y * (size_t)raster->width * 4;
    int32_t from_x = columns.from;
    for (int32_t x = columns.first; x < columns.end; x++) {
      draw_pixel(row + (size_t)x * 4, over + (size_t)from_x * 4, draw);
      if (++from_x == overlay->width) from_x = 0;
    }
    if (++from_y == overlay->height) from_y = 0;
  }
}
