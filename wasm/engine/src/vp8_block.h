/*
 * One 4 × 4 block of VP8 in registers: difference, transform, quantisation, inverse transform, distortion. The same
 * results, bit for bit, as the functions of libwebp's src/dsp/enc.c that are named below.
 *
 * A block of samples is one vector of 16 bytes, in one of three orders. Each is the one in which a step needs no
 * shuffling of its own:
 *
 *   rows      y0: x0 x1 x2 x3, y1: …                           as it lies in memory
 *   forward   y0 y1 y3 y2: x0 x1 each; then the same: x3 x2    pairs that the forward transform's dot products add
 *   inverse   x0 x1 x3 x2: y0 y3 y1 y2 each                    as the inverse transform leaves them
 *
 * Halves are the low and high 8 bytes, widened to 16 bits.
 */
#ifndef PICTOR_VP8_BLOCK_H
#define PICTOR_VP8_BLOCK_H

#ifdef __wasm_simd128__
#include <stdint.h>
#include <wasm_simd128.h>

#include "src/enc/vp8i_enc.h"

typedef struct {
  v128_t low, high;
} Halves;

/* WASM's names for the unpack instructions of SSE2, of which engines know the shuffles. */
static inline v128_t unpack_low_16(v128_t a, v128_t b) { return wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11); }
static inline v128_t unpack_high_16(v128_t a, v128_t b) { return wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15); }
static inline v128_t unpack_low_32(v128_t a, v128_t b) { return wasm_i32x4_shuffle(a, b, 0, 4, 1, 5); }
static inline v128_t unpack_high_32(v128_t a, v128_t b) { return wasm_i32x4_shuffle(a, b, 2, 6, 3, 7); }
static inline v128_t unpack_low_64(v128_t a, v128_t b) { return wasm_i64x2_shuffle(a, b, 0, 2); }
static inline v128_t unpack_high_64(v128_t a, v128_t b) { return wasm_i64x2_shuffle(a, b, 1, 3); }

/* Pairs of factors for i32x4.dot_i16x8, which adds the products of neighbours. */
static inline v128_t pairs_of(int16_t a, int16_t b) { return wasm_i16x8_make(a, b, a, b, a, b, a, b); }

static inline Halves widen(v128_t bytes) {
  return (Halves){wasm_u16x8_extend_low_u8x16(bytes), wasm_u16x8_extend_high_u8x16(bytes)};
}

/* ---- memory ---- */

static inline v128_t block_load_rows(const uint8_t *samples) {
  v128_t rows = wasm_v128_load32_zero(samples);
  rows = wasm_v128_load32_lane(samples + BPS, rows, 1);
  rows = wasm_v128_load32_lane(samples + 2 * BPS, rows, 2);
  return wasm_v128_load32_lane(samples + 3 * BPS, rows, 3);
}

static inline v128_t rows_to_forward(v128_t rows) {
  return wasm_i8x16_swizzle(rows, wasm_u8x16_const(0, 1, 4, 5, 12, 13, 8, 9, 3, 2, 7, 6, 15, 14, 11, 10));
}

static inline v128_t forward_to_inverse(v128_t forward) {
  return wasm_i8x16_swizzle(forward, wasm_u8x16_const(0, 4, 2, 6, 1, 5, 3, 7, 8, 12, 10, 14, 9, 13, 11, 15));
}

static inline void block_store(uint8_t *samples, v128_t inverse) {
  const v128_t rows = wasm_i8x16_swizzle(inverse, wasm_u8x16_const(0, 4, 12, 8, 2, 6, 14, 10, 3, 7, 15, 11, 1, 5, 13, 9));
  wasm_v128_store32_lane(samples, rows, 0);
  wasm_v128_store32_lane(samples + BPS, rows, 1);
  wasm_v128_store32_lane(samples + 2 * BPS, rows, 2);
  wasm_v128_store32_lane(samples + 3 * BPS, rows, 3);
}

/* ---- forward transform: VP8FTransform ---- */

