/*
 * Inverse DCT of the lowest 4 × 4 or 2 × 2 coefficients of a block to as many samples, as libjpeg 7 and later shrink:
 * f(x, y) = 1/4 Σ C(u) C(v) F(u, v) cos((2x + 1) u π / 2N) cos((2y + 1) v π / 2N). It averages better than the
 * reduced transforms of libjpeg-turbo, and needs fewer coefficients. Dequantises on the way; wraps like the
 * library's SIMD when broken data leave 16 bits.
 */
#include "jpeg_in_decoder.h"

/* Of the factors, √2 cos(π/8) and √2 cos(3π/8); 13 bits as in jidctint.c. Of what one pass leaves to the next. */
#define CONST_BITS 13
#define PASS1_BITS 2
#define ONE (1 << CONST_BITS)
#define COS_1 10703
#define COS_3 4433

static inline uint8_t clamp(int value) { return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value); }

#ifdef __wasm_simd128__

/* Pairs of factors for i32x4.dot_i16x8, which adds products of neighbours. */
static inline v128_t pair(int16_t a, int16_t b) { return wasm_i16x8_make(a, b, a, b, a, b, a, b); }

typedef struct {
  v128_t row[4];
} Four;

/* Even: lanes of (F0, F2); odd: lanes of (F1, F3). Gives x = 0–3, each scaled up by 13 bits, plus `bias`. */
static inline Four pass(v128_t even, v128_t odd, v128_t bias) {
  v128_t sum = wasm_i32x4_add(wasm_i32x4_dot_i16x8(even, pair(ONE, ONE)), bias);
  v128_t difference = wasm_i32x4_add(wasm_i32x4_dot_i16x8(even, pair(ONE, -ONE)), bias);
  v128_t outer = wasm_i32x4_dot_i16x8(odd, pair(COS_1, COS_3));
  v128_t inner = wasm_i32x4_dot_i16x8(odd, pair(COS_3, -COS_1));
  return (Four){{wasm_i32x4_add(sum, outer), wasm_i32x4_add(difference, inner), wasm_i32x4_sub(difference, inner),
                 wasm_i32x4_sub(sum, outer)}};
}

