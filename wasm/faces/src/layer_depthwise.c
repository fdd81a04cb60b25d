#include <stddef.h>

#include "layers.h"
#include "vector.h"

/* What lies outside counts 0. Steps of 1 are padded all around, steps of 2 behind alone (as TensorFlow's SAME). */
void layer_depthwise_row(map from, int step, int row, const float *weights, float *to) {
  const int before = step == 1 ? 1 : 0;
  const int columns = from.side / step;
  const int top = row * step - before;
  for (int x = 0; x < columns; x++, to += from.channels) {
    const int left = x * step - before;
    for (int c = 0; c < from.channels; c += 4) {
      vec4 sum = vec4_all(0);
      for (int ky = 0; ky < 3; ky++) {
        const int sy = top + ky;
        if (sy < 0 || sy >= from.side) continue;
        for (int kx = 0; kx < 3; kx++) {
          const int sx = left + kx;
          if (sx < 0 || sx >= from.side) continue;
          const float *place = from.at + ((ptrdiff_t)sy * from.side + sx) * from.channels + c;
          sum = vec4_times_plus(vec4_load(place), vec4_load(weights + (ky * 3 + kx) * from.channels + c), sum);
        }
      }
      vec4_store(to + c, sum);
    }
  }
}

void layer_largest_row(map from, int row, float *to) {
  const ptrdiff_t down = (ptrdiff_t)from.side * from.channels;
  const float *first = from.at + 2 * row * down;
  for (int x = 0; x < from.side / 2; x++, first += 2 * from.channels) {
    for (int c = 0; c < from.channels; c += 4, to += 4) {
      const vec4 upper = vec4_most(vec4_load(first + c), vec4_load(first + from.channels + c));
      const vec4 lower = vec4_most(vec4_load(first + down + c), vec4_load(first + down + from.channels + c));
      vec4_store(to, vec4_most(upper, lower));
    }
  }
}
