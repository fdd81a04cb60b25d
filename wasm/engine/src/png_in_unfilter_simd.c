#include "png_in_unfilter_simd.h"

#ifdef __wasm_simd128__
#include <wasm_simd128.h>

/*
 * `pixel` is constant wherever these are used. A pixel is loaded and stored as four bytes; of three, the fourth is the
 * next pixel's first, which is written over in its turn.
 */
#define INLINE static inline __attribute__((always_inline))

INLINE v128_t load_pixel(const uint8_t *at) { return wasm_v128_load32_zero(at); }
INLINE void store_pixel(uint8_t *at, v128_t pixel) { wasm_v128_store32_lane(at, pixel, 0); }

/* Sums of 4 pixels of 4 bytes, or of 5 of 3, in two and three steps; the last of them goes on to the next. */
INLINE void sub(uint8_t *to, const uint8_t *from, size_t count, int pixel) {
  const v128_t zero = wasm_i64x2_const(0, 0);
  v128_t last = zero;
  const size_t step = pixel == 3 ? 15 : 16;
  for (size_t i = 0; i < count; i += step) {
    v128_t sum = wasm_v128_load(from + i);
    if (pixel == 3) {
      sum = wasm_i8x16_add(sum, wasm_i8x16_shuffle(zero, sum, 0, 1, 2, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28));
      sum = wasm_i8x16_add(sum, wasm_i8x16_shuffle(zero, sum, 0, 1, 2, 3, 4, 5, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25));
      sum = wasm_i8x16_add(sum, wasm_i8x16_shuffle(zero, sum, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 16, 17, 18, 19));
      sum = wasm_i8x16_add(sum, wasm_i8x16_shuffle(last, last, 12, 13, 14, 12, 13, 14, 12, 13, 14, 12, 13, 14, 12, 13, 14, 12));
    } else {
      sum = wasm_i8x16_add(sum, wasm_i32x4_shuffle(zero, sum, 0, 4, 5, 6));
      sum = wasm_i8x16_add(sum, wasm_i32x4_shuffle(zero, sum, 0, 1, 4, 5));
      sum = wasm_i8x16_add(sum, wasm_i32x4_shuffle(last, last, 3, 3, 3, 3));
    }
    wasm_v128_store(to + i, sum);
    last = sum;
  }
}

/* The mean, rounded down: avgr rounds up. */
INLINE void average(uint8_t *to, const uint8_t *from, const uint8_t *above, size_t count, int pixel) {
  const v128_t one = wasm_i8x16_splat(1);
  v128_t left = wasm_i64x2_const(0, 0);
  for (size_t i = 0; i < count; i += (size_t)pixel) {
    const v128_t over = load_pixel(above + i);
    const v128_t odd = wasm_v128_and(wasm_v128_xor(left, over), one);
    const v128_t mean = wasm_i8x16_sub(wasm_u8x16_avgr(left, over), odd);
    left = wasm_i8x16_add(load_pixel(from + i), mean);
    store_pixel(to + i, left);
  }
}

/* In 16 bits a sample. What does not need the pixel to the left comes first, so that the chain from it is short. */
INLINE void paeth(uint8_t *to, const uint8_t *from, const uint8_t *above, size_t count, int pixel) {
  v128_t left = wasm_i64x2_const(0, 0), corner = left;
  for (size_t i = 0; i < count; i += (size_t)pixel) {
    const v128_t over = wasm_u16x8_load8x8(above + i);
    const v128_t to_left = wasm_i16x8_sub(over, corner);
    const v128_t to_over = wasm_i16x8_sub(left, corner);
    const v128_t from_left = wasm_i16x8_abs(to_left), from_over = wasm_i16x8_abs(to_over);
    const v128_t from_corner = wasm_i16x8_abs(wasm_i16x8_add(to_left, to_over));
    const v128_t least = wasm_i16x8_min(wasm_i16x8_min(from_left, from_over), from_corner);
    const v128_t other = wasm_v128_bitselect(over, corner, wasm_i16x8_eq(least, from_over));
    const v128_t nearest = wasm_v128_bitselect(left, other, wasm_i16x8_eq(least, from_left));
    const v128_t sum = wasm_i8x16_add(wasm_u16x8_load8x8(from + i), nearest);
    left = sum;
    store_pixel(to + i, wasm_u8x16_narrow_i16x8(sum, sum));
    corner = over;
  }
}

int unfilter_simd(uint8_t *to, const uint8_t *from, const uint8_t *above, size_t count, int pixel, int filter) {
  if (pixel != 3 && pixel != 4) return 0;
  switch (filter) {
    case 1:
      if (pixel == 3) sub(to, from, count, 3);
      else sub(to, from, count, 4);
      return 1;
    case 3:
      if (pixel == 3) average(to, from, above, count, 3);
      else average(to, from, above, count, 4);
      return 1;
    case 4:
      if (pixel == 3) paeth(to, from, above, count, 3);
      else paeth(to, from, above, count, 4);
      return 1;
    default:
      return 0;
  }
}

#else

int unfilter_simd(uint8_t *to, const uint8_t *from, const uint8_t *above, size_t count, int pixel, int filter) {
  (void)to, (void)from, (void)above, (void)count, (void)pixel, (void)filter;
  return 0;
}

#endif