void jpeg_in_idct_4(const int16_t *block, const int16_t *quant, JSAMPARRAY rows, JDIMENSION x) {
  v128_t top = wasm_i16x8_mul(wasm_v128_load(block), wasm_v128_load(quant));
  v128_t bottom = wasm_i16x8_mul(wasm_v128_load(block + 8), wasm_v128_load(quant + 8));
  /* Columns: rows 0 and 2, rows 1 and 3. */
  Four f = pass(wasm_i16x8_shuffle(top, bottom, 0, 8, 1, 9, 2, 10, 3, 11),
                wasm_i16x8_shuffle(top, bottom, 4, 12, 5, 13, 6, 14, 7, 15),
                wasm_i32x4_splat(1 << (CONST_BITS - PASS1_BITS - 1)));
  for (int i = 0; i < 4; i++) f.row[i] = wasm_i32x4_shr(f.row[i], CONST_BITS - PASS1_BITS);
  top = wasm_i16x8_narrow_i32x4(f.row[0], f.row[1]);
  bottom = wasm_i16x8_narrow_i32x4(f.row[2], f.row[3]);
  /* Rows: a vector now holds one column of the result. */
  int shift = CONST_BITS + PASS1_BITS + 3;
  f = pass(wasm_i16x8_shuffle(top, bottom, 0, 2, 4, 6, 8, 10, 12, 14),
           wasm_i16x8_shuffle(top, bottom, 1, 3, 5, 7, 9, 11, 13, 15),
           wasm_i32x4_splat((128 << shift) + (1 << (shift - 1))));
  for (int i = 0; i < 4; i++) f.row[i] = wasm_i32x4_shr(f.row[i], shift);
  v128_t columns = wasm_u8x16_narrow_i16x8(wasm_i16x8_narrow_i32x4(f.row[0], f.row[1]),
                                           wasm_i16x8_narrow_i32x4(f.row[2], f.row[3]));
  v128_t samples = wasm_i8x16_shuffle(columns, columns, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  wasm_v128_store32_lane(rows[0] + x, samples, 0);
  wasm_v128_store32_lane(rows[1] + x, samples, 1);
  wasm_v128_store32_lane(rows[2] + x, samples, 2);
  wasm_v128_store32_lane(rows[3] + x, samples, 3);
}

#else

/* The same in C, to the bit: for native builds with sanitizers. */
static int16_t saturate(int32_t value) { return (int16_t)(value < -32768 ? -32768 : value > 32767 ? 32767 : value); }

static void pass(const int16_t *f, int step, int32_t bias, int32_t out[4]) {
  int32_t f0 = f[0], f1 = f[step], f2 = f[2 * step], f3 = f[3 * step];
  uint32_t sum = (uint32_t)((f0 + f2) * ONE) + (uint32_t)bias;
  uint32_t difference = (uint32_t)((f0 - f2) * ONE) + (uint32_t)bias;
  uint32_t outer = (uint32_t)(f1 * COS_1 + f3 * COS_3);
  uint32_t inner = (uint32_t)(f1 * COS_3 - f3 * COS_1);
  out[0] = (int32_t)(sum + outer);
  out[1] = (int32_t)(difference + inner);
  out[2] = (int32_t)(difference - inner);
  out[3] = (int32_t)(sum - outer);
}

void jpeg_in_idct_4(const int16_t *block, const int16_t *quant, JSAMPARRAY rows, JDIMENSION x) {
  int16_t f[16], between[16];
  int32_t out[4];
  for (int i = 0; i < 16; i++) f[i] = (int16_t)(block[i] * quant[i]);
  for (int column = 0; column < 4; column++) {
    pass(f + column, 4, 1 << (CONST_BITS - PASS1_BITS - 1), out);
    for (int y = 0; y < 4; y++) between[4 * y + column] = saturate(out[y] >> (CONST_BITS - PASS1_BITS));
  }
  int shift = CONST_BITS + PASS1_BITS + 3;
  for (int y = 0; y < 4; y++) {
    pass(between + 4 * y, 1, (128 << shift) + (1 << (shift - 1)), out);
    for (int i = 0; i < 4; i++) rows[y][x + (JDIMENSION)i] = clamp(out[i] >> shift);
  }
}

#endif

void jpeg_in_idct_2(const int16_t *block, const int16_t *quant, JSAMPARRAY rows, JDIMENSION x) {
  int f00 = (int16_t)(block[0] * quant[0]), f01 = (int16_t)(block[1] * quant[1]);
  int f10 = (int16_t)(block[2] * quant[2]), f11 = (int16_t)(block[3] * quant[3]);
  int bias = (128 << 3) + 4;
  int left = f00 + f10 + bias, left_below = f00 - f10 + bias;
  int right = f01 + f11, right_below = f01 - f11;
  rows[0][x] = clamp((left + right) >> 3);
  rows[0][x + 1] = clamp((left - right) >> 3);
  rows[1][x] = clamp((left_below + right_below) >> 3);
  rows[1][x + 1] = clamp((left_below - right_below) >> 3);
}

void jpeg_in_idct_flat(int dc, int quant, int scale, JSAMPARRAY rows, JDIMENSION x) {
  uint8_t sample = clamp(((int16_t)(dc * quant) + (128 << 3) + 4) >> 3);
  uint64_t eight = sample * (uint64_t)0x0101010101010101u;
  switch (scale) {
    case 8:
      for (int y = 0; y < 8; y++) memcpy(rows[y] + x, &eight, 8);
      break;
    case 4:
      for (int y = 0; y < 4; y++) memcpy(rows[y] + x, &eight, 4);
      break;
    case 2:
      for (int y = 0; y < 2; y++) memcpy(rows[y] + x, &eight, 2);
      break;
    default: rows[0][x] = sample;
  }
}
