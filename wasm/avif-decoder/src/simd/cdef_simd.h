/*
 * CDEF (AV1 specification section 7.15) in 128-bit SIMD, to the very samples of dav1d's cdef_filter_block_c and
 * cdef_find_dir_c. Included by dav1d's cdef_tmpl.c (patch dav1d-02), once for each BITDEPTH.
 */
#include <wasm_simd128.h>

/* `v` with its lanes moved up by n, zeros below; and what is moved out at the top. */
#define LANES_UP(v, n) LANES_OF(zero, v, 16 - 2 * (n))
#define LANES_OUT(v, n) LANES_OF(v, zero, 16 - 2 * (n))
/* Bytes n to n + 15 of a, then b. */
#define LANES_OF(a, b, n)                                                                                   \
  wasm_i8x16_shuffle(a, b, (n), (n) + 1, (n) + 2, (n) + 3, (n) + 4, (n) + 5, (n) + 6, (n) + 7, (n) + 8, (n) + 9, \
                     (n) + 10, (n) + 11, (n) + 12, (n) + 13, (n) + 14, (n) + 15)

/* Eight samples from one row, or four from each of two rows. */
static inline v128_t cdef_tmp_at(const int16_t *tmp, const int stride, const int w) {
  if (w == 8) return wasm_v128_load(tmp);
  return wasm_v128_load64_lane(tmp + stride, wasm_v128_load64_zero(tmp), 1);
}

/* Both of a pair of taps. The unsigned difference of a sample that is missing is beyond every threshold. */
static inline v128_t cdef_constrained(const v128_t p, const v128_t px, const v128_t threshold, const int shift) {
  const v128_t diff = wasm_i16x8_sub_sat(p, px);
  const v128_t sign = wasm_i16x8_shr(diff, 15);
  const v128_t size = wasm_i16x8_abs(diff);
  const v128_t most = wasm_u16x8_sub_sat(threshold, wasm_u16x8_shr(size, shift));
  return wasm_i16x8_sub(wasm_v128_xor(wasm_u16x8_min(size, most), sign), sign);
}

typedef struct {
  v128_t sum, least, most;
} CdefTaps;

static inline void cdef_pair(CdefTaps *taps, const int16_t *tmp, const int offset, const int stride, const int w,
                             const v128_t px, const v128_t threshold, const int shift, const int weight,
                             const int bounded) {
  const v128_t p0 = cdef_tmp_at(tmp + offset, stride, w);
  const v128_t p1 = cdef_tmp_at(tmp - offset, stride, w);
  const v128_t both =
      wasm_i16x8_add(cdef_constrained(p0, px, threshold, shift), cdef_constrained(p1, px, threshold, shift));
  taps->sum = wasm_i16x8_add(taps->sum, wasm_i16x8_mul(both, wasm_i16x8_splat((int16_t)weight)));
  if (!bounded) return;
  taps->least = wasm_u16x8_min(wasm_u16x8_min(taps->least, p0), p1);
  taps->most = wasm_i16x8_max(wasm_i16x8_max(taps->most, p0), p1);
}

static inline void cdef_store(pixel *dst, const ptrdiff_t stride, const v128_t out, const int w) {
#if BITDEPTH == 8
  const v128_t bytes = wasm_u8x16_narrow_i16x8(out, out);
  if (w == 8) {
    wasm_v128_store64_lane(dst, bytes, 0);
  } else {
    wasm_v128_store32_lane(dst, bytes, 0);
    wasm_v128_store32_lane(dst + stride, bytes, 1);
  }
#else
  if (w == 8) {
    wasm_v128_store(dst, out);
  } else {
    wasm_v128_store64_lane(dst, out, 0);
    wasm_v128_store64_lane(dst + stride, out, 1);
  }
#endif
}

