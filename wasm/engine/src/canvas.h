/*
 * What an animation shows at one time. Premultiplied RGBA in four planes, as the resize takes it: then "over" is one
 * product for each sample, and a frame goes to the resize without a copy.
 *
 * Memory: 4 bytes a pixel, and once canvas_save was called, 4 more.
 */
#ifndef PICTOR_CANVAS_H
#define PICTOR_CANVAS_H

#include "engine.h"

enum { CANVAS_PLANES = 4 };

typedef struct {
  Planes planes;
  uint8_t *saved; /* four planes of the canvas' size, of which the saved rectangle counts */
} Canvas;

/* Transparent. */
void canvas_create(Canvas *canvas, int32_t width, int32_t height);
void canvas_free(Canvas *canvas);

/* Rectangles may hang out of the canvas, or be empty. */
void canvas_clear(Canvas *canvas, Rect rect);
void canvas_save(Canvas *canvas, Rect rect);
/* What canvas_save kept; the same rectangle. */
void canvas_restore(Canvas *canvas, Rect rect);

/* A row of premultiplied samples in place of what is there, or over it; it may hang out of the canvas. */
void canvas_row(Canvas *canvas, int32_t x, int32_t y, int32_t width, const uint8_t *const row[CANVAS_PLANES], int over);

#endif
