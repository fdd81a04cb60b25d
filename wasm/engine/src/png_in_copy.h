/* Copies of what was just written, as deflate's matches are: source and destination may overlap. */
#ifndef PICTOR_PNG_IN_COPY_H
#define PICTOR_PNG_IN_COPY_H

#include <stdint.h>
#include <string.h>

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

/* Bytes that a copy may write beyond its end. */
#define COPY_SLOP 32

#ifdef __wasm_simd128__

/* Sixteen bytes that repeat with a period of 1 to 15. */
static inline v128_t repeated(const uint8_t *from, uint32_t period) {
  static const uint8_t lanes[16][16] = {
      {0},
      {0},
      {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1},
      {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0},
      {0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3},
      {0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0},
      {0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 0, 1, 2, 3},
      {0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6, 0, 1},
      {0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7},
      {0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 6},
      {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5},
      {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 1, 2, 3, 4},
      {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3},
      {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 1, 2},
      {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 1},
      {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0},
  };
  return wasm_i8x16_swizzle(wasm_v128_load(from), wasm_v128_load(lanes[period]));
}

/* `distance` of 1 to 32,768, `length` of 3 to 258. */
static inline void copy_match(uint8_t *to, uint32_t distance, uint32_t length) {
  const uint8_t *from = to - distance;
  const uint8_t *const end = to + length;
  if (distance >= 16) {
    do {
      wasm_v128_store(to, wasm_v128_load(from));
      to += 16;
      from += 16;
    } while (to < end);
    return;
  }
  static const uint8_t whole[16] = {0, 16, 16, 15, 16, 15, 12, 14, 16, 9, 10, 11, 12, 13, 14, 15};
  const v128_t pattern = repeated(from, distance);
  const uint32_t step = whole[distance]; /* whole periods in sixteen bytes */
  do {
    wasm_v128_store(to, pattern);
    to += step;
  } while (to < end);
}

#else

static inline void copy_match(uint8_t *to, uint32_t distance, uint32_t length) {
  const uint8_t *from = to - distance;
  for (uint32_t i = 0; i < length; i++) to[i] = from[i];
}

#endif

#endif
