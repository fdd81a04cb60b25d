/*
 * Three running means whose variances add up to σ² as nearly as whole odd widths allow (Filter Effects Level 1,
 * feGaussianBlur). The end samples are repeated once, for all three: were they repeated anew for each, the picture's
 * edges would be up to a tenth too bright or dark.
 */
#include <stdlib.h>

#include "op_blur.h"
#include "premultiplied.h"

/* One pixel, as one vector: compiled to SIMD where there is such. */
typedef float Pixel __attribute__((vector_size(16)));

/* Columns that are blurred together, for the sake of the cache. */
#define STRIP 4

typedef struct {
  int32_t radius[3];
  int32_t margin;    /* pixels that a line is extended by, to each side */
  Pixel *from, *to;  /* lines of STRIP pixels side by side, with margins */
  uint16_t *rows;    /* the picture after the horizontal pass, premultiplied */
} Boxes;

static double variance(int32_t radius) { return ((2.0 * radius + 1) * (2.0 * radius + 1) - 1) / 12; }

/* A box of width w has variance (w² - 1)/12: take the odd width below the ideal one, and wider boxes to make up. */
static void choose_radii(int32_t radius[3], double sigma) {
  const int32_t low = (int32_t)floor((sqrt(4 * sigma * sigma + 1) - 1) / 2);
  const double missing = sigma * sigma - 3 * variance(low);
  const int32_t wider = (int32_t)floor(missing / (variance(low + 1) - variance(low)) + 0.5);
  for (int32_t i = 0; i < 3; i++) radius[i] = i < wider ? low + 1 : low;
}

static Boxes boxes_create(const Raster *raster, double sigma) {
  Boxes boxes;
  choose_radii(boxes.radius, sigma);
  boxes.margin = boxes.radius[0] + boxes.radius[1] + boxes.radius[2];
  const int32_t longest = raster->width > raster->height ? raster->width : raster->height;
  const size_t line = ((size_t)longest + 2 * (size_t)boxes.margin) * STRIP * sizeof(Pixel);
  boxes.from = engine_alloc(line);
  boxes.to = engine_alloc(line);
  boxes.rows = engine_alloc((size_t)raster->width * (size_t)raster->height * 4 * sizeof(uint16_t));
  return boxes;
}

static void boxes_free(Boxes *boxes) {
  free(boxes->from);
  free(boxes->to);
  free(boxes->rows);
}

/* Mean of 2 · radius + 1 for each of the places where all of them are there. */
static void box(Pixel *to, const Pixel *from, int32_t count, int32_t radius) {
  const int32_t width = 2 * radius + 1;
  const float share = 1.0f / (float)width;
  Pixel sum[STRIP] = {{0}};
  for (int32_t i = 0; i < width; i++)
    for (int s = 0; s < STRIP; s++) sum[s] += from[i * STRIP + s];
  for (int32_t i = 0;; i++) {
    for (int s = 0; s < STRIP; s++) to[i * STRIP + s] = sum[s] * share;
    if (i + width >= count) return;
    for (int s = 0; s < STRIP; s++) sum[s] += from[(i + width) * STRIP + s] - from[i * STRIP + s];
  }
}

/* The line lies after its margin in `from`; answers where the blurred one begins. */
static const Pixel *blur_line(Boxes *boxes, int32_t length) {
  Pixel *line = boxes->from + (size_t)boxes->margin * STRIP;
  for (int32_t i = 0; i < boxes->margin; i++) {
    memcpy(boxes->from + (size_t)i * STRIP, line, STRIP * sizeof(Pixel));
    memcpy(line + (size_t)(length + i) * STRIP, line + (size_t)(length - 1) * STRIP, STRIP * sizeof(Pixel));
  }
  int32_t count = length + 2 * boxes->margin;
  Pixel *from = boxes->from, *to = boxes->to;
  for (int i = 0; i < 3; i++) {
    box(to, from, count, boxes->radius[i]);
    count -= 2 * boxes->radius[i];
    Pixel *made = to;
    to = from;
    from = made;
  }
  return from;
}

static int32_t strip_width(int32_t from, int32_t total) { return total - from < STRIP ? total - from : STRIP; }

/* Rows are blurred STRIP at a time as well. */
static void blur_rows(Boxes *boxes, const Raster *raster, int32_t top) {
  const int32_t count = strip_width(top, raster->height);
  Pixel *line = boxes->from + (size_t)boxes->margin * STRIP;
  for (int32_t s = 0; s < count; s++) {
    const uint8_t *pixel = raster->data + (size_t)(top + s) * (size_t)raster->width * 4;
    for (int32_t x = 0; x < raster->width; x++, pixel += 4) {
      int32_t level[4];
      premultiply(level, pixel);
      line[(size_t)x * STRIP + (size_t)s] = (Pixel){(float)level[0], (float)level[1], (float)level[2], (float)level[3]};
    }
  }
  const Pixel *blurred = blur_line(boxes, raster->width);
  for (int32_t s = 0; s < count; s++) {
    uint16_t *to = boxes->rows + (size_t)(top + s) * (size_t)raster->width * 4;
    for (int32_t x = 0; x < raster->width; x++, to += 4)
      for (int i = 0; i < 4; i++) to[i] = (uint16_t)(blurred[(size_t)x * STRIP + (size_t)s][i] + 0.5f);
  }
}

static void blur_columns(Boxes *boxes, Raster *raster, int32_t left) {
  const int32_t count = strip_width(left, raster->width);
  Pixel *line = boxes->from + (size_t)boxes->margin * STRIP;
  for (int32_t y = 0; y < raster->height; y++) {
    const uint16_t *from = boxes->rows + ((size_t)y * (size_t)raster->width + (size_t)left) * 4;
    for (int32_t s = 0; s < count; s++, from += 4)
      line[(size_t)y * STRIP + (size_t)s] = (Pixel){from[0], from[1], from[2], from[3]};
  }
  const Pixel *blurred = blur_line(boxes, raster->height);
  for (int32_t y = 0; y < raster->height; y++) {
    uint8_t *pixel = raster->data + ((size_t)y * (size_t)raster->width + (size_t)left) * 4;
    for (int32_t s = 0; s < count; s++, pixel += 4) {
      float sample[4];
      /* What rounding has left of nothing is nothing. */
      for (int i = 0; i < 4; i++) sample[i] = rintf(blurred[(size_t)y * STRIP + (size_t)s][i]);
      unpremultiply(pixel, sample);
    }
  }
}

void blur_boxes(Raster *raster, double sigma) {
  Boxes boxes = boxes_create(raster, sigma);
  for (int32_t top = 0; top < raster->height; top += STRIP) blur_rows(&boxes, raster, top);
  for (int32_t left = 0; left < raster->width; left += STRIP) blur_columns(&boxes, raster, left);
  boxes_free(&boxes);
}
