/* The two ways to blur; op_blur chooses. */
#ifndef PICTOR_OP_BLUR_H
#define PICTOR_OP_BLUR_H

#include "engine.h"

/* The Gaussian itself, for small sigma. Memory: 2·⌈3σ⌉ + 5 rows of 8 bytes a pixel. */
void blur_gaussian(Raster *raster, double sigma);
/* Three boxes. Memory: 8 bytes a pixel, and 128 bytes for each pixel of the longer side and of 3σ on both its ends. */
void blur_boxes(Raster *raster, double sigma);

#endif
