/*
 * libjpeg's accurate forward DCT (jfdctint.c, after Loeffler, Ligtenberg and Moschytz) with its rounding: all results
 * are the same. What it computes in steps is here one sum of products for each output, which is the same integer.
 */
#include "jpeg_out_block.h"

const uint8_t jpeg_zigzag[64] = {
     0,  1,  8, 16,  9,  2,  3, 10, 17, 24, 32, 25, 18, 11,  4,  5,
    12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13,  6,  7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
    58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
};

/*
 * The DCT answers 8 × the coefficient, so the quotient is |c| / 8q, rounded half up. WASM has one multiplication that
 * keeps high bits: (a·b + 2^14) >> 15. With 2^s ≤ q < 2^(s+1), the first step makes 2|c|·2^s/q, to within 1, and the
 * second drops 4 + s bits with rounding. Half-way cases come out exactly because the first factor is rounded up; it
 * is right for all |c| ≤ 8192 and all q (tried). When q is 2^s, the factor would not fit: it is halved.
 */
Quantiser quantiser_of(const uint8_t table[64]) {
  Quantiser quantiser;
  for (int i = 0; i < 64; i++) {
    const int q = table[i], s = 31 - __builtin_clz((unsigned)q);
    const int is_power = q == 1 << s;
    quantiser.first[i] = (int16_t)(is_power ? 1 << 14 : ((1 << (15 + s)) + q - 1) / q);
    quantiser.second[i] = (int16_t)((is_power ? 4096 : 2048) >> s);
  }
  return quantiser;
}

/*
 * The DCT's constants in 2^-13: FIX_0_541196100 etc. of jfdctint.c, added up for each input. Even outputs 2 and 6 are
 * made of t12 and t13, odd ones of t4, t5, t6 and t7.
 */
enum { CONSTANT_BITS = 13, PASS_BITS = 2 };
#define EVEN_2 4433, 10703
#define EVEN_6 -10704, 4433
#define ODD_1_45 2260, 6437
#define ODD_1_67 9633, 11363
#define ODD_3_45 -6436, -11362
#define ODD_3_67 -2259, 9633
#define ODD_5_45 9633, 2261
#define ODD_5_67 -11362, 6437
#define ODD_7_45 -11363, 9633
#define ODD_7_67 -6436, 2260

#ifdef __wasm_simd128__
#include <string.h>
#include <wasm_simd128.h>

#define PAIR(constants) PAIR_OF(constants)
#define PAIR_OF(a, b) wasm_i16x8_const(a, b, a, b, a, b, a, b)

static inline v128_t interleave_low(v128_t a, v128_t b) {
  return wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}
static inline v128_t interleave_high(v128_t a, v128_t b) {
  return wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}
