#include "png_in_split.h"

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

void split2(uint8_t *const plane[2], const uint8_t *from, size_t count) {
  uint8_t *const a = plane[0], *const b = plane[1];
  for (size_t i = 0; i < count; i++) {
    a[i] = from[2 * i];
    b[i] = from[2 * i + 1];
  }
}

#ifdef __wasm_simd128__

/* Sixteen pixels at a time while their bytes are there. */
void split3(uint8_t *const plane[3], const uint8_t *from, size_t count) {
  size_t i = 0;
  for (; i + 16 <= count; i += 16, from += 48) {
    const v128_t a = wasm_v128_load(from), b = wasm_v128_load(from + 16), c = wasm_v128_load(from + 32);
    const v128_t r = wasm_i8x16_shuffle(a, b, 0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 0, 0, 0, 0, 0);
    const v128_t g = wasm_i8x16_shuffle(a, b, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, 0, 0, 0, 0, 0);
    const v128_t u = wasm_i8x16_shuffle(a, b, 2, 5, 8, 11, 14, 17, 20, 23, 26, 29, 0, 0, 0, 0, 0, 0);
    wasm_v128_store(plane[0] + i, wasm_i8x16_shuffle(r, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 20, 23, 26, 29));
    wasm_v128_store(plane[1] + i, wasm_i8x16_shuffle(g, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 18, 21, 24, 27, 30));
    wasm_v128_store(plane[2] + i, wasm_i8x16_shuffle(u, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 19, 22, 25, 28, 31));
  }
  for (; i < count; i++, from += 3)
    for (int k = 0; k < 3; k++) plane[k][i] = from[k];
}

void split4(uint8_t *const plane[4], const uint8_t *from, size_t count) {
  size_t i = 0;
  for (; i + 16 <= count; i += 16, from += 64) {
    const v128_t a = wasm_v128_load(from), b = wasm_v128_load(from + 16);
    const v128_t c = wasm_v128_load(from + 32), d = wasm_v128_load(from + 48);
    const v128_t ab = wasm_i8x16_shuffle(a, b, 0, 4, 8, 12, 16, 20, 24, 28, 1, 5, 9, 13, 17, 21, 25, 29);
    const v128_t cd = wasm_i8x16_shuffle(c, d, 0, 4, 8, 12, 16, 20, 24, 28, 1, 5, 9, 13, 17, 21, 25, 29);
    const v128_t ef = wasm_i8x16_shuffle(a, b, 2, 6, 10, 14, 18, 22, 26, 30, 3, 7, 11, 15, 19, 23, 27, 31);
    const v128_t gh = wasm_i8x16_shuffle(c, d, 2, 6, 10, 14, 18, 22, 26, 30, 3, 7, 11, 15, 19, 23, 27, 31);
    wasm_v128_store(plane[0] + i, wasm_i64x2_shuffle(ab, cd, 0, 2));
    wasm_v128_store(plane[1] + i, wasm_i64x2_shuffle(ab, cd, 1, 3));
    wasm_v128_store(plane[2] + i, wasm_i64x2_shuffle(ef, gh, 0, 2));
    wasm_v128_store(plane[3] + i, wasm_i64x2_shuffle(ef, gh, 1, 3));
  }
  for (; i < count; i++, from += 4)
    for (int k = 0; k < 4; k++) plane[k][i] = from[k];
}

/* x / 255, rounded, is (y + (y >> 8)) >> 8 for y = x + 128 and all x up to 255 · 255. */
static v128_t over255(v128_t x) {
  const v128_t y = wasm_i16x8_add(x, wasm_i16x8_splat(128));
  return wasm_u16x8_shr(wasm_i16x8_add(y, wasm_u16x8_shr(y, 8)), 8);
}

void premultiply_row(uint8_t *levels, const uint8_t *alpha, size_t count) {
  for (size_t i = 0; i < count; i += 16) {
    const v128_t level = wasm_v128_load(levels + i), share = wasm_v128_load(alpha + i);
    const v128_t low = over255(wasm_u16x8_extmul_low_u8x16(level, share));
    const v128_t high = over255(wasm_u16x8_extmul_high_u8x16(level, share));
    wasm_v128_store(levels + i, wasm_u8x16_narrow_i16x8(low, high));
  }
}

#else

static void split(uint8_t *const *plane, const uint8_t *from, size_t count, int planes) {
  for (size_t i = 0; i < count; i++)
    for (int k = 0; k < planes; k++) plane[k][i] = *from++;
}

void split3(uint8_t *const plane[3], const uint8_t *from, size_t count) { split(plane, from, count, 3); }
void split4(uint8_t *const plane[4], const uint8_t *from, size_t count) { split(plane, from, count, 4); }

void premultiply_row(uint8_t *levels, const uint8_t *alpha, size_t count) {
  for (size_t i = 0; i < count; i++) levels[i] = (uint8_t)((levels[i] * alpha[i] + 127) / 255);
}

#endif

void narrow16(uint8_t *to, const uint8_t *from, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const uint32_t sample = (uint32_t)from[2 * i] << 8 | from[2 * i + 1];
    to[i] = (uint8_t)((sample * 255 + 32895) >> 16); /* sample / 257, rounded */
  }
}

void unpack(uint8_t *to, const uint8_t *from, size_t count, int depth) {
  const size_t per_byte = 8 / (size_t)depth;
  const uint32_t mask = (1u << depth) - 1;
  for (size_t i = 0; i < count; i++) {
    const uint32_t shift = (uint32_t)depth * (uint32_t)(per_byte - 1 - i % per_byte);
    to[i] = (uint8_t)(from[i / per_byte] >> shift & mask);
  }
}
