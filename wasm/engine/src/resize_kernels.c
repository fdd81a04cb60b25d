#include "resize_kernels.h"

#include <string.h>

#ifdef __wasm_simd128__
#include <wasm_simd128.h>

/* Two coefficients, one for each of a pair of rows whose samples alternate. */
static v128_t pair_of(const int16_t *coefficient) { return wasm_v128_load32_splat(coefficient); }

/* Adds a pair of rows to the sums of 16 columns. */
static void add_pair(v128_t sum[4], v128_t upper, v128_t lower, v128_t pair) {
  v128_t low = wasm_i8x16_shuffle(upper, lower, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  v128_t high = wasm_i8x16_shuffle(upper, lower, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  sum[0] = wasm_i32x4_add(sum[0], wasm_i32x4_dot_i16x8(wasm_u16x8_extend_low_u8x16(low), pair));
  sum[1] = wasm_i32x4_add(sum[1], wasm_i32x4_dot_i16x8(wasm_u16x8_extend_high_u8x16(low), pair));
  sum[2] = wasm_i32x4_add(sum[2], wasm_i32x4_dot_i16x8(wasm_u16x8_extend_low_u8x16(high), pair));
  sum[3] = wasm_i32x4_add(sum[3], wasm_i32x4_dot_i16x8(wasm_u16x8_extend_high_u8x16(high), pair));
}

static void store_mid(int16_t *mid, const v128_t sum[4], int32_t shift) {
  v128_t half = wasm_i32x4_splat(1 << shift >> 1);
  for (int i = 0; i < 4; i += 2) {
    v128_t low = wasm_i32x4_shr(wasm_i32x4_add(sum[i], half), (uint32_t)shift);
    v128_t high = wasm_i32x4_shr(wasm_i32x4_add(sum[i + 1], half), (uint32_t)shift);
    wasm_v128_store(mid + i * 4, wasm_i16x8_narrow_i32x4(low, high));
  }
}

/* `blocks` blocks of columns at once: two share the work of finding the rows and the coefficients. */
static inline void filter_blocks(int16_t *mid, const uint8_t *const *row, const int16_t *coefficient, int32_t taps,
                                 int32_t x, int32_t shift, int blocks) {
  v128_t sum[2][4] = {0};
  for (int32_t t = 0; t < taps; t += 2) {
    const uint8_t *upper = row[t] + x, *lower = row[t + 1] + x;
    const v128_t pair = pair_of(coefficient + t);
    for (int i = 0; i < blocks; i++)
      add_pair(sum[i], wasm_v128_load(upper + i * COLUMN_BLOCK), wasm_v128_load(lower + i * COLUMN_BLOCK), pair);
  }
  for (int i = 0; i < blocks; i++) store_mid(mid + x + i * COLUMN_BLOCK, sum[i], shift);
}

void filter_rows(int16_t *mid, const uint8_t *const *row, const int16_t *coefficient, int32_t taps, int32_t width,
                 int32_t shift) {
  int32_t x = 0;
  for (; x + 2 * COLUMN_BLOCK <= width; x += 2 * COLUMN_BLOCK)
    filter_blocks(mid, row, coefficient, taps, x, shift, 2);
  if (x < width) filter_blocks(mid, row, coefficient, taps, x, shift, 1);
}

void accumulate_rows(int32_t *sum, const uint8_t *rows, const int16_t *coefficient, int32_t width) {
  for (int32_t x = 0; x < width; x += COLUMN_BLOCK) {
    v128_t block[4];
    for (int i = 0; i < 4; i++) block[i] = wasm_v128_load(sum + x + i * 4);
    for (int t = 0; t < ROW_BATCH; t += 2) {
      const uint8_t *row = rows + (ptrdiff_t)t * width + x;
      add_pair(block, wasm_v128_load(row), wasm_v128_load(row + width), pair_of(coefficient + t));
    }
    for (int i = 0; i < 4; i++) wasm_v128_store(sum + x + i * 4, block[i]);
  }
}

void narrow_sums(int16_t *mid, int32_t *sum, int32_t width, int32_t shift) {
  for (int32_t x = 0; x < width; x += COLUMN_BLOCK) {
    v128_t block[4];
    for (int i = 0; i < 4; i++) block[i] = wasm_v128_load(sum + x + i * 4);
    store_mid(mid + x, block, shift);
  }
  memset(sum, 0, (size_t)width * sizeof *sum);
}

static inline v128_t dot_taps(const int16_t *mid, const int16_t *coefficient, int32_t taps) {
  v128_t sum = wasm_i32x4_dot_i16x8(wasm_v128_load(mid), wasm_v128_load(coefficient));
  for (int32_t t = TAP_BLOCK; t < taps; t += TAP_BLOCK)
    sum = wasm_i32x4_add(sum, wasm_i32x4_dot_i16x8(wasm_v128_load(mid + t), wasm_v128_load(coefficient + t)));
  return sum;
}

/* The sums of the lanes of four vectors. */
static inline v128_t sum_lanes(v128_t a, v128_t b, v128_t c, v128_t d) {
  v128_t ab = wasm_i32x4_add(wasm_i32x4_shuffle(a, b, 0, 4, 1, 5), wasm_i32x4_shuffle(a, b, 2, 6, 3, 7));
  v128_t cd = wasm_i32x4_add(wasm_i32x4_shuffle(c, d, 0, 4, 1, 5), wasm_i32x4_shuffle(c, d, 2, 6, 3, 7));
  return wasm_i32x4_add(wasm_i64x2_shuffle(ab, cd, 0, 2), wasm_i64x2_shuffle(ab, cd, 1, 3));
}

static inline uint32_t four_samples(const int16_t *mid, const Filter *filter, int32_t x, int32_t taps, v128_t bias,
                                    int32_t shift) {
  const int16_t *c = filter->coefficient + (ptrdiff_t)x * taps;
  const int32_t *first = filter->first + x;
  v128_t sum = sum_lanes(dot_taps(mid + first[0], c, taps), dot_taps(mid + first[1], c + taps, taps),
                         dot_taps(mid + first[2], c + 2 * taps, taps), dot_taps(mid + first[3], c + 3 * taps, taps));
  v128_t level = wasm_i32x4_shr(wasm_i32x4_add(sum, bias), (uint32_t)shift);
  v128_t narrow = wasm_i16x8_narrow_i32x4(level, level);
  return (uint32_t)wasm_i32x4_extract_lane(wasm_u8x16_narrow_i16x8(narrow, narrow), 0);
}

/* Made anew for each usual number of taps, so that the loop over them is unrolled. */
static inline void columns(uint8_t *out, const int16_t *mid, const Filter *filter, int32_t taps, int32_t count,
                           int32_t bias, int32_t shift) {
  v128_t splat = wasm_i32x4_splat(bias);
  int32_t x = 0;
  for (; x + SAMPLE_BLOCK <= count; x += SAMPLE_BLOCK) {
    uint32_t four = four_samples(mid, filter, x, taps, splat, shift);
    memcpy(out + x, &four, SAMPLE_BLOCK);
  }
  if (x < count) {
    uint32_t four = four_samples(mid, filter, x, taps, splat, shift);
    memcpy(out + x, &four, (size_t)(count - x));
  }
}

void filter_columns(uint8_t *out, const int16_t *mid, const Filter *filter, int32_t count, int32_t bias,
                    int32_t shift) {
  switch (filter->taps) {
    case 8: columns(out, mid, filter, 8, count, bias, shift); break;
    case 16: columns(out, mid, filter, 16, count, bias, shift); break;
    case 24: columns(out, mid, filter, 24, count, bias, shift); break;
    default: columns(out, mid, filter, filter->taps, count, bias, shift);
  }
}

#else

static int16_t narrow(int32_t sum, int32_t shift) {
  int32_t value = (sum + (1 << shift >> 1)) >> shift;
  return (int16_t)(value < INT16_MIN ? INT16_MIN : value > INT16_MAX ? INT16_MAX : value);
}

void filter_rows(int16_t *mid, const uint8_t *const *row, const int16_t *coefficient, int32_t taps, int32_t width,
                 int32_t shift) {
  for (int32_t x = 0; x < width; x++) {
    int32_t sum = 0;
    for (int32_t t = 0; t < taps; t++) sum += row[t][x] * coefficient[t];
    mid[x] = narrow(sum, shift);
  }
}

void accumulate_rows(int32_t *sum, const uint8_t *rows, const int16_t *coefficient, int32_t width) {
  for (int32_t t = 0; t < ROW_BATCH; t++)
    for (int32_t x = 0; x < width; x++) sum[x] += rows[(ptrdiff_t)t * width + x] * coefficient[t];
}

void narrow_sums(int16_t *mid, int32_t *sum, int32_t width, int32_t shift) {
  for (int32_t x = 0; x < width; x++) mid[x] = narrow(sum[x], shift);
  memset(sum, 0, (size_t)width * sizeof *sum);
}

void filter_columns(uint8_t *out, const int16_t *mid, const Filter *filter, int32_t count, int32_t bias,
                    int32_t shift) {
  for (int32_t x = 0; x < count; x++) {
    const int16_t *coefficient = filter->coefficient + (ptrdiff_t)x * filter->taps;
    int32_t sum = bias;
    for (int32_t t = 0; t < filter->taps; t++) sum += mid[filter->first[x] + t] * coefficient[t];
    sum >>= shift;
    out[x] = (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
  }
}

#endif
