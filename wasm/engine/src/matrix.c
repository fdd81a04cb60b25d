#include "matrix.h"

#include <math.h>

#define ONE 65536

int matrix_is_bt601(uint32_t matrix) {
  return matrix == MATRIX_UNSPECIFIED || matrix == MATRIX_BT470BG || matrix == MATRIX_BT601;
}

/* The shares of red and blue in luma; H.273 gives them under the names KR and KB. 0: not coded that way. */
static void weights_of(uint32_t matrix, double *red, double *blue) {
  *red = *blue = 0;
  switch (matrix) {
    case MATRIX_BT709:
      *red = 0.2126, *blue = 0.0722;
      break;
    case MATRIX_FCC:
      *red = 0.30, *blue = 0.11;
      break;
    case MATRIX_UNSPECIFIED:
    case MATRIX_BT470BG:
    case MATRIX_BT601:
      *red = 0.299, *blue = 0.114;
      break;
    case MATRIX_SMPTE240:
      *red = 0.212, *blue = 0.087;
      break;
    case MATRIX_BT2020:
      *red = 0.2627, *blue = 0.0593;
      break;
    default:
      break;
  }
}

int matrix_is_known(uint32_t matrix) {
  double red, blue;
  weights_of(matrix, &red, &blue);
  return red > 0 || matrix == MATRIX_YCGCO;
}

static int32_t fixed(double value) { return (int32_t)lrint(value * ONE); }

Matrix matrix_of(uint32_t matrix) {
  if (matrix == MATRIX_YCGCO) return (Matrix){-ONE, ONE, ONE, 0, -ONE, -ONE};
  double red, blue;
  weights_of(matrix, &red, &blue);
  const double green = 1 - red - blue;
  return (Matrix){.red_cr = fixed(2 * (1 - red)),
                  .green_cb = fixed(-2 * blue * (1 - blue) / green),
                  .green_cr = fixed(-2 * red * (1 - red) / green),
                  .blue_cb = fixed(2 * (1 - blue))};
}