static inline Halves block_transform(Halves source, Halves prediction) {
  const v128_t left = wasm_i16x8_sub(source.low, prediction.low), right = wasm_i16x8_sub(source.high, prediction.high);
  const v128_t sums = wasm_i16x8_add(left, right), differences = wasm_i16x8_sub(left, right); /* (a0, a1), (a3, a2) */
  const v128_t t0 = wasm_i32x4_dot_i16x8(sums, pairs_of(8, 8));
  const v128_t t2 = wasm_i32x4_dot_i16x8(sums, pairs_of(8, -8));
  const v128_t t1 = wasm_i32x4_add(wasm_i32x4_dot_i16x8(differences, pairs_of(5352, 2217)), wasm_i32x4_const_splat(1812));
  const v128_t t3 = wasm_i32x4_add(wasm_i32x4_dot_i16x8(differences, pairs_of(2217, -5352)), wasm_i32x4_const_splat(937));
  const v128_t even = wasm_i16x8_narrow_i32x4(t0, t2);
  const v128_t odd = wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(t1, 9), wasm_i32x4_shr(t3, 9));

  const v128_t first = unpack_low_32(even, odd), second = unpack_high_32(even, odd);
  const v128_t upper = unpack_low_64(first, second), lower = unpack_high_64(first, second); /* rows 0, 1 and 3, 2 */
  const v128_t row_sums = wasm_i16x8_add(upper, lower), row_differences = wasm_i16x8_sub(upper, lower);
  const v128_t outer = wasm_i32x4_dot_i16x8(row_differences, pairs_of(5352, 2217));
  const v128_t inner = wasm_i32x4_dot_i16x8(row_differences, pairs_of(2217, -5352));
  const v128_t out0 = wasm_i32x4_add(wasm_i32x4_dot_i16x8(row_sums, pairs_of(1, 1)), wasm_i32x4_const_splat(7));
  const v128_t out8 = wasm_i32x4_add(wasm_i32x4_dot_i16x8(row_sums, pairs_of(1, -1)), wasm_i32x4_const_splat(7));
  const v128_t out4 = wasm_i32x4_add(outer, wasm_i32x4_const_splat(12000 + (1 << 16)));
  const v128_t out12 = wasm_i32x4_add(inner, wasm_i32x4_const_splat(51000));
  /* + (a3 != 0): 1 was added above, and what is equal is -1. */
  const v128_t a3_is_0 = wasm_i32x4_eq(wasm_i32x4_shl(row_differences, 16), wasm_i32x4_const_splat(0));
  return (Halves){
      wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(out0, 4), wasm_i32x4_add(wasm_i32x4_shr(out4, 16), a3_is_0)),
      wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(out8, 4), wasm_i32x4_shr(out12, 16)),
  };
}

/* ---- quantisation: VP8EncQuantizeBlock ---- */

typedef struct {
  v128_t sharpen[2]; /* negative, like the magnitude */
  v128_t factor[4]; /* (-1 / step, bias), so that a dot product is negative magnitude × -1 / step + bias */
  v128_t step[2];
} Quantizer;

static inline void quantizer_set(Quantizer *quantizer, const VP8Matrix *matrix) {
  for (int i = 0; i < 2; i++) {
    quantizer->sharpen[i] = wasm_i16x8_neg(wasm_v128_load(matrix->sharpen_ + i * 8));
    quantizer->step[i] = wasm_v128_load(matrix->q_ + i * 8);
    const v128_t reciprocal = wasm_i16x8_neg(wasm_v128_load(matrix->iq_ + i * 8)); /* of 4 it is 1 << 15: hence negative */
    const v128_t bias = wasm_i16x8_narrow_i32x4(wasm_u32x4_shr(wasm_v128_load(matrix->bias_ + i * 8), QFIX - 8),
                                                wasm_u32x4_shr(wasm_v128_load(matrix->bias_ + i * 8 + 4), QFIX - 8));
    quantizer->factor[i * 2] = unpack_low_16(reciprocal, bias);
    quantizer->factor[i * 2 + 1] = unpack_high_16(reciprocal, bias);
  }
}

static inline v128_t quantize_half(v128_t in, v128_t sharpen, const v128_t *factor) {
  const v128_t minus = wasm_i16x8_sub(sharpen, wasm_i16x8_abs(in));
  const v128_t one = wasm_i16x8_const_splat(1 << (QFIX - 8)); /* the bias' fixed point */
  const v128_t low = wasm_i32x4_shr(wasm_i32x4_dot_i16x8(unpack_low_16(minus, one), factor[0]), QFIX);
  const v128_t high = wasm_i32x4_shr(wasm_i32x4_dot_i16x8(unpack_high_16(minus, one), factor[1]), QFIX);
  const v128_t level = wasm_i16x8_min(wasm_i16x8_narrow_i32x4(low, high), wasm_i16x8_const_splat(2047));
  const v128_t sign = wasm_i16x8_shr(in, 15);
  return wasm_i16x8_sub(wasm_v128_xor(level, sign), sign);
}

/* Levels in the order of rows. */
static inline Halves block_quantize(Halves coefficients, const Quantizer *quantizer) {
  return (Halves){quantize_half(coefficients.low, quantizer->sharpen[0], quantizer->factor),
                  quantize_half(coefficients.high, quantizer->sharpen[1], quantizer->factor + 2)};
}

static inline Halves block_dequantize(Halves levels, const Quantizer *quantizer) {
  return (Halves){wasm_i16x8_mul(levels.low, quantizer->step[0]), wasm_i16x8_mul(levels.high, quantizer->step[1])};
}

/* In zigzag order, a byte each; what does not fit saturates. */
static inline v128_t levels_zigzag(Halves levels) {
  return wasm_i8x16_swizzle(wasm_i8x16_narrow_i16x8(levels.low, levels.high),
                            wasm_u8x16_const(0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15));
}

static inline uint32_t nonzero_mask(v128_t zigzag) {
  return wasm_i8x16_bitmask(wasm_i8x16_eq(zigzag, wasm_i8x16_const_splat(0))) ^ 0xffff;
}

/* ---- inverse transform: VP8ITransform ---- */

