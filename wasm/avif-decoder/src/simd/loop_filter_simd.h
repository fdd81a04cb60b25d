/*
 * The deblocking filter (AV1 specification section 7.14.6) in 128-bit SIMD, to the very samples of dav1d's loop_filter:
 * the four lines of an edge at once, in the lower four lanes. Included by dav1d's loopfilter_tmpl.c (patch dav1d-03),
 * once for each BITDEPTH.
 */
#include <wasm_simd128.h>

#define UPPER_HALF(v) wasm_i64x2_shuffle(v, v, 1, 1)
#define ADD(a, b) wasm_i16x8_add(a, b)
#define TWICE(a) wasm_i16x8_shl(a, 1)

/* Four samples that lie side by side. */
static inline v128_t lf_load(const pixel *src) {
#if BITDEPTH == 8
  return wasm_u16x8_extend_low_u8x16(wasm_v128_load32_zero(src));
#else
  return wasm_v128_load64_zero(src);
#endif
}

static inline void lf_store(pixel *dst, const v128_t v) {
#if BITDEPTH == 8
  wasm_v128_store32_lane(dst, wasm_u8x16_narrow_i16x8(v, v), 0);
#else
  wasm_v128_store64_lane(dst, v, 0);
#endif
}

/* Four columns of four rows. */
static inline void lf_load_columns(v128_t column[4], const pixel *src, const ptrdiff_t stride) {
#if BITDEPTH == 8
  v128_t rows = wasm_v128_load32_zero(src);
  rows = wasm_v128_load32_lane(src + stride, rows, 1);
  rows = wasm_v128_load32_lane(src + 2 * stride, rows, 2);
  rows = wasm_v128_load32_lane(src + 3 * stride, rows, 3);
  const v128_t turned = wasm_i8x16_shuffle(rows, rows, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  column[0] = wasm_u16x8_extend_low_u8x16(turned);
  column[2] = wasm_u16x8_extend_high_u8x16(turned);
#else
  const v128_t upper = wasm_v128_load64_lane(src + stride, wasm_v128_load64_zero(src), 1);
  const v128_t lower = wasm_v128_load64_lane(src + 3 * stride, wasm_v128_load64_zero(src + 2 * stride), 1);
  column[0] = wasm_i16x8_shuffle(upper, lower, 0, 4, 8, 12, 1, 5, 9, 13);
  column[2] = wasm_i16x8_shuffle(upper, lower, 2, 6, 10, 14, 3, 7, 11, 15);
#endif
  column[1] = UPPER_HALF(column[0]);
  column[3] = UPPER_HALF(column[2]);
}

static inline void lf_store_columns(pixel *dst, const ptrdiff_t stride, const v128_t a, const v128_t b, const v128_t c,
                                    const v128_t d) {
  const v128_t ab = wasm_i64x2_shuffle(a, b, 0, 2), cd = wasm_i64x2_shuffle(c, d, 0, 2);
#if BITDEPTH == 8
  const v128_t columns = wasm_u8x16_narrow_i16x8(ab, cd);
  const v128_t rows = wasm_i8x16_shuffle(columns, columns, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  wasm_v128_store32_lane(dst, rows, 0);
  wasm_v128_store32_lane(dst + stride, rows, 1);
  wasm_v128_store32_lane(dst + 2 * stride, rows, 2);
  wasm_v128_store32_lane(dst + 3 * stride, rows, 3);
#else
  const v128_t upper = wasm_i16x8_shuffle(ab, cd, 0, 4, 8, 12, 1, 5, 9, 13);
  const v128_t lower = wasm_i16x8_shuffle(ab, cd, 2, 6, 10, 14, 3, 7, 11, 15);
  wasm_v128_store64_lane(dst, upper, 0);
  wasm_v128_store64_lane(dst + stride, upper, 1);
  wasm_v128_store64_lane(dst + 2 * stride, lower, 0);
  wasm_v128_store64_lane(dst + 3 * stride, lower, 1);
#endif
}

static inline v128_t lf_distance(const v128_t a, const v128_t b) { return wasm_i16x8_abs(wasm_i16x8_sub(a, b)); }
static inline v128_t lf_near(const v128_t a, const v128_t b, const v128_t most) {
  return wasm_i16x8_le(lf_distance(a, b), most);
}
static inline int lf_any(const v128_t mask) { return wasm_i64x2_extract_lane(mask, 0) != 0; }
static inline v128_t lf_select(const v128_t mask, const v128_t yes, const v128_t no) {
  return wasm_v128_bitselect(yes, no, mask);
}

/* p and q: samples on both sides, from the edge on; the filtered ones replace them. 0: nothing changes. */
static inline int lf_filter(v128_t p[8], v128_t q[8], const int E, const int I, const int H, const int wd
                            HIGHBD_DECL_SUFFIX) {
  const int up = bitdepth_from_max(bitdepth_max) - 8;
  const v128_t inner = wasm_i16x8_splat((int16_t)(I << up)), one = wasm_i16x8_splat((int16_t)(1 << up));
  const v128_t p0 = p[0], p1 = p[1], q0 = q[0], q1 = q[1];
  const v128_t across = ADD(TWICE(lf_distance(p0, q0)), wasm_u16x8_shr(lf_distance(p1, q1), 1));
  v128_t fm = wasm_v128_and(wasm_v128_and(lf_near(p1, p0, inner), lf_near(q1, q0, inner)),
                            wasm_i16x8_le(across, wasm_i16x8_splat((int16_t)(E << up))));
  if (wd > 4) fm = wasm_v128_and(fm, wasm_v128_and(lf_near(p[2], p1, inner), lf_near(q[2], q1, inner)));
  if (wd > 6) fm = wasm_v128_and(fm, wasm_v128_and(lf_near(p[3], p[2], inner), lf_near(q[3], q[2], inner)));
  if (!lf_any(fm)) return 0;

  v128_t flat = wasm_i16x8_const_splat(0);
  if (wd >= 6) {
    flat = wasm_v128_and(fm, wasm_v128_and(wasm_v128_and(lf_near(p[2], p0, one), lf_near(p1, p0, one)),
                                           wasm_v128_and(lf_near(q1, q0, one), lf_near(q[2], q0, one))));
  }
  if (wd >= 8) flat = wasm_v128_and(flat, wasm_v128_and(lf_near(p[3], p0, one), lf_near(q[3], q0, one)));

  /* The narrow filter, where it is not flat. */
  const v128_t low = wasm_i16x8_splat((int16_t)(-128 * (1 << up))), high = wasm_i16x8_splat((int16_t)((128 << up) - 1));
  const v128_t none = wasm_i16x8_const_splat(0), white = wasm_i16x8_splat((int16_t)((256 << up) - 1));
#define CLIP(v, from, to) wasm_i16x8_min(wasm_i16x8_max(v, from), to)
  const v128_t limit = wasm_i16x8_splat((int16_t)(H << up));
  const v128_t hev = wasm_v128_or(wasm_i16x8_gt(lf_distance(p1, p0), limit), wasm_i16x8_gt(lf_distance(q1, q0), limit));
  const v128_t step = wasm_i16x8_sub(q0, p0);
  const v128_t start = wasm_v128_and(hev, CLIP(wasm_i16x8_sub(p1, q1), low, high));
  const v128_t f = CLIP(ADD(ADD(TWICE(step), step), start), low, high);
  const v128_t f1 = wasm_i16x8_shr(wasm_i16x8_min(ADD(f, wasm_i16x8_const_splat(4)), high), 3);
  const v128_t f2 = wasm_i16x8_shr(wasm_i16x8_min(ADD(f, wasm_i16x8_const_splat(3)), high), 3);
  const v128_t f3 = wasm_v128_andnot(wasm_i16x8_shr(ADD(f1, wasm_i16x8_const_splat(1)), 1), hev);
  const v128_t narrow = wasm_v128_andnot(fm, flat);
  p[0] = lf_select(narrow, CLIP(ADD(p0, f2), none, white), p0);
  q[0] = lf_select(narrow, CLIP(wasm_i16x8_sub(q0, f1), none, white), q0);
  p[1] = lf_select(narrow, CLIP(ADD(p1, f3), none, white), p1);
  q[1] = lf_select(narrow, CLIP(wasm_i16x8_sub(q1, f3), none, white), q1);
#undef CLIP
  if (wd < 6 || !lf_any(flat)) return 1;

  if (wd == 6) {
    const v128_t p2 = p[2], q2 = q[2], four = wasm_i16x8_const_splat(4);
#define OUT(into, ...) into = lf_select(flat, wasm_u16x8_shr(__VA_ARGS__, 3), into)
    OUT(p[1], ADD(ADD(ADD(p2, TWICE(p2)), ADD(TWICE(p1), TWICE(p0))), ADD(q0, four)));
    OUT(p[0], ADD(ADD(ADD(p2, TWICE(p1)), ADD(TWICE(p0), TWICE(q0))), ADD(q1, four)));
    OUT(q[0], ADD(ADD(ADD(p1, TWICE(p0)), ADD(TWICE(q0), TWICE(q1))), ADD(q2, four)));
    OUT(q[1], ADD(ADD(ADD(p0, TWICE(q0)), ADD(TWICE(q1), TWICE(q2))), ADD(q2, four)));
#undef OUT
    return 1;
  }
  v128_t wide = wasm_i16x8_const_splat(0);
  if (wd >= 16) {
    wide = flat;
    for (int k = 4; k < 7; k++) wide = wasm_v128_and(wide, wasm_v128_and(lf_near(p[k], p0, one), lf_near(q[k], q0, one)));
  }
  /* Running sums: from one sample to the next, two leave the window at one end and two enter at the other. */
  const v128_t line[14] = {p[6], p[5], p[4], p[3], p[2], p1, p0, q0, q1, q[2], q[3], q[4], q[5], q[6]};
#define AT(i) line[(i) < first ? first : (i) > last ? last : (i)]
#define INTO(i) (*((i) < 7 ? &p[6 - (i)] : &q[(i) - 7]))
  {
    enum { first = 3, last = 10 };
    /* Of p2: p3 three times, p2 twice, p1, p0, q0, and a half of 8. */
    v128_t sum = ADD(ADD(ADD(TWICE(AT(3)), AT(3)), ADD(TWICE(AT(4)), AT(5))), ADD(ADD(AT(6), AT(7)), wasm_i16x8_const_splat(4)));
    for (int i = 4; i <= 9; i++) {
      INTO(i) = lf_select(flat, wasm_u16x8_shr(sum, 3), INTO(i));
      sum = wasm_i16x8_sub(ADD(sum, ADD(AT(i + 1), AT(i + 4))), ADD(AT(i), AT(i - 3)));
    }
  }
  if (wd < 16 || !lf_any(wide)) return 1;
  {
    enum { first = 0, last = 13 };
    /* Of p5: p6 seven times, p5 and p4 twice, p3 to q0 once, and a half of 16. */
    v128_t sum = ADD(wasm_i16x8_sub(wasm_i16x8_shl(AT(0), 3), AT(0)), ADD(TWICE(AT(1)), TWICE(AT(2))));
    sum = ADD(ADD(sum, ADD(AT(3), AT(4))), ADD(ADD(AT(5), AT(6)), ADD(AT(7), wasm_i16x8_const_splat(8))));
    for (int i = 1; i <= 12; i++) {
      INTO(i) = lf_select(wide, wasm_u16x8_shr(sum, 4), INTO(i));
      sum = wasm_i16x8_sub(ADD(sum, ADD(AT(i + 2), AT(i + 7))), ADD(AT(i - 1), AT(i - 6)));
    }
  }
#undef AT
#undef INTO
  return 1;
}

/* Across an edge that runs along the rows. */
static inline void lf_edge_in_rows(pixel *dst, const int E, const int I, const int H, const ptrdiff_t stride, const int wd
                                   HIGHBD_DECL_SUFFIX) {
  const int taps = wd == 4 ? 2 : wd == 6 ? 3 : wd == 8 ? 4 : 7;
  const int changed = wd <= 6 ? 2 : wd == 8 ? 3 : 6;
  v128_t p[8], q[8];
  for (int k = 0; k < 8; k++) p[k] = q[k] = wasm_i16x8_const_splat(0);
  for (int k = 0; k < taps; k++) {
    p[k] = lf_load(dst - (k + 1) * stride);
    q[k] = lf_load(dst + k * stride);
  }
  if (!lf_filter(p, q, E, I, H, wd HIGHBD_TAIL_SUFFIX)) return;
  for (int k = 0; k < changed; k++) {
    lf_store(dst - (k + 1) * stride, p[k]);
    lf_store(dst + k * stride, q[k]);
  }
}

/* Across an edge that runs down: the rows are turned. */
static inline void lf_edge_in_columns(pixel *dst, const int E, const int I, const int H, const ptrdiff_t stride,
                                      const int wd HIGHBD_DECL_SUFFIX) {
  v128_t p[8], q[8], group[4];
  for (int k = 0; k < 8; k++) p[k] = q[k] = wasm_i16x8_const_splat(0);
  if (wd == 4) {
    lf_load_columns(group, dst - 2, stride);
    p[1] = group[0], p[0] = group[1], q[0] = group[2], q[1] = group[3];
  } else {
    for (int k = 0; k < (wd >= 16 ? 8 : 4); k += 4) {
      lf_load_columns(group, dst - k - 4, stride);
      for (int j = 0; j < 4; j++) p[k + 3 - j] = group[j];
      lf_load_columns(q + k, dst + k, stride);
    }
  }
  if (!lf_filter(p, q, E, I, H, wd HIGHBD_TAIL_SUFFIX)) return;
  if (wd == 8) {
    lf_store_columns(dst - 4, stride, p[3], p[2], p[1], p[0]);
    lf_store_columns(dst, stride, q[0], q[1], q[2], q[3]);
    return;
  }
  lf_store_columns(dst - 2, stride, p[1], p[0], q[0], q[1]);
  if (wd < 16) return;
  lf_store_columns(dst - 6, stride, p[5], p[4], p[3], p[2]);
  lf_store_columns(dst + 2, stride, q[2], q[3], q[4], q[5]);
}

static NOINLINE void loop_filter_simd(pixel *dst, const int E, const int I, const int H, const ptrdiff_t stridea,
                                      const ptrdiff_t strideb, const int wd HIGHBD_DECL_SUFFIX) {
#define EDGE(wd)                                                                       \
  case wd:                                                                             \
    if (strideb == 1) lf_edge_in_columns(dst, E, I, H, stridea, wd HIGHBD_TAIL_SUFFIX); \
    else lf_edge_in_rows(dst, E, I, H, strideb, wd HIGHBD_TAIL_SUFFIX);                \
    break;
  switch (wd) { EDGE(4) EDGE(6) EDGE(8) EDGE(16) }
#undef EDGE
}
#undef ADD
#undef TWICE
