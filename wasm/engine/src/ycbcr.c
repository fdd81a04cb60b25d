#include "ycbcr.h"

/*
 * In 2^-16. Factors above a half are too large for 16 bits: 1 is taken off them, and the sample itself is added to the
 * result instead.
 */
enum {
  Y_R = 19595, Y_G = 38470 - 65536, Y_B = 7471,
  CB_R = -11059, CB_G = -21709, CB_B = 32768 - 65536,
  CR_R = 32768 - 65536, CR_G = -27439, CR_B = -5329,
  Y_ROUNDING = 32768, CHROMA_ROUNDING = (128 << 16) + 32767
};

static void convert_pixels(uint8_t *y, uint8_t *cb, uint8_t *cr, const uint8_t *pixel, int32_t from, int32_t to) {
  for (int32_t x = from; x < to; x++) {
    const int32_t red = pixel[4 * x], green = pixel[4 * x + 1], blue = pixel[4 * x + 2];
    y[x] = (uint8_t)(green + ((Y_R * red + Y_G * green + Y_B * blue + Y_ROUNDING) >> 16));
    cb[x] = (uint8_t)(blue + ((CB_R * red + CB_G * green + CB_B * blue + CHROMA_ROUNDING) >> 16));
    cr[x] = (uint8_t)(red + ((CR_R * red + CR_G * green + CR_B * blue + CHROMA_ROUNDING) >> 16));
  }
}

static void halve_samples(uint8_t *out, const uint8_t *upper, const uint8_t *lower, int32_t from, int32_t to) {
  for (int32_t x = from; x < to; x++)
    out[x] = (uint8_t)((upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1] + 1 + (x & 1)) >> 2);
}

#ifdef __wasm_simd128__
#include <wasm_simd128.h>

#define PAIRS(a, b) wasm_i16x8_const(a, b, a, b, a, b, a, b)

/* Four pixels: a whole number added to a sum of products of red and green, and of blue. */
static inline v128_t weighed(v128_t red_green, v128_t by, v128_t blue, v128_t by_blue, int32_t rounding, v128_t plus) {
  const v128_t products = wasm_i32x4_add(wasm_i32x4_dot_i16x8(red_green, by), wasm_i32x4_dot_i16x8(blue, by_blue));
  return wasm_i32x4_add(wasm_i32x4_shr(wasm_i32x4_add(products, wasm_i32x4_splat(rounding)), 16), plus);
}

typedef struct {
  v128_t y, cb, cr;
} FourPixels;

static inline FourPixels convert_4(const uint8_t *pixel) {
  const v128_t pixels = wasm_v128_load(pixel), byte = wasm_i32x4_const_splat(0xFF);
  const v128_t red = wasm_v128_and(pixels, byte);
  const v128_t green = wasm_v128_and(wasm_u32x4_shr(pixels, 8), byte);
  const v128_t blue = wasm_v128_and(wasm_u32x4_shr(pixels, 16), byte);
  const v128_t red_green = wasm_v128_or(red, wasm_i32x4_shl(green, 16));
  return (FourPixels){
      weighed(red_green, PAIRS(Y_R, Y_G), blue, PAIRS(Y_B, 0), Y_ROUNDING, green),
      weighed(red_green, PAIRS(CB_R, CB_G), blue, PAIRS(CB_B, 0), CHROMA_ROUNDING, blue),
      weighed(red_green, PAIRS(CR_R, CR_G), blue, PAIRS(CR_B, 0), CHROMA_ROUNDING, red),
  };
}

static inline void store_16(uint8_t *out, v128_t a, v128_t b, v128_t c, v128_t d) {
  wasm_v128_store(out, wasm_u8x16_narrow_i16x8(wasm_i16x8_narrow_i32x4(a, b), wasm_i16x8_narrow_i32x4(c, d)));
}

void ycbcr_row(uint8_t *y, uint8_t *cb, uint8_t *cr, const uint8_t *pixel, int32_t width) {
  int32_t x = 0;
  for (; x + 16 <= width; x += 16) {
    FourPixels four[4];
    for (int i = 0; i < 4; i++) four[i] = convert_4(pixel + 4 * x + 16 * i);
    store_16(y + x, four[0].y, four[1].y, four[2].y, four[3].y);
    store_16(cb + x, four[0].cb, four[1].cb, four[2].cb, four[3].cb);
    store_16(cr + x, four[0].cr, four[1].cr, four[2].cr, four[3].cr);
  }
  convert_pixels(y, cb, cr, pixel, x, width);
}

static inline v128_t halve_8(const uint8_t *upper, const uint8_t *lower) {
  const v128_t sum = wasm_i16x8_add(wasm_u16x8_extadd_pairwise_u8x16(wasm_v128_load(upper)),
                                    wasm_u16x8_extadd_pairwise_u8x16(wasm_v128_load(lower)));
  return wasm_u16x8_shr(wasm_i16x8_add(sum, wasm_i16x8_const(1, 2, 1, 2, 1, 2, 1, 2)), 2);
}

void halve_rows(uint8_t *out, const uint8_t *upper, const uint8_t *lower, int32_t width) {
  int32_t x = 0;
  for (; x + 16 <= width; x += 16) {
    const v128_t left = halve_8(upper + 2 * x, lower + 2 * x);
    const v128_t right = halve_8(upper + 2 * x + 16, lower + 2 * x + 16);
    wasm_v128_store(out + x, wasm_u8x16_narrow_i16x8(left, right));
  }
  halve_samples(out, upper, lower, x, width);
}
#else

void ycbcr_row(uint8_t *y, uint8_t *cb, uint8_t *cr, const uint8_t *pixel, int32_t width) {
  convert_pixels(y, cb, cr, pixel, 0, width);
}

void halve_rows(uint8_t *out, const uint8_t *upper, const uint8_t *lower, int32_t width) {
  halve_samples(out, upper, lower, 0, width);
}
#endif
