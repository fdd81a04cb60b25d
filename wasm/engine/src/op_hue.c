/*
 * Turns hues by an angle: feColorMatrix hueRotate of Filter Effects Level 1 (section 9.6, as CSS's hue-rotate()), on
 * sRGB-coded levels. Luma stays nearly what it was. As test/engine/reference/hue.ts.
 */
#include "op_matrix.h"

/* Factors of 1, of the cosine and of the sine, as the specification prints them. */
static const float LUMINANCE[3] = {0.213f, 0.715f, 0.072f};
static const float COSINE[3][3] = {{0.787f, -0.715f, -0.072f}, {-0.213f, 0.285f, -0.072f}, {-0.213f, -0.715f, 0.928f}};
static const float SINE[3][3] = {{-0.213f, -0.715f, 0.928f}, {0.143f, 0.140f, -0.283f}, {-0.787f, 0.715f, 0.072f}};

void op_hue(Raster *raster, float cosine, float sine) {
  ColourMatrix matrix = {{{0}}};
  for (int i = 0; i < 3; i++)
    for (int k = 0; k < 3; k++)
      matrix.row[i][k] = LUMINANCE[k] + cosine * COSINE[i][k] + sine * SINE[i][k];
  op_matrix(raster, &matrix);
}
