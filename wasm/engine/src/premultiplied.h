/*
 * Pixels whose colours are multiplied by alpha, exactly: level × alpha is 0–65,025 and fits 16 bits. Alpha itself is
 * multiplied by 255, so that all four channels have one range.
 */
#ifndef PICTOR_PREMULTIPLIED_H
#define PICTOR_PREMULTIPLIED_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#define OPAQUE 65025

static inline void premultiply(int32_t to[4], const uint8_t *pixel) {
  const int32_t alpha = pixel[3];
  to[0] = pixel[0] * alpha;
  to[1] = pixel[1] * alpha;
  to[2] = pixel[2] * alpha;
  to[3] = 255 * alpha;
}

/* Back to straight alpha; full transparency is black, as in the reference. */
static inline void unpremultiply(uint8_t *pixel, const float from[4]) {
  if (from[3] <= 0) {
    memset(pixel, 0, 4);
    return;
  }
  const float share = from[3] == OPAQUE ? 1.0f / 255 : 255 / from[3];
  for (int i = 0; i < 3; i++) {
    const float level = rintf(from[i] * share);
    pixel[i] = (uint8_t)(level < 0 ? 0 : level > 255 ? 255 : level);
  }
  pixel[3] = (uint8_t)rintf(from[3] * (1.0f / 255));
}

#endif
