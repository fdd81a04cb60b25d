/* The Gaussian's weights, cut at 3σ. As gaussianKernel in test/engine/reference/blur.ts. */
#ifndef PICTOR_GAUSSIAN_H
#define PICTOR_GAUSSIAN_H

#include <stdint.h>

/* Samples to each side. */
int32_t gaussian_radius(double sigma);
/* Fills 2 · radius + 1 weights that sum to 1. */
void gaussian_fill(double *weight, double sigma);

#endif
