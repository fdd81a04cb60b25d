#include "canvas.h"

#include <stdlib.h>
#include <string.h>

#include "level.h"

void canvas_create(Canvas *canvas, int32_t width, int32_t height) {
  /* All planes together fit 31 bits. */
  const int fits = width > 0 && height > 0 && (uint64_t)width * (uint64_t)height <= INT32_MAX / CANVAS_PLANES;
  if (!fits) engine_fail(FAIL_MEMORY, "a canvas of this size does not fit into memory");
  *canvas = (Canvas){.planes = {.model = MODEL_RGBA, .count = CANVAS_PLANES}};
  for (int i = 0; i < CANVAS_PLANES; i++) {
    canvas->planes.plane[i] = (Plane){engine_alloc((size_t)width * (size_t)height), width, height, width};
  }
}

void canvas_free(Canvas *canvas) {
  for (int i = 0; i < CANVAS_PLANES; i++) free(canvas->planes.plane[i].data);
  free(canvas->saved);
  memset(canvas, 0, sizeof *canvas);
}

/* The part of it that lies on the canvas. Sizes of frames are at most 2^24, so the sums fit. */
static Rect clipped(const Canvas *canvas, Rect rect) {
  const Plane plane = canvas->planes.plane[0];
  const int32_t left = rect.x < 0 ? 0 : rect.x, top = rect.y < 0 ? 0 : rect.y;
  const int32_t right = rect.x + rect.width < plane.width ? rect.x + rect.width : plane.width;
  const int32_t bottom = rect.y + rect.height < plane.height ? rect.y + rect.height : plane.height;
  if (right <= left || bottom <= top) return (Rect){0, 0, 0, 0};
  return (Rect){left, top, right - left, bottom - top};
}

void canvas_clear(Canvas *canvas, Rect rect) {
  const Rect part = clipped(canvas, rect);
  for (int i = 0; i < CANVAS_PLANES; i++) {
    const Plane plane = canvas->planes.plane[i];
    for (int32_t y = part.y; y < part.y + part.height; y++) {
      memset(plane.data + y * plane.stride + part.x, 0, (size_t)part.width);
    }
  }
}

static void copy(Canvas *canvas, Rect rect, int back) {
  const Rect part = clipped(canvas, rect);
  const Plane first = canvas->planes.plane[0];
  for (int i = 0; i < CANVAS_PLANES; i++) {
    uint8_t *saved = canvas->saved + (size_t)i * (size_t)first.stride * (size_t)first.height;
    for (int32_t y = part.y; y < part.y + part.height; y++) {
      const ptrdiff_t at = y * first.stride + part.x;
      uint8_t *shown = canvas->planes.plane[i].data + at;
      memcpy(back ? shown : saved + at, back ? saved + at : shown, (size_t)part.width);
    }
  }
}

void canvas_save(Canvas *canvas, Rect rect) {
  const Plane plane = canvas->planes.plane[0];
  if (canvas->saved == NULL) canvas->saved = engine_alloc(CANVAS_PLANES * (size_t)plane.stride * (size_t)plane.height);
  copy(canvas, rect, 0);
}

void canvas_restore(Canvas *canvas, Rect rect) {
  if (canvas->saved != NULL) copy(canvas, rect, 1);
}

static void blend(uint8_t *to, const uint8_t *from, const uint8_t *alpha, int32_t width) {
  for (int32_t x = 0; x < width; x++) to[x] = (uint8_t)level_clamp(from[x] + level_product(to[x], 255 - alpha[x]));
}

void canvas_row(Canvas *canvas, int32_t x, int32_t y, int32_t width, const uint8_t *const row[CANVAS_PLANES], int over) {
  const Rect part = clipped(canvas, (Rect){x, y, width, 1});
  if (part.width == 0) return;
  const int32_t skipped = part.x - x;
  for (int i = 0; i < CANVAS_PLANES; i++) {
    const Plane plane = canvas->planes.plane[i];
    uint8_t *to = plane.data + y * plane.stride + part.x;
    if (over) blend(to, row[i] + skipped, row[3] + skipped, part.width);
    else memcpy(to, row[i] + skipped, (size_t)part.width);
  }
}
