#include "gaussian.h"

#include <math.h>

int32_t gaussian_radius(double sigma) { return (int32_t)fmax(1, ceil(3 * sigma)); }

void gaussian_fill(double *weight, double sigma) {
  const int32_t radius = gaussian_radius(sigma), count = 2 * radius + 1;
  double sum = 0;
  for (int32_t i = 0; i < count; i++) {
    const double distance = i - radius;
    sum += weight[i] = exp(-distance * distance / (2 * sigma * sigma));
  }
  for (int32_t i = 0; i < count; i++) weight[i] /= sum;
}