static inline void cdef_filter_simd(pixel *dst, const ptrdiff_t dst_stride, const pixel (*left)[2],
                                    const pixel *const top, const pixel *const bottom, const int pri_strength,
                                    const int sec_strength, const int dir, const int damping, const int w, const int h,
                                    const enum CdefEdgeFlags edges HIGHBD_DECL_SUFFIX) {
  enum { STRIDE = 12 };
  /* Rows of eight are read as far as 2 columns and 2 rows outside, and a little on. */
  int16_t buffer[STRIDE * 12 + 8];
  int16_t *tmp = buffer + 2 * STRIDE + 2;
  padding(tmp, STRIDE, dst, dst_stride, left, top, bottom, w, h, edges);
  const int bitdepth_min_8 = bitdepth_from_max(bitdepth_max) - 8;
  const int pri_tap = 4 - ((pri_strength >> bitdepth_min_8) & 1);
  const int pri_shift = pri_strength ? imax(0, damping - ulog2(pri_strength)) : 0;
  const int sec_shift = sec_strength ? damping - ulog2(sec_strength) : 0;
  const v128_t pri = wasm_i16x8_splat((int16_t)pri_strength), sec = wasm_i16x8_splat((int16_t)sec_strength);
  const int bounded = pri_strength && sec_strength;
  const int rows = w == 8 ? 1 : 2;
  for (int y = 0; y < h; y += rows, tmp += rows * STRIDE, dst += rows * PXSTRIDE(dst_stride)) {
    const v128_t px = cdef_tmp_at(tmp, STRIDE, w);
    CdefTaps taps = {wasm_i16x8_const_splat(0), px, px};
    for (int k = 0; k < 2; k++) {
      if (pri_strength) {
        const int weight = k == 0 ? pri_tap : (pri_tap & 3) | 2;
        cdef_pair(&taps, tmp, dav1d_cdef_directions[dir + 2][k], STRIDE, w, px, pri, pri_shift, weight, bounded);
      }
      if (sec_strength) {
        cdef_pair(&taps, tmp, dav1d_cdef_directions[dir + 4][k], STRIDE, w, px, sec, sec_shift, 2 - k, bounded);
        cdef_pair(&taps, tmp, dav1d_cdef_directions[dir + 0][k], STRIDE, w, px, sec, sec_shift, 2 - k, bounded);
      }
    }
    /* (sum - (sum < 0) + 8) >> 4 */
    const v128_t rounded = wasm_i16x8_add(wasm_i16x8_add(taps.sum, wasm_i16x8_shr(taps.sum, 15)), wasm_i16x8_const_splat(8));
    v128_t out = wasm_i16x8_add(px, wasm_i16x8_shr(rounded, 4));
    if (bounded) out = wasm_i16x8_min(wasm_i16x8_max(out, taps.least), taps.most);
    cdef_store(dst, PXSTRIDE(dst_stride), out, w);
  }
}

#define cdef_simd_fn(w, h)                                                                                       \
  static void cdef_filter_block_##w##x##h##_simd(                                                                \
      pixel *const dst, const ptrdiff_t stride, const pixel (*left)[2], const pixel *const top,                  \
      const pixel *const bottom, const int pri_strength, const int sec_strength, const int dir,                  \
      const int damping, const enum CdefEdgeFlags edges HIGHBD_DECL_SUFFIX) {                                    \
    cdef_filter_simd(dst, stride, left, top, bottom, pri_strength, sec_strength, dir, damping, w, h,             \
                     edges HIGHBD_TAIL_SUFFIX);                                                                  \
  }
cdef_simd_fn(4, 4) cdef_simd_fn(4, 8) cdef_simd_fn(8, 8)
#undef cdef_simd_fn

/* ---- direction ---- */

/* Sums along lines: the first eight, and the rest. */
typedef struct {
  v128_t low, high;
} CdefLines;

#define ADD_LINE(lines, v, n)                                     \
  do {                                                            \
    lines.low = wasm_i16x8_add(lines.low, LANES_UP(v, n));        \
    lines.high = wasm_i16x8_add(lines.high, LANES_OUT(v, n));     \
  } while (0)
#define REVERSED(v) wasm_i16x8_shuffle(v, v, 7, 6, 5, 4, 3, 2, 1, 0)
/* Sums of neighbours in the lower four lanes; and the same in reverse. */
#define PAIRED(v)                                                                  \
  wasm_i16x8_add(wasm_i16x8_shuffle(v, zero, 0, 2, 4, 6, 8, 8, 8, 8), wasm_i16x8_shuffle(v, zero, 1, 3, 5, 7, 8, 8, 8, 8))
#define PAIRED_REVERSED(v)                                                         \
  wasm_i16x8_add(wasm_i16x8_shuffle(v, zero, 7, 5, 3, 1, 8, 8, 8, 8), wasm_i16x8_shuffle(v, zero, 6, 4, 2, 0, 8, 8, 8, 8))

static inline unsigned cdef_sum(const v128_t v) {
  const v128_t half = wasm_i32x4_add(v, wasm_i32x4_shuffle(v, v, 2, 3, 0, 1));
  return (unsigned)(wasm_i32x4_extract_lane(half, 0) + wasm_i32x4_extract_lane(half, 1));
}

