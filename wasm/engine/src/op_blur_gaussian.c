/*
 * The Gaussian, in place: a ring holds the rows that a result row is made of, so a row may be overwritten as soon as
 * it is finished. Vertically first, into one row, whose ends are then repeated for the horizontal pass; that one is
 * the same filter over the row shifted pixel by pixel.
 */
#include <stdlib.h>

#include "fixed_point.h"
#include "gaussian.h"
#include "op_blur.h"
#include "premultiplied.h"

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

/* Samples are 0–65,025 less this, to be signed. */
#define MIDDLE 32768
#define BITS 14

typedef struct {
  int32_t width, height;
  int32_t radius, taps; /* taps: even, the last may weigh 0 */
  int16_t *coefficient;
  int16_t *ring;       /* taps rows */
  int16_t *extended;   /* a row with `radius` pixels, and one more, at its ends */
  int16_t *result;     /* a row */
  const int16_t **row; /* taps pointers */
} Blur;

static size_t row_samples(const Blur *blur) { return (size_t)blur->width * 4; }

static Blur blur_create(const Raster *raster, double sigma) {
  Blur blur = {.width = raster->width, .height = raster->height, .radius = gaussian_radius(sigma)};
  const int32_t count = 2 * blur.radius + 1;
  blur.taps = count + 1;
  /* Sixteen samples beyond the end: the last block is always whole. */
  blur.ring = engine_alloc((row_samples(&blur) * (size_t)blur.taps + 16) * sizeof(int16_t));
  blur.extended = engine_alloc((row_samples(&blur) + (size_t)blur.taps * 4 + 16) * sizeof(int16_t));
  blur.result = engine_alloc((row_samples(&blur) + 16) * sizeof(int16_t));
  blur.row = engine_alloc((size_t)blur.taps * sizeof *blur.row);
  blur.coefficient = engine_alloc((size_t)blur.taps * sizeof(int16_t));
  double *weight = engine_alloc((size_t)count * sizeof(double));
  gaussian_fill(weight, sigma);
  fixed_point_round(blur.coefficient, weight, count, 1 << BITS);
  free(weight);
  return blur;
}

static void blur_free(Blur *blur) {
  free(blur->ring);
  free(blur->extended);
  free(blur->result);
  free(blur->row);
  free(blur->coefficient);
}

/* out = Σ coefficient × row, for `count` samples rounded up to eights. */
#ifdef __wasm_simd128__
static void filter(int16_t *out, const int16_t *const *row, const int16_t *coefficient, int32_t taps, size_t count) {
  const v128_t half = wasm_i32x4_splat(1 << (BITS - 1));
  for (size_t x = 0; x < count; x += 8) {
    v128_t low = half, high = half;
    for (int32_t t = 0; t < taps; t += 2) {
      const v128_t a = wasm_v128_load(row[t] + x), b = wasm_v128_load(row[t + 1] + x);
      const v128_t pair = wasm_v128_load32_splat(coefficient + t);
      low = wasm_i32x4_add(low, wasm_i32x4_dot_i16x8(wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11), pair));
      high = wasm_i32x4_add(high, wasm_i32x4_dot_i16x8(wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15), pair));
    }
    wasm_v128_store(out + x, wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(low, BITS), wasm_i32x4_shr(high, BITS)));
  }
}
#else
static void filter(int16_t *out, const int16_t *const *row, const int16_t *coefficient, int32_t taps, size_t count) {
  for (size_t x = 0; x < count; x++) {
    int32_t sum = 1 << (BITS - 1);
    for (int32_t t = 0; t < taps; t++) sum += row[t][x] * coefficient[t];
    out[x] = (int16_t)(sum >> BITS);
  }
}
#endif

static int16_t *ring_row(const Blur *blur, int32_t y) {
  return blur->ring + (size_t)(y % blur->taps) * row_samples(blur);
}

/* Most rows are opaque throughout: then alpha is only a factor of 255. */
static int is_opaque(const uint8_t *row, size_t samples) {
  uint8_t all = 255;
  for (size_t i = 3; i < samples; i += 4) all &= row[i];
  return all == 255;
}

static void load_row(const Blur *blur, const Raster *raster, int32_t y) {
  int16_t *to = ring_row(blur, y);
  const uint8_t *row = raster->data + (size_t)y * row_samples(blur);
  const size_t samples = row_samples(blur);
  if (is_opaque(row, samples)) {
    for (size_t i = 0; i < samples; i++) to[i] = (int16_t)(row[i] * 255 - MIDDLE);
    return;
  }
  for (size_t i = 0; i < samples; i += 4) {
    int32_t sample[4];
    premultiply(sample, row + i);
    for (size_t k = 0; k < 4; k++) to[i + k] = (int16_t)(sample[k] - MIDDLE);
  }
}

static int32_t clamp(int32_t value, int32_t last) { return value < 0 ? 0 : value > last ? last : value; }

static void filter_down(const Blur *blur, int32_t y) {
  for (int32_t t = 0; t < blur->taps; t++)
    blur->row[t] = ring_row(blur, clamp(y - blur->radius + (t < blur->taps - 1 ? t : 0), blur->height - 1));
  filter(blur->extended + blur->radius * 4, blur->row, blur->coefficient, blur->taps, row_samples(blur));
}

static void repeat_ends(const Blur *blur) {
  int16_t *first = blur->extended + blur->radius * 4, *last = first + row_samples(blur) - 4;
  for (int32_t i = 1; i <= blur->radius; i++) {
    memcpy(first - i * 4, first, 4 * sizeof(int16_t));
    memcpy(last + i * 4, last, 4 * sizeof(int16_t));
  }
}

static void filter_across(const Blur *blur) {
  for (int32_t t = 0; t < blur->taps; t++) blur->row[t] = blur->extended + t * 4;
  filter(blur->result, blur->row, blur->coefficient, blur->taps, row_samples(blur));
}

static int result_is_opaque(const Blur *blur) {
  int all = 1;
  for (size_t i = 3; i < row_samples(blur); i += 4) all &= blur->result[i] == OPAQUE - MIDDLE;
  return all;
}

static void store_row(const Blur *blur, Raster *raster, int32_t y) {
  uint8_t *row = raster->data + (size_t)y * row_samples(blur);
  const int16_t *from = blur->result;
  const size_t samples = row_samples(blur);
  if (result_is_opaque(blur)) {
    for (size_t i = 0; i < samples; i++) {
      /* A 255th, rounded: exact for all of 0–65,025. */
      const uint32_t level = (uint32_t)(from[i] + MIDDLE + 128);
      row[i] = (uint8_t)((level + (level >> 8)) >> 8);
    }
    return;
  }
  for (size_t i = 0; i < samples; i += 4) {
    float sample[4];
    for (size_t k = 0; k < 4; k++) sample[k] = (float)(from[i + k] + MIDDLE);
    unpremultiply(row + i, sample);
  }
}

void blur_gaussian(Raster *raster, double sigma) {
  Blur blur = blur_create(raster, sigma);
  for (int32_t y = 0, loaded = 0; y < blur.height; y++) {
    for (; loaded < blur.height && loaded <= y + blur.radius; loaded++) load_row(&blur, raster, loaded);
    filter_down(&blur, y);
    repeat_ends(&blur);
    filter_across(&blur);
    store_row(&blur, raster, y);
  }
  blur_free(&blur);
}
