/*
 * Inverse DCT of the lowest N × N coefficients of a block to as many samples, N from 1 to 8, as libjpeg 7 and later
 * shrink: f(x, y) = 1/4 Σ C(u) C(v) F(u, v) cos((2x + 1) u π / 2N) cos((2y + 1) v π / 2N). It averages better than the
 * reduced transforms of libjpeg-turbo, and needs fewer coefficients. Dequantises on the way; wraps and saturates where
 * broken data leave 16 bits.
 *
 * Two passes of matrix products, even and odd frequencies apart: f(N - 1 - x) has the same even part and the opposite
 * odd one. i32x4.dot_i16x8 multiplies pairs of frequencies, so pairs is what blocks consist of (jpeg_in_decoder.h):
 * the first pass goes over u, from vectors that hold all v of one u; its results, narrowed, are the second one's pairs
 * without any transposition, and the second one's are rows of samples.
 */
#include "jpeg_in_decoder.h"

/* Binary places of the factors as in jidctint.c, and of what the first pass leaves to the second. */
#define CONST_BITS 13
#define PASS1_BITS 2
#define SHIFT_1 (CONST_BITS - PASS1_BITS)
#define SHIFT_2 (CONST_BITS + PASS1_BITS + 3)

/* √2 cos(k π / 2N) in CONST_BITS, k from 0 to N, for N from 3 on. */
static const int16_t cosines[][9] = {
    {11585, 10033, 5793, 0},
    {11585, 10703, 8192, 4433, 0},
    {11585, 11018, 9373, 6810, 3580, 0},
    {11585, 11190, 10033, 8192, 5793, 2998, 0},
    {11585, 11295, 10438, 9058, 7223, 5027, 2578, 0},
    {11585, 11363, 10703, 9633, 8192, 6436, 4433, 2260, 0},
};

/* C(u) cos((2x + 1) u π / 2N), times √2. */
static int16_t factor(int n, int x, int u) {
  if (u == 0) return 1 << CONST_BITS;
  int k = (2 * x + 1) * u % (4 * n);
  if (k > 2 * n) k = 4 * n - k;
  const int16_t *cosine = cosines[n - 3];
  return k > n ? (int16_t)-cosine[2 * n - k] : cosine[k];
}

void jpeg_in_idct_factors(int n, IdctFactors *factors) {
  memset(factors, 0, sizeof *factors);
  for (int x = 0; n > 2 && x < (n + 1) / 2; x++)
    for (int u = 0; u < n; u++) factors->of[x][(u & 1) * 4 + u / 2] = factor(n, x, u);
}

static inline uint8_t clamp(int value) { return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value); }

#ifdef __wasm_simd128__

/* Two neighbours in the order of IdctFactors: 0 is u = 0 and 2, 1 is 4 and 6, 2 is 1 and 3, 3 is 5 and 7. */
static HOT v128_t factors_of(const IdctFactors *factors, int x, int pair) {
  return wasm_v128_load32_splat(&factors->of[x][pair * 2]);
}

/*
 * One pass over four lanes: `pair` as factors_of numbers them, of which a `few` have 0 and 2 only. Gives x = 0 … N - 1,
 * each scaled up by CONST_BITS, plus `bias`.
 */
static HOT void pass(const IdctFactors *factors, int n, int few, const v128_t pair[4], v128_t bias, v128_t out[8]) {
  int most = few ? 4 : n; /* frequencies */
  for (int x = 0; x < (n + 1) / 2; x++) {
    v128_t even = wasm_i32x4_add(bias, wasm_i32x4_dot_i16x8(pair[0], factors_of(factors, x, 0)));
    if (most > 4) even = wasm_i32x4_add(even, wasm_i32x4_dot_i16x8(pair[1], factors_of(factors, x, 1)));
    if (2 * x + 1 == n) {
      out[x] = even;
      return;
    }
    v128_t odd = wasm_i32x4_dot_i16x8(pair[2], factors_of(factors, x, 2));
    if (most > 5) odd = wasm_i32x4_add(odd, wasm_i32x4_dot_i16x8(pair[3], factors_of(factors, x, 3)));
    out[x] = wasm_i32x4_add(even, odd);
    out[n - 1 - x] = wasm_i32x4_sub(even, odd);
  }
}