static inline v128_t interleave_bytes_low(v128_t a, v128_t b) {
  return wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
static inline v128_t interleave_bytes_high(v128_t a, v128_t b) {
  return wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

static inline v128_t load_8(const uint8_t *samples) { return wasm_v128_load64_zero(samples); }

/* column[x]: the samples of column x. */
static inline void load_columns(v128_t column[8], const uint8_t *samples, ptrdiff_t stride) {
  v128_t pair[4], four[4];
  for (int i = 0; i < 4; i++)
    pair[i] = interleave_bytes_low(load_8(samples + i * stride), load_8(samples + (i + 4) * stride));
  for (int i = 0; i < 2; i++) {
    four[i] = interleave_bytes_low(pair[i], pair[i + 2]);
    four[i + 2] = interleave_bytes_high(pair[i], pair[i + 2]);
  }
  for (int i = 0; i < 4; i++) {
    const v128_t even = four[i & 2], odd = four[(i & 2) + 1];
    const v128_t two = i & 1 ? interleave_bytes_high(even, odd) : interleave_bytes_low(even, odd);
    column[2 * i] = wasm_u16x8_extend_low_u8x16(two);
    column[2 * i + 1] = wasm_u16x8_extend_high_u8x16(two);
  }
}

static inline void transpose(v128_t row[8]) {
  v128_t a[8], b[8];
  for (int i = 0; i < 4; i++) {
    a[2 * i] = interleave_low(row[i], row[i + 4]);
    a[2 * i + 1] = interleave_high(row[i], row[i + 4]);
  }
  for (int i = 0; i < 4; i++) {
    b[2 * i] = interleave_low(a[i], a[i + 4]);
    b[2 * i + 1] = interleave_high(a[i], a[i + 4]);
  }
  for (int i = 0; i < 4; i++) {
    row[2 * i] = interleave_low(b[i], b[i + 4]);
    row[2 * i + 1] = interleave_high(b[i], b[i + 4]);
  }
}

static inline v128_t descale(v128_t low, v128_t high, int shift) {
  const v128_t half = wasm_i32x4_splat(1 << (shift - 1));
  return wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(wasm_i32x4_add(low, half), (uint32_t)shift),
                                 wasm_i32x4_shr(wasm_i32x4_add(high, half), (uint32_t)shift));
}

/* Two inputs, interleaved: low and high half. */
typedef struct {
  v128_t low, high;
} Pairs;

static inline Pairs pairs_of(v128_t a, v128_t b) { return (Pairs){interleave_low(a, b), interleave_high(a, b)}; }

static inline v128_t sum_of_2(Pairs a, v128_t by, int shift) {
  return descale(wasm_i32x4_dot_i16x8(a.low, by), wasm_i32x4_dot_i16x8(a.high, by), shift);
}

static inline v128_t sum_of_4(Pairs a, v128_t by_a, Pairs b, v128_t by_b, int shift) {
  return descale(wasm_i32x4_add(wasm_i32x4_dot_i16x8(a.low, by_a), wasm_i32x4_dot_i16x8(b.low, by_b)),
                 wasm_i32x4_add(wasm_i32x4_dot_i16x8(a.high, by_a), wasm_i32x4_dot_i16x8(b.high, by_b)), shift);
}

/* All but outputs 0 and 4, of which the sums are left there. */
static inline void dct_pass(v128_t v[8], int shift) {
  const v128_t t0 = wasm_i16x8_add(v[0], v[7]), t7 = wasm_i16x8_sub(v[0], v[7]);
  const v128_t t1 = wasm_i16x8_add(v[1], v[6]), t6 = wasm_i16x8_sub(v[1], v[6]);
  const v128_t t2 = wasm_i16x8_add(v[2], v[5]), t5 = wasm_i16x8_sub(v[2], v[5]);
  const v128_t t3 = wasm_i16x8_add(v[3], v[4]), t4 = wasm_i16x8_sub(v[3], v[4]);
  const v128_t t10 = wasm_i16x8_add(t0, t3), t13 = wasm_i16x8_sub(t0, t3);
  const v128_t t11 = wasm_i16x8_add(t1, t2), t12 = wasm_i16x8_sub(t1, t2);
  const Pairs even = pairs_of(t12, t13), odd_45 = pairs_of(t4, t5), odd_67 = pairs_of(t6, t7);
  v[0] = wasm_i16x8_add(t10, t11);
  v[4] = wasm_i16x8_sub(t10, t11);
  v[2] = sum_of_2(even, PAIR(EVEN_2), shift);
  v[6] = sum_of_2(even, PAIR(EVEN_6), shift);
  v[1] = sum_of_4(odd_45, PAIR(ODD_1_45), odd_67, PAIR(ODD_1_67), shift);
  v[3] = sum_of_4(odd_45, PAIR(ODD_3_45), odd_67, PAIR(ODD_3_67), shift);
  v[5] = sum_of_4(odd_45, PAIR(ODD_5_45), odd_67, PAIR(ODD_5_67), shift);
  v[7] = sum_of_4(odd_45, PAIR(ODD_7_45), odd_67, PAIR(ODD_7_67), shift);
}

/* row[v]: 8 × the coefficients of vertical frequency v. */
static inline void forward_dct(v128_t row[8], const uint8_t *samples, ptrdiff_t stride) {
  load_columns(row, samples, stride);
  dct_pass(row, CONSTANT_BITS - PASS_BITS);
  /* Samples are 0–255 where libjpeg has -128–127; only this sum sees it. */
  row[0] = wasm_i16x8_shl(wasm_i16x8_sub(row[0], wasm_i16x8_const_splat(8 * 128)), PASS_BITS);
  row[4] = wasm_i16x8_shl(row[4], PASS_BITS);
  transpose(row);
  dct_pass(row, CONSTANT_BITS + PASS_BITS);
  const v128_t half = wasm_i16x8_const_splat(1 << (PASS_BITS - 1));
  row[0] = wasm_i16x8_shr(wasm_i16x8_add(row[0], half), PASS_BITS);
  row[4] = wasm_i16x8_shr(wasm_i16x8_add(row[4], half), PASS_BITS);
}

/* 64 bytes, row by row, to zigzag order. */
static inline void to_zigzag(v128_t out[4], const v128_t in[4]) {
  v128_t low = wasm_i8x16_shuffle(in[0], in[1], 0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 0, 25, 18, 11, 4, 5);
  out[0] = wasm_i8x16_shuffle(low, in[2], 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 11, 12, 13, 14, 15);
  low = wasm_i8x16_shuffle(in[0], in[1], 12, 19, 26, 0, 0, 0, 0, 0, 27, 20, 13, 6, 7, 14, 21, 28);
  v128_t high = wasm_i8x16_shuffle(in[2], in[3], 0, 0, 0, 1, 8, 16, 9, 2, 0, 0, 0, 0, 0, 0, 0, 0);
  out[1] = wasm_i8x16_shuffle(low, high, 0, 1, 2, 19, 20, 21, 22, 23, 8, 9, 10, 11, 12, 13, 14, 15);
  low = wasm_i8x16_shuffle(in[0], in[1], 0, 0, 0, 0, 0, 0, 0, 0, 29, 22, 15, 23, 30, 0, 0, 0);
  high = wasm_i8x16_shuffle(in[2], in[3], 3, 10, 17, 24, 25, 18, 11, 4, 0, 0, 0, 0, 0, 5, 12, 19);
  out[2] = wasm_i8x16_shuffle(low, high, 16, 17, 18, 19, 20, 21, 22, 23, 8, 9, 10, 11, 12, 29, 30, 31);
  high = wasm_i8x16_shuffle(in[2], in[3], 26, 27, 20, 13, 6, 0, 7, 14, 21, 28, 29, 22, 15, 23, 30, 31);
  out[3] = wasm_i8x16_shuffle(high, in[1], 0, 1, 2, 3, 4, 31, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

/* The set of bytes of which bit 7 - `shift` is set. */
static inline uint64_t set_of(const v128_t bytes[4], uint32_t shift) {
  uint64_t set = 0;
  for (int i = 0; i < 4; i++) set |= (uint64_t)wasm_i8x16_bitmask(wasm_i16x8_shl(bytes[i], shift)) << (16 * i);
  return set;
}

static inline int has_ac(const v128_t magnitude[8]) {
  v128_t all = wasm_i16x8_replace_lane(magnitude[0], 0, 0);
  for (int i = 1; i < 8; i++) all = wasm_v128_or(all, magnitude[i]);
  return wasm_v128_any_true(all);
}

static inline void find_sets(JpegBlock *block, const v128_t row[8], const v128_t magnitude[8]) {
  if (!has_ac(magnitude)) {
    memset(block->reaches, 0, sizeof block->reaches);
    memset(block->bit, 0, sizeof block->bit);
    return;
  }
  v128_t natural[4], zigzag[4];
  for (int i = 0; i < 4; i++) {
    v128_t flags[2]; /* bits 0 and 1 of the magnitude, bit 2: it has higher ones */
    for (int j = 0; j < 2; j++) {
      const v128_t m = magnitude[2 * i + j];
      const v128_t low = wasm_v128_and(m, wasm_i16x8_const_splat(3));
      flags[j] = wasm_u16x8_min(m, wasm_v128_or(low, wasm_i16x8_const_splat(4)));
    }
    const v128_t narrow = wasm_i8x16_narrow_i16x8(row[2 * i], row[2 * i + 1]);
    const v128_t sign = wasm_v128_and(narrow, wasm_i8x16_const_splat(-128));
    natural[i] = wasm_v128_or(wasm_u8x16_narrow_i16x8(flags[0], flags[1]), sign);
  }
  to_zigzag(zigzag, natural);
  block->negative = set_of(zigzag, 0);
  block->reaches[2] = set_of(zigzag, 5);
  block->bit[1] = set_of(zigzag, 6);
  block->bit[0] = set_of(zigzag, 7);
  block->reaches[1] = block->reaches[2] | block->bit[1];
  block->reaches[0] = block->reaches[1] | block->bit[0];
}

void jpeg_block_transform(JpegBlock *block, const uint8_t *samples, ptrdiff_t stride, const Quantiser *quantiser) {
  v128_t row[8], magnitude[8];
  forward_dct(row, samples, stride);
  for (int i = 0; i < 8; i++) {
    v128_t value = wasm_i16x8_shl(wasm_i16x8_abs(row[i]), 1);
    value = wasm_i16x8_q15mulr_sat(value, wasm_v128_load(quantiser->first + 8 * i));
    magnitude[i] = wasm_i16x8_q15mulr_sat(value, wasm_v128_load(quantiser->second + 8 * i));
    wasm_v128_store(block->magnitude + 8 * i, magnitude[i]);
  }
  block->dc = wasm_i16x8_extract_lane(row[0], 0) < 0 ? -block->magnitude[0] : block->magnitude[0];
  find_sets(block, row, magnitude);
}
#else

static int32_t descale(int32_t value, int shift) { return (value + (1 << (shift - 1))) >> shift; }

static int32_t sum_of_2(const int32_t *t, const int32_t by[2], int shift) {
  return descale(t[0] * by[0] + t[1] * by[1], shift);
}

static int32_t sum_of_4(const int32_t *t, const int32_t by[4], int shift) {
  return descale(t[0] * by[0] + t[1] * by[1] + t[2] * by[2] + t[3] * by[3], shift);
}

/* Eight values `step` apart. All but outputs 0 and 4, of which the sums are left there. */
static void dct_pass(int32_t *v, int step, int shift) {
  const int32_t v0 = v[0], v1 = v[step], v2 = v[2 * step], v3 = v[3 * step];
  const int32_t v4 = v[4 * step], v5 = v[5 * step], v6 = v[6 * step], v7 = v[7 * step];
  const int32_t t10 = v0 + v7 + v3 + v4, t11 = v1 + v6 + v2 + v5;
  const int32_t even[2] = {v1 + v6 - v2 - v5, v0 + v7 - v3 - v4};
  const int32_t odd[4] = {v3 - v4, v2 - v5, v1 - v6, v0 - v7};
  v[0] = t10 + t11;
  v[4 * step] = t10 - t11;
  v[2 * step] = sum_of_2(even, (int32_t[]){EVEN_2}, shift);
  v[6 * step] = sum_of_2(even, (int32_t[]){EVEN_6}, shift);
  v[step] = sum_of_4(odd, (int32_t[]){ODD_1_45, ODD_1_67}, shift);
  v[3 * step] = sum_of_4(odd, (int32_t[]){ODD_3_45, ODD_3_67}, shift);
  v[5 * step] = sum_of_4(odd, (int32_t[]){ODD_5_45, ODD_5_67}, shift);
  v[7 * step] = sum_of_4(odd, (int32_t[]){ODD_7_45, ODD_7_67}, shift);
}

static void forward_dct(int32_t out[64], const uint8_t *samples, ptrdiff_t stride) {
  for (int y = 0; y < 8; y++) {
    int32_t *row = out + 8 * y;
    for (int x = 0; x < 8; x++) row[x] = samples[y * stride + x] - 128;
    dct_pass(row, 1, CONSTANT_BITS - PASS_BITS);
    row[0] *= 1 << PASS_BITS;
    row[4] *= 1 << PASS_BITS;
  }
  for (int x = 0; x < 8; x++) {
    dct_pass(out + x, 8, CONSTANT_BITS + PASS_BITS);
    out[x] = descale(out[x], PASS_BITS);
    out[x + 32] = descale(out[x + 32], PASS_BITS);
  }
}

static int32_t high_product(int32_t a, int32_t b) { return (a * b + (1 << 14)) >> 15; }

void jpeg_block_transform(JpegBlock *block, const uint8_t *samples, ptrdiff_t stride, const Quantiser *quantiser) {
  int32_t coefficient[64];
  forward_dct(coefficient, samples, stride);
  *block = (JpegBlock){0};
  for (int k = 0; k < 64; k++) {
    const int i = jpeg_zigzag[k];
    const uint64_t member = (uint64_t)1 << k;
    const int32_t doubled = 2 * (coefficient[i] < 0 ? -coefficient[i] : coefficient[i]);
    const int32_t magnitude = high_product(high_product(doubled, quantiser->first[i]), quantiser->second[i]);
    block->magnitude[i] = (uint16_t)magnitude;
    if (coefficient[i] < 0) block->negative |= member;
    for (int n = 0; n < 3; n++)
      if (magnitude >> n != 0) block->reaches[n] |= member;
    for (int n = 0; n < 2; n++)
      if (magnitude >> n & 1) block->bit[n] |= member;
  }
  block->dc = coefficient[0] < 0 ? -block->magnitude[0] : block->magnitude[0];
}
#endif
