#include "png_in_unfilter.h"

#include <string.h>

#include "engine.h"
#include "png_in_unfilter_simd.h"

static void up(uint8_t *to, const uint8_t *from, const uint8_t *above, size_t count) {
  for (size_t i = 0; i < count; i++) to[i] = (uint8_t)(from[i] + above[i]);
}

static void sub(uint8_t *to, const uint8_t *from, size_t count, int pixel) {
  for (size_t i = 0; i < count; i++) to[i] = (uint8_t)(from[i] + to[(ptrdiff_t)i - pixel]);
}

static void average(uint8_t *to, const uint8_t *from, const uint8_t *above, size_t count, int pixel) {
  for (size_t i = 0; i < count; i++) to[i] = (uint8_t)(from[i] + (to[(ptrdiff_t)i - pixel] + above[i]) / 2);
}

static int distance(int a, int b) { return a > b ? a - b : b - a; }

/* Whichever of left, above and above left is nearest to left + above - above left; in this order when they are equal. */
static int nearest(int left, int over, int corner) {
  const int from_left = distance(over, corner), from_over = distance(left, corner);
  const int from_corner = distance(left + over, 2 * corner);
  if (from_left <= from_over && from_left <= from_corner) return left;
  return from_over <= from_corner ? over : corner;
}

static void paeth(uint8_t *to, const uint8_t *from, const uint8_t *above, size_t count, int pixel) {
  for (size_t i = 0; i < count; i++) {
    const ptrdiff_t left = (ptrdiff_t)i - pixel;
    to[i] = (uint8_t)(from[i] + nearest(to[left], above[i], above[left]));
  }
}

void unfilter(uint8_t *to, const uint8_t *from, const uint8_t *above, size_t count, int pixel, int filter) {
  if (filter > 2 && unfilter_simd(to, from, above, count, pixel, filter)) return;
  switch (filter) {
    case 0:
      memcpy(to, from, count);
      return;
    case 1:
      if (!unfilter_simd(to, from, above, count, pixel, filter)) sub(to, from, count, pixel);
      return;
    case 2:
      up(to, from, above, count);
      return;
    case 3:
      average(to, from, above, count, pixel);
      return;
    case 4:
      paeth(to, from, above, count, pixel);
      return;
    default:
      engine_fail(FAIL_BROKEN, "PNG: a row has a filter that does not exist");
  }
}