/* Neighbouring lanes of two vectors as pairs, the lower four or the upper four. */
static HOT v128_t low_pairs(v128_t a, v128_t b) { return wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11); }
static HOT v128_t high_pairs(v128_t a, v128_t b) { return wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15); }

/* The first pass over half of the lanes, narrowed: two x in each vector. */
static HOT void first_pass(const IdctFactors *factors, int n, int few, const v128_t pair[4], v128_t narrowed[4]) {
  v128_t sum[8] = {0};
  pass(factors, n, few, pair, wasm_i32x4_splat(1 << (SHIFT_1 - 1)), sum);
  for (int x = 0; x < n; x++) sum[x] = wasm_i32x4_shr(sum[x], SHIFT_1);
  for (int x = 0; x < n; x += 2) narrowed[x / 2] = wasm_i16x8_narrow_i32x4(sum[x], sum[x + 1]);
}

/* Of vectors of two x each: the first or the second pair of frequencies of four x. */
static HOT v128_t first_of_four(v128_t a, v128_t b) { return wasm_i32x4_shuffle(a, b, 0, 2, 4, 6); }
static HOT v128_t second_of_four(v128_t a, v128_t b) { return wasm_i32x4_shuffle(a, b, 1, 3, 5, 7); }

/* The second pass for x = 0 … 3 or 4 … 7. */
static HOT void second_pass(const IdctFactors *factors, int n, int few, const v128_t pair[4], v128_t row[8]) {
  pass(factors, n, few, pair, wasm_i32x4_splat((128 << SHIFT_2) + (1 << (SHIFT_2 - 1))), row);
  for (int y = 0; y < n; y++) row[y] = wasm_i32x4_shr(row[y], SHIFT_2);
}

static HOT v128_t samples_of(v128_t left, v128_t right) {
  v128_t wide = wasm_i16x8_narrow_i32x4(left, right);
  return wasm_u8x16_narrow_i16x8(wide, wide);
}

/* N ≤ 4: everything lies in four lanes. Writes four samples to a row, whatever N is. */
static HOT void transform_small(const IdctFactors *factors, int n, const v128_t f[8], JSAMPARRAY rows, JDIMENSION x) {
  const v128_t pair[4] = {low_pairs(f[0], f[2]), f[0], low_pairs(f[1], f[3]), f[0]};
  v128_t narrowed[4] = {0}, row[8];
  first_pass(factors, n, 1, pair, narrowed);
  const v128_t across[4] = {first_of_four(narrowed[0], narrowed[1]), f[0], second_of_four(narrowed[0], narrowed[1]),
                            f[0]};
  second_pass(factors, n, 1, across, row);
  for (int y = 0; y < n; y++) wasm_v128_store32_lane(rows[y] + x, samples_of(row[y], row[y]), 0);
}

/* N > 4, but only the lowest 4 × 4 frequencies are there. Writes eight samples to a row, as the next one does. */
static HOT void transform_few(const IdctFactors *factors, int n, const v128_t f[8], JSAMPARRAY rows, JDIMENSION x) {
  v128_t low[4];
  for (int u = 0; u < 4; u++) low[u] = wasm_i32x4_shuffle(f[u], f[u], 0, 2, 0, 2);
  const v128_t pair[4] = {low_pairs(low[0], low[2]), low[0], low_pairs(low[1], low[3]), low[0]};
  v128_t at[4] = {0}, left[8], right[8];
  first_pass(factors, n, 1, pair, at);
  const v128_t near[4] = {first_of_four(at[0], at[1]), at[0], second_of_four(at[0], at[1]), at[0]};
  const v128_t far[4] = {first_of_four(at[2], at[3]), at[0], second_of_four(at[2], at[3]), at[0]};
  second_pass(factors, n, 1, near, left);
  second_pass(factors, n, 1, far, right);
  for (int y = 0; y < n; y++) wasm_v128_store64_lane(rows[y] + x, samples_of(left[y], right[y]), 0);
}

