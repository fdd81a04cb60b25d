/*
 * Brightness, contrast, saturation and gamma, in this order, on sRGB-coded values. Brightness multiplies; contrast
 * scales around mid-grey 128; saturation mixes with Rec. 709 luma; gamma is 255·(v/255)^(1/gamma). Between the four,
 * values are real numbers that may leave 0–255; gamma clips them. As test/engine/reference/adjust.ts, in one pass and in
 * place. Memory: at most 18 KiB of tables.
 */
#include <stdlib.h>

#include "engine.h"
#include "level.h"
#include "luma.h"

/* Steps a level of the gamma table: from level 1 on, gamma's steepest curve climbs a quarter of a level a step. */
#define STEPS 64
#define TABLE_END (255 * STEPS)

static double bend(double value, double gamma) {
  return gamma == 1 ? value : 255 * pow(fmin(fmax(value, 0), 255) / 255, 1 / gamma);
}

typedef struct {
  double tone[256];
  double gamma;
  uint8_t bent[TABLE_END + 1]; /* levels after gamma, by value */
} Curves;

static Curves *curves_create(double brightness, double contrast, double gamma) {
  Curves *curves = engine_alloc(sizeof *curves);
  curves->gamma = gamma;
  for (int level = 0; level < 256; level++) curves->tone[level] = (level * brightness - 128) * contrast + 128;
  return curves;
}

static size_t bytes_of(const Raster *raster) { return (size_t)raster->width * (size_t)raster->height * 4; }

static void map_channels(Raster *raster, const Curves *curves) {
  uint8_t level[256];
  for (int i = 0; i < 256; i++) level[i] = level_of(bend(curves->tone[i], curves->gamma));
  for (uint8_t *pixel = raster->data, *end = pixel + bytes_of(raster); pixel < end; pixel += 4)
    for (int i = 0; i < 3; i++) pixel[i] = level[pixel[i]];
}

static void fill_bent(Curves *curves) {
  for (int32_t step = 0; step <= TABLE_END; step++)
    curves->bent[step] = level_of(bend((double)step / STEPS, curves->gamma));
}

/* Near black the curve may be too steep for the table; few pixels are there. */
static uint8_t bent_level(const Curves *curves, double value) {
  if (curves->gamma == 1) return level_of(value);
  if (value <= 0) return 0;
  if (value < 1) return level_of(bend(value, curves->gamma));
  return curves->bent[(int32_t)(fmin(value, 255) * STEPS + 0.5)];
}

static void mix_with_luma(Raster *raster, Curves *curves, double saturation) {
  if (curves->gamma != 1) fill_bent(curves);
  for (uint8_t *pixel = raster->data, *end = pixel + bytes_of(raster); pixel < end; pixel += 4) {
    const double red = curves->tone[pixel[0]], green = curves->tone[pixel[1]], blue = curves->tone[pixel[2]];
    const double grey = (LUMA_R * red + LUMA_G * green + LUMA_B * blue) * (1 - saturation);
    pixel[0] = bent_level(curves, red * saturation + grey);
    pixel[1] = bent_level(curves, green * saturation + grey);
    pixel[2] = bent_level(curves, blue * saturation + grey);
  }
}

void op_adjust(Raster *raster, float brightness, float contrast, float saturation, float gamma) {
  Curves *curves = curves_create(brightness, contrast, gamma);
  if (saturation == 1)
    map_channels(raster, curves);
  else
    mix_with_luma(raster, curves, saturation);
  free(curves);
}
