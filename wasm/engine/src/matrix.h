/* Luma and chroma to colours, for each of the matrices that still pictures come in. */
#ifndef PICTOR_MATRIX_H
#define PICTOR_MATRIX_H

#include <stdint.h>

/* MatrixCoefficients of ITU-T H.273 (2021), table 4. */
enum {
  MATRIX_IDENTITY = 0, /* the planes are green, blue, red */
  MATRIX_BT709 = 1,
  MATRIX_UNSPECIFIED = 2, /* libavif and browsers take it for BT.601 */
  MATRIX_FCC = 4,
  MATRIX_BT470BG = 5, /* BT.601 */
  MATRIX_BT601 = 6,
  MATRIX_SMPTE240 = 7,
  MATRIX_YCGCO = 8,
  MATRIX_BT2020 = 9 /* with non-constant luminance */
};

/* What chroma adds to luma in each colour: in full range, in 2^-16. */
typedef struct {
  int32_t red_cb, red_cr, green_cb, green_cr, blue_cb, blue_cr;
} Matrix;

/* BT.601 by any of its names. */
int matrix_is_bt601(uint32_t matrix);
/* Whether `matrix_of` knows it. */
int matrix_is_known(uint32_t matrix);
Matrix matrix_of(uint32_t matrix);

#endif
