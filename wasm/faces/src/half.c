#include <string.h>

#include "failure.h"
#include "weights.h"

/* IEEE 754 binary16 → binary32, exactly. Neither infinities nor NaNs are among the weights. */
static float widened(uint16_t half) {
  const uint32_t sign = (uint32_t)(half & 0x8000) << 16;
  const uint32_t exponent = (half >> 10) & 31;
  const uint32_t fraction = half & 1023;
  float value;
  if (exponent == 0) {
    value = (float)fraction * 0x1p-24f;
  } else {
    const uint32_t bits = ((exponent + 112) << 23) | (fraction << 13);
    memcpy(&value, &bits, sizeof value);
  }
  return sign ? -value : value;
}

const float *weights_all(void) {
  static float *all;
  if (all == NULL) {
    all = engine_alloc(sizeof(float) * FACES_WEIGHTS);
    for (int i = 0; i < FACES_WEIGHTS; i++) all[i] = widened(faces_halves[i]);
  }
  return all;
}
