/* Arithmetic on 8-bit levels. */
#ifndef PICTOR_LEVEL_H
#define PICTOR_LEVEL_H

#include <math.h>
#include <stdint.h>

static inline int level_clamp(int value) { return value < 0 ? 0 : value > 255 ? 255 : value; }

/* a·b/255, rounded. */
static inline int level_product(int a, int b) { return (a * b + 127) / 255; }

/* 255·a/b, rounded, at most 255. b is not 0. */
static inline int level_quotient(int a, int b) {
  const int level = (a * 255 + b / 2) / b;
  return level > 255 ? 255 : level;
}

/* As storing into JavaScript's Uint8ClampedArray does: halves go to the even level. */
static inline uint8_t level_of(double value) { return (uint8_t)rint(fmin(fmax(value, 0), 255)); }

#endif
