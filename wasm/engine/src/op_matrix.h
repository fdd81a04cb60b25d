/* Colours that are sums of a pixel's channels: the matrix filters of Filter Effects Level 1. */
#ifndef PICTOR_OP_MATRIX_H
#define PICTOR_OP_MATRIX_H

#include "engine.h"

/* A row for red, green and blue of the result each: factors of the pixel's red, green and blue, and a level to add. */
typedef struct {
  float row[3][4];
} ColourMatrix;

/* On sRGB-coded levels, in place; rounded, clamped to 0–255. Alpha stays. */
void op_matrix(Raster *raster, const ColourMatrix *matrix);

#endif
