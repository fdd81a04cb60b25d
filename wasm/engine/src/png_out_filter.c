#include "png_out_filter.h"

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

static int distance(int a, int b) { return a > b ? a - b : b - a; }

/* Of left, above and above left, the one nearest to left + above - above left. */
static int paeth(int left, int above, int corner) {
  const int to_left = distance(above, corner), to_above = distance(left, corner);
  const int to_corner = distance(left + above, 2 * corner);
  if (to_left <= to_above && to_left <= to_corner) return left;
  return to_above <= to_corner ? above : corner;
}

static uint8_t difference(int filter, const uint8_t *row, const uint8_t *above, size_t step) {
  const int left = *(row - step), corner = *(above - step);
  switch (filter) {
    case FILTER_SUB:
      return (uint8_t)(*row - left);
    case FILTER_UP:
      return (uint8_t)(*row - *above);
    case FILTER_AVERAGE:
      return (uint8_t)(*row - (left + *above) / 2);
    case FILTER_PAETH:
      return (uint8_t)(*row - paeth(left, *above, corner));
    default:
      return *row;
  }
}

static uint32_t magnitude(uint8_t byte) { return byte < 128 ? byte : 256u - byte; }

#ifdef __wasm_simd128__

typedef struct {
  v128_t at, left, above, corner;
} Neighbours;

static inline Neighbours load(const uint8_t *row, const uint8_t *above, size_t step) {
  return (Neighbours){wasm_v128_load(row), wasm_v128_load(row - step), wasm_v128_load(above), wasm_v128_load(above - step)};
}

static inline v128_t distances(v128_t a, v128_t b) { return wasm_i8x16_sub(wasm_u8x16_max(a, b), wasm_u8x16_min(a, b)); }

/* The mean rounded down; the instruction rounds up. */
static inline v128_t average_lanes(Neighbours n) {
  const v128_t odd = wasm_v128_and(wasm_v128_xor(n.left, n.above), wasm_u8x16_const_splat(1));
  return wasm_i8x16_sub(wasm_u8x16_avgr(n.left, n.above), odd);
}

/*
 * In bytes: where left and above lie on the same side of the corner, the distance to the corner is the sum of the other
 * two, so that no saturation changes who is nearest; else it is their difference.
 */
static inline v128_t paeth_lanes(Neighbours n) {
  const v128_t to_left = distances(n.above, n.corner), to_above = distances(n.left, n.corner);
  const v128_t same = wasm_i8x16_eq(wasm_u8x16_ge(n.above, n.corner), wasm_u8x16_ge(n.left, n.corner));
  const v128_t to_corner =
      wasm_v128_bitselect(wasm_u8x16_add_sat(to_left, to_above), distances(to_left, to_above), same);
  const v128_t is_left = wasm_v128_and(wasm_u8x16_le(to_left, to_above), wasm_u8x16_le(to_left, to_corner));
  const v128_t other = wasm_v128_bitselect(n.above, n.corner, wasm_u8x16_le(to_above, to_corner));
  return wasm_v128_bitselect(n.left, other, is_left);
}

static inline v128_t differences(int filter, Neighbours n) {
  switch (filter) {
    case FILTER_SUB:
      return wasm_i8x16_sub(n.at, n.left);
    case FILTER_UP:
      return wasm_i8x16_sub(n.at, n.above);
    case FILTER_AVERAGE:
      return wasm_i8x16_sub(n.at, average_lanes(n));
    case FILTER_PAETH:
      return wasm_i8x16_sub(n.at, paeth_lanes(n));
    default:
      return n.at;
  }
}

/* Adds the lanes' magnitudes to `sums`, four 32-bit lanes. */
static inline v128_t add_magnitudes(v128_t sums, v128_t bytes) {
  const v128_t magnitudes = wasm_u8x16_min(bytes, wasm_i8x16_neg(bytes));
  return wasm_i32x4_add(sums, wasm_u32x4_extadd_pairwise_u16x8(wasm_u16x8_extadd_pairwise_u8x16(magnitudes)));
}

static inline uint32_t total(v128_t sums) {
  return (uint32_t)wasm_i32x4_extract_lane(sums, 0) + (uint32_t)wasm_i32x4_extract_lane(sums, 1) +
         (uint32_t)wasm_i32x4_extract_lane(sums, 2) + (uint32_t)wasm_i32x4_extract_lane(sums, 3);
}

/* As many bytes as whole vectors hold; says how many. */
static inline size_t filter_lanes(int filter, const uint8_t *row, const uint8_t *above, size_t count, size_t step, uint8_t *out) {
  size_t i = 0;
  for (; i + 16 <= count; i += 16) wasm_v128_store(out + i, differences(filter, load(row + i, above + i, step)));
  return i;
}

static size_t cost_lanes(const uint8_t *row, const uint8_t *above, size_t count, size_t step, uint32_t *cost) {
  v128_t sums[FILTERS];
  for (int f = 0; f < FILTERS; f++) sums[f] = wasm_i32x4_const_splat(0);
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    const Neighbours n = load(row + i, above + i, step);
    for (int f = 0; f < FILTERS; f++) sums[f] = add_magnitudes(sums[f], differences(f, n));
  }
  for (int f = 0; f < FILTERS; f++) cost[f] = total(sums[f]);
  return i;
}

#else

static size_t filter_lanes(int filter, const uint8_t *row, const uint8_t *above, size_t count, size_t step, uint8_t *out) {
  (void)filter, (void)row, (void)above, (void)count, (void)step, (void)out;
  return 0;
}

static size_t cost_lanes(const uint8_t *row, const uint8_t *above, size_t count, size_t step, uint32_t *cost) {
  (void)row, (void)above, (void)count, (void)step, (void)cost;
  return 0;
}

#endif

/* `filter` is a constant where it is called, so that the loops do not ask for it. */
static inline void filter_row(int filter, const uint8_t *row, const uint8_t *above, size_t count, size_t step, uint8_t *out) {
  size_t i = filter_lanes(filter, row, above, count, step, out);
  for (; i < count; i++) out[i] = difference(filter, row + i, above + i, step);
}

void png_filter(int filter, const uint8_t *row, const uint8_t *above, size_t count, size_t step, uint8_t *out) {
  switch (filter) {
    case FILTER_SUB:
      filter_row(FILTER_SUB, row, above, count, step, out);
      return;
    case FILTER_UP:
      filter_row(FILTER_UP, row, above, count, step, out);
      return;
    case FILTER_AVERAGE:
      filter_row(FILTER_AVERAGE, row, above, count, step, out);
      return;
    case FILTER_PAETH:
      filter_row(FILTER_PAETH, row, above, count, step, out);
      return;
    default:
      filter_row(FILTER_NONE, row, above, count, step, out);
  }
}

int png_filter_choose(const uint8_t *row, const uint8_t *above, size_t count, size_t step) {
  /* A row has at most 65,535 pixels of 4 bytes, each at most 128: the sums fit. */
  uint32_t cost[FILTERS] = {0};
  for (size_t i = cost_lanes(row, above, count, step, cost); i < count; i++)
    for (int f = 0; f < FILTERS; f++) cost[f] += magnitude(difference(f, row + i, above + i, step));
  int best = 0;
  for (int f = 1; f < FILTERS; f++)
    if (cost[f] < cost[best]) best = f;
  return best;
}
