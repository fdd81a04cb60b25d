/*
 * The copy is made of means of areas, at most 32 a side, and blurred; cubic B-splines enlarge it again, which blurs it
 * once more and leaves no trace of its pixels. Together that is a Gaussian of 3.7% of the picture's longer side. As
 * test/engine/reference/backdrop.ts.
 */
#include "backdrop.h"

#include <math.h>
#include <stdlib.h>

#include "level.h"

/* Longest side of the copy, in px. */
#define LONGEST 32
/* In px of the copy. */
#define SIGMA 1

typedef float Colour __attribute__((vector_size(16)));

struct Backdrop {
  Raster copy;
  int32_t width, height; /* of the picture */
};

static double least(double a, double b) { return a < b ? a : b; }

/* Mean over white of the picture's pixels in [left, right) × [top, bottom), pixels at the edges by their part. */
static void mean_of(uint8_t *to, const Raster *picture, double left, double right, double top, double bottom) {
  double sum[3] = {0}, area = 0;
  for (int32_t y = (int32_t)top; y < picture->height && y < bottom; y++) {
    const double down = least(y + 1, bottom) - fmax(y, top);
    for (int32_t x = (int32_t)left; x < picture->width && x < right; x++) {
      const uint8_t *pixel = picture->data + ((size_t)y * (size_t)picture->width + (size_t)x) * 4;
      const double part = down * (least(x + 1, right) - fmax(x, left)), alpha = pixel[3] / 255.0;
      for (int i = 0; i < 3; i++) sum[i] += part * (255 + (pixel[i] - 255) * alpha);
      area += part;
    }
  }
  for (int i = 0; i < 3; i++) to[i] = level_of(sum[i] / area);
  to[3] = 255;
}

static int32_t copy_side(int32_t side, int32_t longer) {
  const int32_t scaled = (int32_t)(((int64_t)side * LONGEST + longer / 2) / longer);
  return longer <= LONGEST ? side : scaled < 1 ? 1 : scaled;
}

Backdrop *backdrop_create(const Raster *picture) {
  const int32_t longer = picture->width > picture->height ? picture->width : picture->height;
  Backdrop *backdrop = engine_alloc(sizeof *backdrop);
  backdrop->width = picture->width;
  backdrop->height = picture->height;
  backdrop->copy = raster_create(copy_side(picture->width, longer), copy_side(picture->height, longer));
  Raster *copy = &backdrop->copy;
  const double across = (double)picture->width / copy->width, down = (double)picture->height / copy->height;
  for (int32_t y = 0; y < copy->height; y++)
    for (int32_t x = 0; x < copy->width; x++)
      mean_of(copy->data + (y * copy->width + x) * 4, picture, x * across, (x + 1) * across, y * down, (y + 1) * down);
  op_blur(copy, SIGMA);
  return backdrop;
}

/* The four samples around a place, the picture's edges repeated, and the B-spline's weights of them. */
typedef struct {
  int32_t index[4];
  float weight[4];
} Taps;

static Taps taps_at(double place, int32_t count) {
  const double first = floor(place - 0.5);
  const float t = (float)(place - 0.5 - first), u = 1 - t;
  Taps taps = {.weight = {u * u * u / 6, (4 - 6 * t * t + 3 * t * t * t) / 6, (4 - 6 * u * u + 3 * u * u * u) / 6,
                          t * t * t / 6}};
  for (int i = 0; i < 4; i++) {
    const int32_t at = (int32_t)first - 1 + i;
    taps.index[i] = at < 0 ? 0 : at >= count ? count - 1 : at;
  }
  return taps;
}

/* A line of the copy, at a place between its rows. */
static void line_at(Colour *line, const Raster *copy, double place) {
  const Taps taps = taps_at(place, copy->height);
  for (int32_t x = 0; x < copy->width; x++) {
    Colour sum = {0};
    for (int i = 0; i < 4; i++) {
      const uint8_t *pixel = copy->data + (taps.index[i] * copy->width + x) * 4;
      sum += taps.weight[i] * (Colour){pixel[0], pixel[1], pixel[2], 255};
    }
    line[x] = sum;
  }
}

static void lay_over(uint8_t *pixel, const Colour *line, Taps taps) {
  Colour under = {0};
  for (int i = 0; i < 4; i++) under += taps.weight[i] * line[taps.index[i]];
  const float alpha = (float)pixel[3] * (1.0f / 255);
  for (int i = 0; i < 3; i++) pixel[i] = (uint8_t)level_clamp((int)rintf(under[i] + (pixel[i] - under[i]) * alpha));
  pixel[3] = 255;
}

/* Scale and start that make middles meet, so that all of `to` samples is covered. */
typedef struct {
  double scale, offset;
} Axis;

static Axis axis_of(int32_t to, int32_t from, int32_t copy, double enlarged) {
  const double scale = (double)copy / (from * enlarged);
  return (Axis){scale, copy / 2.0 - scale * to / 2.0};
}

void backdrop_fill(const Backdrop *backdrop, Raster *raster) {
  const Raster *copy = &backdrop->copy;
  const double enlarged =
      fmax((double)raster->width / backdrop->width, (double)raster->height / backdrop->height);
  const Axis across = axis_of(raster->width, backdrop->width, copy->width, enlarged);
  const Axis down = axis_of(raster->height, backdrop->height, copy->height, enlarged);
  Colour line[LONGEST];
  for (int32_t y = 0; y < raster->height; y++) {
    line_at(line, copy, down.offset + down.scale * (y + 0.5));
    uint8_t *pixel = raster->data + (size_t)y * (size_t)raster->width * 4;
    for (int32_t x = 0; x < raster->width; x++, pixel += 4)
      if (pixel[3] != 255) lay_over(pixel, line, taps_at(across.offset + across.scale * (x + 0.5), copy->width));
  }
}

void backdrop_free(Backdrop *backdrop) {
  raster_free(&backdrop->copy);
  free(backdrop);
}
