#include "op_matrix.h"

#include <math.h>

#ifdef __wasm_simd128__
#include <wasm_simd128.h>

/* A pixel's three results lie side by side; the fourth lane is its alpha. */
static void map_pixels(uint8_t *pixel, const uint8_t *end, const ColourMatrix *m) {
  v128_t column[4];
  for (int i = 0; i < 4; i++) column[i] = wasm_f32x4_make(m->row[0][i], m->row[1][i], m->row[2][i], 0);
  for (; pixel < end; pixel += 4) {
    v128_t sum = wasm_f32x4_add(column[3], wasm_f32x4_mul(column[0], wasm_f32x4_splat(pixel[0])));
    sum = wasm_f32x4_add(sum, wasm_f32x4_mul(column[1], wasm_f32x4_splat(pixel[1])));
    sum = wasm_f32x4_add(sum, wasm_f32x4_mul(column[2], wasm_f32x4_splat(pixel[2])));
    const v128_t level = wasm_i32x4_trunc_sat_f32x4(wasm_f32x4_nearest(sum));
    const v128_t words = wasm_i16x8_narrow_i32x4(level, level), bytes = wasm_u8x16_narrow_i16x8(words, words);
    const uint8_t alpha = pixel[3];
    wasm_v128_store32_lane(pixel, bytes, 0);
    pixel[3] = alpha;
  }
}
#else
static void map_pixels(uint8_t *pixel, const uint8_t *end, const ColourMatrix *m) {
  for (; pixel < end; pixel += 4) {
    const float red = pixel[0], green = pixel[1], blue = pixel[2];
    for (int i = 0; i < 3; i++) {
      const float *row = m->row[i];
      const float level = rintf(row[3] + row[0] * red + row[1] * green + row[2] * blue);
      pixel[i] = (uint8_t)(level < 0 ? 0 : level > 255 ? 255 : level);
    }
  }
}
#endif

void op_matrix(Raster *raster, const ColourMatrix *matrix) {
  map_pixels(raster->data, raster->data + (size_t)raster->width * (size_t)raster->height * 4, matrix);
}
