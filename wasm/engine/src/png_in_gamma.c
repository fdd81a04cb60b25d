#include "png_in_gamma.h"

#include <math.h>
#include <string.h>

#define DISPLAY_GAMMA 2.2
#define THRESHOLD 0.05

static double product(const PngHeader *header) { return header->gamma / 100000.0 * DISPLAY_GAMMA; }

int png_gamma_counts(const PngHeader *header) {
  return header->gamma > 0 && !header->has_colour_space && fabs(product(header) - 1) > THRESHOLD;
}

/* Each level's samples end where the next half level begins: 255 powers, however many samples there are. */
void png_gamma_levels(const PngHeader *header, uint8_t *levels, uint32_t most) {
  const double exponent = png_gamma_counts(header) ? product(header) : 1;
  uint32_t from = 0;
  for (int level = 0; level < 256; level++) {
    const double half = pow((level + 0.5) / 255, exponent) * most;
    const uint32_t end = level == 255 || half >= most ? most + 1 : (uint32_t)ceil(half);
    if (end > from) memset(levels + from, level, end - from);
    if (end > from) from = end;
  }
}
