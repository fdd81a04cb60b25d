/*
 * Unsharp mask of strength 0–10 on luma (Rec. 709, sRGB-coded): `strength / 2` times the difference between the luma
 * and its blur of σ = 1 px is added to all three channels, so that hues stay and edges get no coloured fringes.
 * Transparent pixels do not weigh in; alpha is kept. In place: a ring holds the rows under the blur. As
 * test/engine/reference/sharpen.ts, within a level. Memory: 19 floats for each column.
 */
#include <stdlib.h>

#include "engine.h"
#include "gaussian.h"
#include "level.h"
#include "luma.h"

/* Standard deviation of the mask, in px: the finest detail of a picture that was just made smaller. */
#define SIGMA 1
#define RADIUS 3
#define TAPS (2 * RADIUS + 1)
/* Share of the luma's detail that strength 1 adds. */
#define AMOUNT 0.5f

/* Luma times alpha, and alpha: a row each. */
typedef struct {
  float *luma, *alpha;
} Pair;

typedef struct {
  int32_t width, height;
  float weight[TAPS];
  float *memory;
  Pair line;       /* a source row with RADIUS samples at its ends */
  Pair ring[TAPS]; /* rows blurred across */
  Pair local;      /* blurred both ways */
} Mask;

static Mask mask_create(const Raster *raster) {
  Mask mask = {.width = raster->width, .height = raster->height};
  double weight[TAPS];
  gaussian_fill(weight, SIGMA);
  for (int t = 0; t < TAPS; t++) mask.weight[t] = (float)weight[t];
  const size_t row = (size_t)raster->width, line = row + 2 * RADIUS;
  mask.memory = engine_alloc((2 * line + 2 * (TAPS + 1) * row) * sizeof(float));
  float *next = mask.memory;
  mask.line = (Pair){next, next + line};
  next += 2 * line;
  for (int t = 0; t < TAPS; t++, next += 2 * row) mask.ring[t] = (Pair){next, next + row};
  mask.local = (Pair){next, next + row};
  return mask;
}

static float luma_of(const uint8_t *pixel) {
  return (float)LUMA_R * pixel[0] + (float)LUMA_G * pixel[1] + (float)LUMA_B * pixel[2];
}

static void repeat_ends(float *line, int32_t width) {
  for (int32_t i = 0; i < RADIUS; i++) {
    line[i] = line[RADIUS];
    line[RADIUS + width + i] = line[RADIUS + width - 1];
  }
}

static void blur_across(const Mask *mask, float *to, const float *line) {
  for (int32_t x = 0; x < mask->width; x++) {
    float sum = 0;
    for (int t = 0; t < TAPS; t++) sum += mask->weight[t] * line[x + t];
    to[x] = sum;
  }
}

static void load_row(const Mask *mask, const Raster *raster, int32_t y) {
  const uint8_t *pixel = raster->data + (size_t)y * (size_t)mask->width * 4;
  for (int32_t x = 0; x < mask->width; x++, pixel += 4) {
    const float alpha = (float)pixel[3] * (1.0f / 255);
    mask->line.luma[RADIUS + x] = luma_of(pixel) * alpha;
    mask->line.alpha[RADIUS + x] = alpha;
  }
  repeat_ends(mask->line.luma, mask->width);
  repeat_ends(mask->line.alpha, mask->width);
  blur_across(mask, mask->ring[y % TAPS].luma, mask->line.luma);
  blur_across(mask, mask->ring[y % TAPS].alpha, mask->line.alpha);
}

static void blur_down(const Mask *mask, int32_t y) {
  const Pair *row[TAPS];
  for (int t = 0; t < TAPS; t++) {
    const int32_t at = y - RADIUS + t;
    row[t] = &mask->ring[(at < 0 ? 0 : at >= mask->height ? mask->height - 1 : at) % TAPS];
  }
  for (int32_t x = 0; x < mask->width; x++) {
    float luma = 0, alpha = 0;
    for (int t = 0; t < TAPS; t++) {
      luma += mask->weight[t] * row[t]->luma[x];
      alpha += mask->weight[t] * row[t]->alpha[x];
    }
    mask->local.luma[x] = luma;
    mask->local.alpha[x] = alpha;
  }
}

static void add_detail(const Mask *mask, Raster *raster, int32_t y, float strength) {
  uint8_t *pixel = raster->data + (size_t)y * (size_t)mask->width * 4;
  for (int32_t x = 0; x < mask->width; x++, pixel += 4) {
    if (pixel[3] == 0) continue;
    /* Its own alpha is part of the mean, so that is not 0 here. */
    const float local = mask->local.luma[x] / mask->local.alpha[x];
    const int detail = (int)rintf(strength * AMOUNT * (luma_of(pixel) - local));
    for (int i = 0; i < 3; i++) pixel[i] = (uint8_t)level_clamp(pixel[i] + detail);
  }
}

void op_sharpen(Raster *raster, float strength) {
  if (!(strength > 0)) return;
  Mask mask = mask_create(raster);
  for (int32_t y = 0, loaded = 0; y < mask.height; y++) {
    for (; loaded < mask.height && loaded <= y + RADIUS; loaded++) load_row(&mask, raster, loaded);
    blur_down(&mask, y);
    add_detail(&mask, raster, y, strength);
  }
  free(mask.memory);
}
