#include "quantize_by_matrix.h"

#ifdef __wasm_simd128__
#include <wasm_simd128.h>

/* AOM_QM_BITS */
#define MATRIX_BITS 5

/* What four coefficients are quantized with. */
typedef struct {
  v128_t threshold, round, quant, dequant;
} Steps;

static Steps steps_of(v128_t round, v128_t quant, v128_t dequant, uint32_t log_scale) {
  const v128_t half = wasm_i32x4_splat((1 << log_scale) >> 1);
  return (Steps){
      .threshold = wasm_i32x4_shl(dequant, MATRIX_BITS - 1 - log_scale),
      .round = wasm_i32x4_shr(wasm_i32x4_add(round, half), log_scale),
      .quant = quant,
      .dequant = dequant,
  };
}

/* DC alone in the first lane. */
static v128_t first_four(const int16_t *of) { return wasm_i32x4_make(of[0], of[1], of[1], of[1]); }

/* Samples of 8 bits leave coefficients of less than 18, so that their product with a weight fits into 32. */
static v128_t four(v128_t magnitude, v128_t weight, const Steps *steps, uint32_t log_scale) {
  const v128_t rounded = wasm_i32x4_min(wasm_i32x4_add(magnitude, steps->round), wasm_i32x4_const_splat(INT16_MAX));
  const v128_t weighted = wasm_i32x4_mul(rounded, weight);
  const uint32_t shift = 16 + MATRIX_BITS - log_scale;
  const v128_t low = wasm_u64x2_shr(wasm_u64x2_extmul_low_u32x4(weighted, steps->quant), shift);
  const v128_t high = wasm_u64x2_shr(wasm_u64x2_extmul_high_u32x4(weighted, steps->quant), shift);
  return wasm_i32x4_shuffle(low, high, 0, 2, 4, 6);
}

static v128_t with_sign(v128_t value, v128_t sign) { return wasm_i32x4_sub(wasm_v128_xor(value, sign), sign); }

static int32_t greatest(v128_t of) {
  of = wasm_i32x4_max(of, wasm_i32x4_shuffle(of, of, 2, 3, 0, 1));
  return wasm_i32x4_extract_lane(wasm_i32x4_max(of, wasm_i32x4_shuffle(of, of, 1, 0, 3, 2)), 0);
}

uint16_t quantize_by_matrix(const int32_t *coefficients, size_t count, const int16_t *round, const int16_t *quant,
                            const int16_t *dequant, const int16_t *inverse_scan, const uint8_t *weights,
                            const uint8_t *inverse, int log_scale, int32_t *quantized, int32_t *dequantized) {
  const uint32_t scale = (uint32_t)log_scale;
  const v128_t zero = wasm_i32x4_const_splat(0);
  Steps steps = steps_of(first_four(round), first_four(quant), first_four(dequant), scale);
  v128_t end = zero;
  for (size_t i = 0; i < count; i += 4) {
    if (i == 4) {
      steps = steps_of(wasm_i32x4_splat(round[1]), wasm_i32x4_splat(quant[1]), wasm_i32x4_splat(dequant[1]), scale);
    }
    const v128_t value = wasm_v128_load(coefficients + i);
    const v128_t magnitude = wasm_i32x4_abs(value);
    const v128_t weight = wasm_u32x4_extend_low_u16x8(wasm_u16x8_extend_low_u8x16(wasm_v128_load32_zero(weights + i)));
    const v128_t counts = wasm_i32x4_ge(wasm_i32x4_mul(magnitude, weight), steps.threshold);
    if (!wasm_v128_any_true(counts)) {
      wasm_v128_store(quantized + i, zero);
      wasm_v128_store(dequantized + i, zero);
      continue;
    }
    const v128_t level = wasm_v128_and(four(magnitude, weight, &steps, scale), counts);
    const v128_t back = wasm_u32x4_extend_low_u16x8(wasm_u16x8_extend_low_u8x16(wasm_v128_load32_zero(inverse + i)));
    const v128_t half = wasm_i32x4_const_splat(1 << (MATRIX_BITS - 1));
    const v128_t step = wasm_i32x4_shr(wasm_i32x4_add(wasm_i32x4_mul(steps.dequant, back), half), MATRIX_BITS);
    const v128_t sign = wasm_i32x4_shr(value, 31);
    wasm_v128_store(quantized + i, with_sign(level, sign));
    wasm_v128_store(dequantized + i, with_sign(wasm_i32x4_shr(wasm_i32x4_mul(level, step), scale), sign));
    const v128_t behind = wasm_i32x4_add(wasm_i32x4_load16x4(inverse_scan + i), wasm_i32x4_const_splat(1));
    end = wasm_i32x4_max(end, wasm_v128_and(behind, wasm_i32x4_ne(level, zero)));
  }
  return (uint16_t)greatest(end);
}
#endif