/* Squares of lane n of `low` and of its partner, summed with a weight each. */
static inline unsigned cdef_weighted(const v128_t low, const v128_t partner, const v128_t weights0, const v128_t weights1) {
  const v128_t a = wasm_i16x8_shuffle(low, partner, 0, 8, 1, 9, 2, 10, 3, 11);
  const v128_t b = wasm_i16x8_shuffle(low, partner, 4, 12, 5, 13, 6, 14, 7, 15);
  return cdef_sum(wasm_i32x4_add(wasm_i32x4_mul(wasm_i32x4_dot_i16x8(a, a), weights0),
                                 wasm_i32x4_mul(wasm_i32x4_dot_i16x8(b, b), weights1)));
}

static unsigned cdef_diagonal_cost(const CdefLines *lines) {
  /* Line n has as many samples as line 14 - n; the eighth lane of `high` is empty. */
  const v128_t partner = wasm_i16x8_shuffle(lines->high, lines->high, 6, 5, 4, 3, 2, 1, 0, 7);
  return cdef_weighted(lines->low, partner, wasm_i32x4_make(840, 420, 280, 210), wasm_i32x4_make(168, 140, 120, 105));
}

static unsigned cdef_steep_cost(const CdefLines *lines) {
  /* Line n and line 10 - n, for the first three; the others have eight samples each. */
  const v128_t partner = wasm_i16x8_shuffle(lines->high, lines->high, 2, 1, 0, 3, 4, 5, 6, 7);
  return cdef_weighted(lines->low, partner, wasm_i32x4_make(420, 210, 140, 105), wasm_i32x4_make(105, 105, 105, 105));
}

static int cdef_find_dir_simd(const pixel *img, const ptrdiff_t stride, unsigned *const var HIGHBD_DECL_SUFFIX) {
  const v128_t zero = wasm_i16x8_const_splat(0);
  v128_t row[8], columns = zero;
  for (int y = 0; y < 8; y++, img += PXSTRIDE(stride)) {
#if BITDEPTH == 8
    const v128_t px = wasm_u16x8_load8x8(img);
#else
    const v128_t px = wasm_u16x8_shr(wasm_v128_load(img), bitdepth_from_max(bitdepth_max) - 8);
#endif
    row[y] = wasm_i16x8_sub(px, wasm_i16x8_const_splat(128));
    columns = wasm_i16x8_add(columns, row[y]);
  }
  CdefLines diagonal0 = {zero, zero}, diagonal1 = diagonal0, steep0 = diagonal0, steep1 = diagonal0;
  CdefLines flat2 = diagonal0, flat3 = diagonal0;
  unsigned level = 0;
#define ROW(y)                                                                                                \
  do {                                                                                                        \
    const v128_t reversed = REVERSED(row[y]), pairs = PAIRED(row[y]), pairs_reversed = PAIRED_REVERSED(row[y]); \
    ADD_LINE(diagonal0, row[y], y);                                                                           \
    ADD_LINE(diagonal1, reversed, y);                                                                         \
    ADD_LINE(steep0, pairs, y);                                                                               \
    ADD_LINE(steep1, pairs_reversed, y);                                                                      \
    const int sum = (int)cdef_sum(wasm_i32x4_extadd_pairwise_i16x8(row[y]));                                  \
    level += (unsigned)(sum * sum);                                                                           \
  } while (0)
  ROW(0); ROW(1); ROW(2); ROW(3); ROW(4); ROW(5); ROW(6); ROW(7);
#undef ROW
#define TWO_ROWS(j)                                                     \
  do {                                                                  \
    const v128_t two = wasm_i16x8_add(row[2 * (j)], row[2 * (j) + 1]);  \
    ADD_LINE(flat2, two, 3 - (j));                                      \
    ADD_LINE(flat3, two, j);                                            \
  } while (0)
  TWO_ROWS(0); TWO_ROWS(1); TWO_ROWS(2); TWO_ROWS(3);
#undef TWO_ROWS
  const unsigned cost[8] = {
      cdef_diagonal_cost(&diagonal0), cdef_steep_cost(&steep0), 105 * level,
      cdef_steep_cost(&steep1),       cdef_diagonal_cost(&diagonal1), cdef_steep_cost(&flat2),
      105 * cdef_sum(wasm_i32x4_dot_i16x8(columns, columns)), cdef_steep_cost(&flat3),
  };
  int best = 0;
  for (int n = 1; n < 8; n++)
    if (cost[n] > cost[best]) best = n;
  *var = (cost[best] - cost[best ^ 4]) >> 10;
  return best;
}
