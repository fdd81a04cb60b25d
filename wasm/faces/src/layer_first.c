#include <string.h>

#include "layers.h"
#include "vector.h"

enum { KERNEL = 5, CHANNELS = 24, VECTORS = CHANNELS / 4 };

/* -1 … 1, as the network was trained; 0 outside, where the convolution is padded by one before and two behind. */
static void read_row(const unsigned char *pixels, int side, int y, float *row) {
  memset(row, 0, sizeof(float) * 3 * (size_t)(side + 3));
  if (y < 0 || y >= side) return;
  const unsigned char *from = pixels + (size_t)y * (size_t)side * 4;
  float *to = row + 3;
  for (int x = 0; x < side; x++, from += 4, to += 3)
    for (int c = 0; c < 3; c++) to[c] = (float)from[c] / 127.5f - 1.0f;
}

static void convolve(const float *rows, int stride, const float *weights, float *to) {
  const float *biases = weights + KERNEL * KERNEL * 3 * CHANNELS;
  vec4 sums[VECTORS];
  for (int v = 0; v < VECTORS; v++) sums[v] = vec4_load(biases + 4 * v);
  for (int row = 0; row < KERNEL; row++) {
    for (int i = 0; i < KERNEL * 3; i++, weights += CHANNELS) {
      const vec4 value = vec4_all(rows[row * stride + i]);
      for (int v = 0; v < VECTORS; v++) sums[v] = vec4_times_plus(value, vec4_load(weights + 4 * v), sums[v]);
    }
  }
  for (int v = 0; v < VECTORS; v++) vec4_store(to + 4 * v, vec4_most(sums[v], vec4_all(0)));
}

void layer_first(const unsigned char *pixels, map to, const float *weights, float *rows) {
  const int side = 2 * to.side;
  const int stride = 3 * (side + 3);
  for (int y = 0; y < to.side; y++) {
    for (int k = 0; k < KERNEL; k++) read_row(pixels, side, 2 * y - 1 + k, rows + k * stride);
    for (int x = 0; x < to.side; x++)
      convolve(rows + 6 * x, stride, weights, to.at + (y * to.side + x) * CHANNELS);
  }
}
