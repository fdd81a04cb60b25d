/*
 * Display P3 and Adobe RGB to sRGB: to light by table, through a matrix, and back by table. Colours that sRGB cannot
 * show are clipped channel by channel. As test/engine/reference/colour.ts; CSS Color 4 section 18 has the matrices' sources.
 * Memory: 18 KiB of tables.
 */
#include <stdlib.h>

#include "engine.h"
#include "level.h"
#include "srgb.h"

typedef struct {
  double row[3][3];
} Matrix;

static const Matrix FROM_DISPLAY_P3 = {{{1.2249401762805587, -0.22494017628055865, 0},
                                        {-0.04205695470968816, 1.0420569547096881, 0},
                                        {-0.019637554590334432, -0.07863604555063188, 1.0982736001409663}}};
static const Matrix FROM_ADOBE_RGB = {
    {{1.39835574396077, -0.39835574396077, 0}, {0, 1, 0}, {0, -0.0429289893, 1.0429289893}}};

/* Steps of the table from light to coded sRGB: where the curve is steepest, one step is a fifth of a level. */
#define LIGHT_STEPS (1 << 14)

typedef struct {
  double light[256];              /* by level of the source's space */
  uint8_t coded[LIGHT_STEPS + 1]; /* sRGB level by light */
} Tables;

/* Adobe RGB (1998) section 4.3.1.2: 2 + 51/256. */
static double adobe_decode(double value) { return pow(value, 563.0 / 256); }

/* A level begins where its curve passes the half below it: 255 powers instead of one for each step. */
static void fill_coded(uint8_t *coded) {
  int32_t step = 0;
  for (int level = 0; level < 256; level++) {
    const double end = level == 255 ? LIGHT_STEPS + 1 : srgb_decode((level + 0.5) / 255) * LIGHT_STEPS;
    for (; step < end; step++) coded[step] = (uint8_t)level;
  }
}

static int32_t step_of(const double row[3], double red, double green, double blue) {
  const double light = row[0] * red + row[1] * green + row[2] * blue;
  return (int32_t)(fmin(fmax(light, 0), 1) * LIGHT_STEPS + 0.5);
}

void op_convert_to_srgb(Raster *raster, uint32_t profile) {
  if (profile != PROFILE_DISPLAY_P3 && profile != PROFILE_ADOBE_RGB) return;
  const int is_p3 = profile == PROFILE_DISPLAY_P3;
  const Matrix *matrix = is_p3 ? &FROM_DISPLAY_P3 : &FROM_ADOBE_RGB;
  Tables *tables = engine_alloc(sizeof *tables);
  for (int level = 0; level < 256; level++)
    tables->light[level] = is_p3 ? srgb_decode(level / 255.0) : adobe_decode(level / 255.0);
  fill_coded(tables->coded);
  uint8_t *end = raster->data + (size_t)raster->width * (size_t)raster->height * 4;
  for (uint8_t *pixel = raster->data; pixel < end; pixel += 4) {
    const double red = tables->light[pixel[0]], green = tables->light[pixel[1]], blue = tables->light[pixel[2]];
    for (int i = 0; i < 3; i++) pixel[i] = tables->coded[step_of(matrix->row[i], red, green, blue)];
  }
  free(tables);
}
