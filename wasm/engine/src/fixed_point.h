/* Weights of filters as 16-bit whole numbers. */
#ifndef PICTOR_FIXED_POINT_H
#define PICTOR_FIXED_POINT_H

#include <stdint.h>
#include <string.h>

/*
 * The nearest whole number, halves to even; |value| < 2^31. At 1.5·2^52 a double's last place is 1, so that the sum's
 * low bits are the number. WASM's own conversion takes several times as long, as it tests for what does not fit.
 */
static inline int32_t fixed_point_of(double value) {
  const double sum = value + 6755399441055744.0;
  int64_t bits;
  memcpy(&bits, &sum, sizeof bits);
  return (int32_t)bits;
}

/*
 * Rounds `factor` × the running sum of the weights, not each weight: so the coefficients sum to the rounded sum of all
 * exactly, which keeps flat areas flat, and the tiny weights of long filters are not lost.
 */
static inline void fixed_point_round(int16_t *coefficient, const double *weight, int32_t count, double factor) {
  double running = 0;
  int32_t before = 0;
  for (int32_t i = 0; i < count; i++) {
    running += weight[i] * factor;
    const int32_t rounded = fixed_point_of(running);
    coefficient[i] = (int16_t)(rounded - before);
    before = rounded;
  }
}

#endif
