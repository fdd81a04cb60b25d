/* Samples of 8 to 12 bits as 8 bits. The compiler makes SIMD of these loops. */
#include "av1.h"

#define HALF 32768

/*
 * Limited range has the same footing at every depth: 16 << (depth - 8), so that a shift is exact. Full range ends at
 * 2^depth - 1, which is to be 255; its chroma is zero at 2^(depth - 1), which is to be 128 (ITU-T H.273 section 8.3).
 */
Narrowing narrowing_of(const Av1Layout *layout, int chroma, int stretch) {
  const int32_t shift = layout->depth - 8;
  if (!layout->full_range && stretch) {
    const int32_t gain = (255 * 65536 + (219 << shift) / 2) / (219 << shift);
    return (Narrowing){gain, HALF - (16 << shift) * gain};
  }
  if (!layout->full_range || shift == 0) return (Narrowing){65536 >> shift, HALF};
  const int32_t most = (256 << shift) - 1;
  const int32_t gain = (255 * 65536 + most / 2) / most;
  return (Narrowing){gain, chroma ? HALF + 128 * 65536 - (128 << shift) * gain : HALF};
}

static inline uint8_t narrowed(int32_t sample, Narrowing how) {
  const int32_t value = (sample * how.gain + how.bias) >> 16;
  return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

void narrow_8(uint8_t *restrict out, const uint8_t *restrict in, int32_t count, Narrowing how) {
  for (int32_t i = 0; i < count; i++) out[i] = narrowed(in[i], how);
}

void narrow_16(uint8_t *restrict out, const uint16_t *restrict in, int32_t count, Narrowing how) {
  for (int32_t i = 0; i < count; i++) out[i] = narrowed(in[i], how);
}