static HOT void transform_all(const IdctFactors *factors, int n, const v128_t f[8], JSAMPARRAY rows, JDIMENSION x) {
  const v128_t even[4] = {low_pairs(f[0], f[2]), low_pairs(f[4], f[6]), low_pairs(f[1], f[3]), low_pairs(f[5], f[7])};
  const v128_t odd[4] = {high_pairs(f[0], f[2]), high_pairs(f[4], f[6]), high_pairs(f[1], f[3]),
                         high_pairs(f[5], f[7])};
  v128_t at[4] = {0}, odd_at[4] = {0}, left[8], right[8];
  first_pass(factors, n, 0, even, at);
  first_pass(factors, n, 0, odd, odd_at);
  const v128_t near[4] = {first_of_four(at[0], at[1]), second_of_four(at[0], at[1]),
                          first_of_four(odd_at[0], odd_at[1]), second_of_four(odd_at[0], odd_at[1])};
  const v128_t far[4] = {first_of_four(at[2], at[3]), second_of_four(at[2], at[3]),
                         first_of_four(odd_at[2], odd_at[3]), second_of_four(odd_at[2], odd_at[3])};
  second_pass(factors, n, 0, near, left);
  second_pass(factors, n, 0, far, right);
  for (int y = 0; y < n; y++) wasm_v128_store64_lane(rows[y] + x, samples_of(left[y], right[y]), 0);
}

/* Whether frequencies from 4 on are zero, of what lies in the N vectors. Behind a vector's end lies the next one. */
static HOT int has_few(int n, const v128_t f[8]) {
  const v128_t of_low = wasm_i16x8_const(0, 0, -1, -1, 0, 0, -1, -1);
  v128_t high = f[4];
  for (int u = 5; u < n; u++) high = wasm_v128_or(high, f[u]);
  v128_t low = wasm_v128_or(wasm_v128_or(f[0], f[1]), wasm_v128_or(f[2], f[3]));
  v128_t rest = wasm_v128_or(wasm_v128_and(low, of_low), high);
  /* Lanes that this N does not have. */
  if (n == 5) rest = wasm_v128_and(rest, wasm_i16x8_const(-1, -1, -1, 0, -1, -1, 0, 0));
  if (n == 6 || n == 7) rest = wasm_v128_and(rest, wasm_i16x8_const(-1, -1, -1, -1, -1, -1, -1, 0));
  return !wasm_v128_any_true(rest);
}

static HOT void transform(const IdctFactors *factors, int n, const int16_t *block, const int16_t *quant,
                          JSAMPARRAY rows, JDIMENSION x) {
  v128_t f[8] = {0};
  int stride = jpeg_in_stride(n);
  for (int u = 0; u < n; u++) f[u] = wasm_v128_load(block + u * stride);
  int few = n > 4 && has_few(n, f);
  int count = few ? 4 : n;
  for (int u = 0; u < count; u++) f[u] = wasm_i16x8_mul(f[u], wasm_v128_load(quant + u * stride));
  if (n <= 4)
    transform_small(factors, n, f, rows, x);
  else if (few)
    transform_few(factors, n, f, rows, x);
  else
    transform_all(factors, n, f, rows, x);
}

#else

/* The same in C, to the bit: for native builds with sanitizers. */
static void pass(const IdctFactors *factors, int n, const int16_t *f, uint32_t bias, int32_t out[8]) {
  for (int x = 0; x < (n + 1) / 2; x++) {
    uint32_t even = bias, odd = 0;
    for (int u = 0; u < n; u++) {
      uint32_t product = (uint32_t)(f[jpeg_in_place(n, u)] * factors->of[x][(u & 1) * 4 + u / 2]);
      if (u & 1)
        odd += product;
      else
        even += product;
    }
    out[n - 1 - x] = (int32_t)(even - odd);
    out[x] = (int32_t)(even + odd);
  }
}

