#include "op_blur.h"

/* Up to here the Gaussian itself is computed; beyond, boxes. */
#define TRUE_KERNEL_SIGMA 10
/* The parameter ends at 250. */
#define GREATEST_SIGMA 1000

/*
 * Gaussian blur of standard deviation `sigma` px (0 changes nothing) on premultiplied sRGB-coded values, edges
 * repeated. Up to σ = 10 the kernel is exact (cut at 3σ); above, three boxes stand in for it, which differ from the
 * Gaussian by less than 3% of a step's height. As test/engine/reference/blur.ts, within a level.
 */
void op_blur(Raster *raster, float sigma) {
  if (!(sigma > 0)) return;
  if (sigma > GREATEST_SIGMA) engine_fail(FAIL_INTERNAL, "a blur of this size is not made");
  if (sigma <= TRUE_KERNEL_SIGMA)
    blur_gaussian(raster, sigma);
  else
    blur_boxes(raster, sigma);
}