static inline Halves inverse_pass(v128_t low, v128_t high) {
  const v128_t sum = wasm_i16x8_add(low, high), difference = wasm_i16x8_sub(low, high);
  const v128_t odd = unpack_high_16(low, high); /* (row 1, row 3) */
  /* 20091 is cos(π/8) √2 and -30068 sin(π/8) √2, each less 1 and in 16 bits; the 1 is what `rest` adds. */
  const v128_t c = wasm_i32x4_sub(wasm_i32x4_shr(wasm_i32x4_dot_i16x8(odd, pairs_of(-30068, 0)), 16),
                                  wasm_i32x4_shr(wasm_i32x4_dot_i16x8(odd, pairs_of(0, 20091)), 16));
  const v128_t d = wasm_i32x4_add(wasm_i32x4_shr(wasm_i32x4_dot_i16x8(odd, pairs_of(20091, 0)), 16),
                                  wasm_i32x4_shr(wasm_i32x4_dot_i16x8(odd, pairs_of(0, -30068)), 16));
  const v128_t rest = unpack_high_64(sum, difference);
  const v128_t dc = wasm_i16x8_add(wasm_i16x8_narrow_i32x4(d, c), rest), ab = unpack_low_64(sum, difference);
  return (Halves){wasm_i16x8_add(ab, dc), wasm_i16x8_sub(ab, dc)}; /* rows 0, 1 and 3, 2 */
}

/* Samples, clamped to 0–255 but still 16 bits wide, in the inverse order, as is the prediction. */
static inline Halves block_reconstruct(Halves coefficients, v128_t prediction) {
  const Halves rows = inverse_pass(coefficients.low, coefficients.high);
  const v128_t first = unpack_low_16(rows.low, rows.high), second = unpack_high_16(rows.low, rows.high);
  const v128_t rounding = wasm_i16x8_const(4, 4, 4, 4, 0, 0, 0, 0);
  const Halves columns = inverse_pass(wasm_i16x8_add(unpack_low_32(first, second), rounding), unpack_high_32(first, second));
  const Halves predicted = widen(prediction);
  return widen(wasm_u8x16_narrow_i16x8(wasm_i16x8_add(predicted.low, wasm_i16x8_shr(columns.low, 3)),
                                       wasm_i16x8_add(predicted.high, wasm_i16x8_shr(columns.high, 3))));
}

static inline v128_t narrow(Halves samples) { return wasm_u8x16_narrow_i16x8(samples.low, samples.high); }

/* ---- distortion; four sums to be added ---- */

/* VP8SSE4x4 */
static inline v128_t block_error(Halves a, Halves b) {
  const v128_t low = wasm_i16x8_sub(a.low, b.low), high = wasm_i16x8_sub(a.high, b.high);
  return wasm_i32x4_add(wasm_i32x4_dot_i16x8(low, low), wasm_i32x4_dot_i16x8(high, high));
}

/* What VP8TDisto4x4 compares: the weighted Hadamard transform. In the inverse order. */
static inline v128_t block_texture(Halves samples) {
  v128_t sum = wasm_i16x8_add(samples.low, samples.high), difference = wasm_i16x8_sub(samples.low, samples.high);
  v128_t a = unpack_low_64(sum, difference), b = unpack_high_64(sum, difference);
  const v128_t outer = wasm_i16x8_add(a, b), inner = wasm_i16x8_sub(a, b); /* across: 0, 1 and 2, 3; down: y0 y3 y1 y2 */
  const v128_t first = unpack_low_16(outer, inner), second = unpack_high_16(outer, inner);
  const v128_t upper = unpack_low_32(first, second), lower = unpack_high_32(first, second); /* y0, y3 and y1, y2 */
  sum = wasm_i16x8_add(upper, lower);
  difference = wasm_i16x8_sub(upper, lower);
  a = unpack_low_64(sum, difference);
  b = unpack_high_64(sum, difference);
  /* Down: 0, 2 and 1, 3; across, in each: 0, 2, 1, 3. */
  const v128_t even = wasm_i16x8_const(38, 20, 32, 9, 20, 10, 17, 4), odd = wasm_i16x8_const(32, 17, 28, 7, 9, 4, 7, 2);
  return wasm_i32x4_add(wasm_i32x4_dot_i16x8(wasm_i16x8_abs(wasm_i16x8_add(a, b)), even),
                        wasm_i32x4_dot_i16x8(wasm_i16x8_abs(wasm_i16x8_sub(a, b)), odd));
}

/* The sum of each of four vectors. */
static inline v128_t sums_of(v128_t a, v128_t b, v128_t c, v128_t d) {
  const v128_t ab = wasm_i32x4_add(unpack_low_32(a, b), unpack_high_32(a, b));
  const v128_t cd = wasm_i32x4_add(unpack_low_32(c, d), unpack_high_32(c, d));
  return wasm_i32x4_add(unpack_low_64(ab, cd), unpack_high_64(ab, cd));
}

static inline int32_t sum_of(v128_t a) {
  a = wasm_i32x4_add(a, wasm_i32x4_shuffle(a, a, 2, 3, 0, 1));
  return wasm_i32x4_extract_lane(wasm_i32x4_add(a, wasm_i32x4_shuffle(a, a, 1, 0, 3, 2)), 0);
}

#endif
#endif
