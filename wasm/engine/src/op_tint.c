/*
 * Each pixel keeps its lightness and takes the chroma of one colour: L* of the pixel with a*, b* of the colour (CIE 1976,
 * D65) times 1 - 4·(L - ½)² with L = L* / 100, so that black and white stay; what sRGB cannot show is clipped channel by channel.
 * sharp's tint (src/operations.cc) is the same. As test/engine/reference/tint.ts. Memory: 15 KiB of tables.
 */
#include "op_tint.h"

#include <stdlib.h>
#include <string.h>

#include "level.h"
#include "srgb.h"

/* Of the square root of light, on which lightness nowhere depends steeply: a step is a tenth of a level at most. */
#define STEPS 4096
/* CIE 15: where the cube root gives way to a straight line, and that line's slope. */
#define EPSILON (216.0 / 24389)
#define KAPPA (24389.0 / 27)

/* Of sRGB's primaries and D65, IEC 61966-2-1. */
static const double TO_XYZ[3][3] = {
    {0.4124564, 0.3575761, 0.1804375}, {0.2126729, 0.7151522, 0.0721750}, {0.0193339, 0.1191920, 0.9503041}};
static const double FROM_XYZ[3][3] = {
    {3.2404542, -1.5371385, -0.4985314}, {-0.9692660, 1.8760108, 0.0415560}, {0.0556434, -0.2040259, 1.0572252}};
static const double WHITE[3] = {0.95047, 1, 1.08883};

typedef struct {
  float light[3][256]; /* what a level of each channel adds to Y */
  uint8_t level[STEPS + 1][3];
} Tables;

static double root(double t) { return t > EPSILON ? cbrt(t) : (KAPPA * t + 16) / 116; }

static double cube(double f) { return f * f * f > EPSILON ? f * f * f : (116 * f - 16) / KAPPA; }

/* Differences of f(X), f(Z) and f(Y), which are all that a* and b* are made of. */
typedef struct {
  double x, z;
} Chroma;

static Chroma chroma_of(uint32_t colour) {
  double f[3];
  for (int i = 0; i < 3; i++) {
    double sum = 0;
    for (int k = 0; k < 3; k++) sum += TO_XYZ[i][k] * srgb_decode(((colour >> (8 * k)) & 255) / 255.0);
    f[i] = root(sum / WHITE[i]);
  }
  return (Chroma){f[0] - f[1], f[2] - f[1]};
}

static void colour_of(uint8_t level[3], double light_y, Chroma chroma) {
  const double y = root(light_y), middle = 1.16 * y - 0.16 - 0.5, weight = 1 - 4 * middle * middle;
  const double xyz[3] = {WHITE[0] * cube(y + weight * chroma.x), WHITE[1] * cube(y), WHITE[2] * cube(y + weight * chroma.z)};
  for (int i = 0; i < 3; i++) {
    const double light = FROM_XYZ[i][0] * xyz[0] + FROM_XYZ[i][1] * xyz[1] + FROM_XYZ[i][2] * xyz[2];
    level[i] = level_of(255 * srgb_encode(fmin(fmax(light, 0), 1)));
  }
}

static Tables *tables_create(uint32_t colour) {
  Tables *tables = engine_alloc(sizeof *tables);
  for (int level = 0; level < 256; level++)
    for (int i = 0; i < 3; i++) tables->light[i][level] = (float)(TO_XYZ[1][i] * srgb_decode(level / 255.0));
  const Chroma chroma = chroma_of(colour);
  for (int step = 0; step <= STEPS; step++) {
    const double part = (double)step / STEPS;
    colour_of(tables->level[step], part * part, chroma);
  }
  return tables;
}

void op_tint(Raster *raster, uint32_t colour) {
  Tables *tables = tables_create(colour);
  uint8_t *end = raster->data + (size_t)raster->width * (size_t)raster->height * 4;
  for (uint8_t *pixel = raster->data; pixel < end; pixel += 4) {
    const float light = tables->light[0][pixel[0]] + tables->light[1][pixel[1]] + tables->light[2][pixel[2]];
    memcpy(pixel, tables->level[(int32_t)(sqrtf(fminf(light, 1)) * STEPS + 0.5f)], 3);
  }
  free(tables);
}
