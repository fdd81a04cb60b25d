/*
 * Colours made anew, on sRGB-coded levels; alpha stays. Grayscale, sepia and invert are those of Filter Effects Level 1
 * (sections 13.1.1 to 13.1.5) at their full amount. A duotone runs in a straight line from one colour at luma 0 to
 * another at 255. As test/engine/reference/effect.ts.
 */
#include "luma.h"
#include "op_matrix.h"
#include "op_tint.h"

static const ColourMatrix GRAYSCALE = {
    {{LUMA_R, LUMA_G, LUMA_B, 0}, {LUMA_R, LUMA_G, LUMA_B, 0}, {LUMA_R, LUMA_G, LUMA_B, 0}}};
static const ColourMatrix SEPIA = {
    {{0.393f, 0.769f, 0.189f, 0}, {0.349f, 0.686f, 0.168f, 0}, {0.272f, 0.534f, 0.131f, 0}}};
static const ColourMatrix INVERT = {{{-1, 0, 0, 255}, {0, -1, 0, 255}, {0, 0, -1, 255}}};

/* Channel `i` of 0xAABBGGRR. */
static int channel(uint32_t colour, int i) { return (colour >> (8 * i)) & 255; }

static ColourMatrix duotone(uint32_t shadows, uint32_t highlights) {
  ColourMatrix matrix;
  for (int i = 0; i < 3; i++) {
    const double low = channel(shadows, i), share = (channel(highlights, i) - low) / 255;
    matrix.row[i][0] = (float)(LUMA_R * share);
    matrix.row[i][1] = (float)(LUMA_G * share);
    matrix.row[i][2] = (float)(LUMA_B * share);
    matrix.row[i][3] = (float)low;
  }
  return matrix;
}

void op_effect(Raster *raster, uint32_t effect, uint32_t first, uint32_t second) {
  switch (effect) {
    case EFFECT_NONE: return;
    case EFFECT_GRAYSCALE: op_matrix(raster, &GRAYSCALE); return;
    case EFFECT_SEPIA: op_matrix(raster, &SEPIA); return;
    case EFFECT_INVERT: op_matrix(raster, &INVERT); return;
    case EFFECT_DUOTONE: {
      const ColourMatrix matrix = duotone(first, second);
      op_matrix(raster, &matrix);
      return;
    }
    case EFFECT_TINT: op_tint(raster, first); return;
    default: engine_fail(FAIL_INTERNAL, "an effect that this module does not have");
  }
}
