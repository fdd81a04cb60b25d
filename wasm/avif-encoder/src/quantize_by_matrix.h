/* Part of libaom's quantizer (patches/aom-04-quantize-by-matrix.patch), for pictures tuned for image quality. */
#ifndef PICTOR_QUANTIZE_BY_MATRIX_H
#define PICTOR_QUANTIZE_BY_MATRIX_H

#include <stddef.h>
#include <stdint.h>

#ifdef __wasm_simd128__
/*
 * What libaom's quantize_fp_helper_c does with matrices, to the bit, for samples of 8 bits. `count`: coefficients, a
 * multiple of 4. `round`, `quant`, `dequant`: of DC and of all others. `weights` and `inverse` (of `count`) are the
 * matrices, in 1/32. `log_scale`: 0–2. Returns the place in scan order behind the last one that is not 0.
 */
uint16_t quantize_by_matrix(const int32_t *coefficients, size_t count, const int16_t *round, const int16_t *quant,
                            const int16_t *dequant, const int16_t *inverse_scan, const uint8_t *weights,
                            const uint8_t *inverse, int log_scale, int32_t *quantized, int32_t *dequantized);
#endif

#endif