static int16_t saturate(int32_t value) { return (int16_t)(value < -32768 ? -32768 : value > 32767 ? 32767 : value); }

static inline void transform(const IdctFactors *factors, int n, const int16_t *block, const int16_t *quant,
                             JSAMPARRAY rows, JDIMENSION x) {
  int16_t between[8][8]; /* x, v in the order of the block */
  int32_t out[8];
  int stride = jpeg_in_stride(n);
  for (int v = 0; v < stride; v++) {
    int16_t f[8] = {0}; /* in the order of v, too */
    for (int u = 0; u < n; u++)
      f[jpeg_in_place(n, u)] = (int16_t)(block[u * stride + v] * quant[u * stride + v]);
    pass(factors, n, f, 1u << (SHIFT_1 - 1), out);
    for (int i = 0; i < n; i++) between[i][v] = saturate(out[i] >> SHIFT_1);
  }
  for (int i = 0; i < n; i++) {
    pass(factors, n, between[i], (128u << SHIFT_2) + (1u << (SHIFT_2 - 1)), out);
    for (int y = 0; y < n; y++) rows[y][x + (JDIMENSION)i] = clamp(out[y] >> SHIFT_2);
  }
}

#endif

/* Functions of their own: inlined, they would make one that takes V8 long to compile. */
#define SIZE(N)                                                                                                     \
  static __attribute__((noinline)) void transform_##N(const IdctFactors *factors, const int16_t *block,             \
                                                      const int16_t *quant, JSAMPARRAY rows, JDIMENSION x) {        \
    transform(factors, N, block, quant, rows, x);                                                                   \
  }
SIZE(3)
SIZE(4)
SIZE(5)
SIZE(6)
SIZE(7)
SIZE(8)

static void transform_2(const int16_t *block, const int16_t *quant, JSAMPARRAY rows, JDIMENSION x) {
  int f00 = (int16_t)(block[0] * quant[0]), down = (int16_t)(block[1] * quant[1]);
  int across = (int16_t)(block[2] * quant[2]), both = (int16_t)(block[3] * quant[3]);
  int bias = (128 << 3) + 4;
  int left = f00 + down + bias, left_below = f00 - down + bias;
  int right = across + both, right_below = across - both;
  rows[0][x] = clamp((left + right) >> 3);
  rows[0][x + 1] = clamp((left - right) >> 3);
  rows[1][x] = clamp((left_below + right_below) >> 3);
  rows[1][x + 1] = clamp((left_below - right_below) >> 3);
}

void jpeg_in_idct_flat(int dc, int quant, int n, JSAMPARRAY rows, JDIMENSION x) {
  uint8_t sample = clamp(((int16_t)(dc * quant) + (128 << 3) + 4) >> 3);
  uint64_t eight = sample * (uint64_t)0x0101010101010101u;
  if (n > 4)
    for (int y = 0; y < n; y++) memcpy(rows[y] + x, &eight, 8);
  else if (n > 2)
    for (int y = 0; y < n; y++) memcpy(rows[y] + x, &eight, 4);
  else
    for (int y = 0; y < n; y++) memcpy(rows[y] + x, &eight, (size_t)n);
}

void jpeg_in_idct(const IdctFactors *factors, int n, const int16_t *block, const int16_t *quant, JSAMPARRAY rows,
                  JDIMENSION x) {
  switch (n) {
    case 8: transform_8(factors, block, quant, rows, x); break;
    case 7: transform_7(factors, block, quant, rows, x); break;
    case 6: transform_6(factors, block, quant, rows, x); break;
    case 5: transform_5(factors, block, quant, rows, x); break;
    case 4: transform_4(factors, block, quant, rows, x); break;
    case 3: transform_3(factors, block, quant, rows, x); break;
    case 2: transform_2(block, quant, rows, x); break;
    default: jpeg_in_idct_flat(block[0], quant[0], n, rows, x);
  }
}
