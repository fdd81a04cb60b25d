/* Section 5.8 of the specification: the modes that work on each channel for itself, and those that do not. */
#include "blend.h"

#include <math.h>

#include "blend_hsl.h"
#include "failure.h"
#include "job.h"

/* One channel: b of the backdrop, s of the source. */
typedef double (*Channel)(double b, double s);

static double multiply(double b, double s) { return b * s; }

static double screen(double b, double s) { return b + s - b * s; }

static double darken(double b, double s) { return b < s ? b : s; }

static double lighten(double b, double s) { return b > s ? b : s; }

static double color_dodge(double b, double s) {
  if (b == 0) return 0;
  return s >= 1 ? 1 : fmin(1, b / (1 - s));
}

static double color_burn(double b, double s) {
  if (b >= 1) return 1;
  return s <= 0 ? 0 : 1 - fmin(1, (1 - b) / s);
}

static double hard_light(double b, double s) { return s <= 0.5 ? multiply(b, 2 * s) : screen(b, 2 * s - 1); }

static double overlay(double b, double s) { return hard_light(s, b); }

static double soft_light(double b, double s) {
  if (s <= 0.5) return b - (1 - 2 * s) * b * (1 - b);
  const double d = b <= 0.25 ? ((16 * b - 12) * b + 4) * b : sqrt(b);
  return b + (2 * s - 1) * (d - b);
}

static double difference(double b, double s) { return fabs(b - s); }

static double exclusion(double b, double s) { return b + s - 2 * b * s; }

static const Channel CHANNELS[] = {
    [BLEND_MULTIPLY] = multiply,       [BLEND_SCREEN] = screen,         [BLEND_OVERLAY] = overlay,
    [BLEND_DARKEN] = darken,           [BLEND_LIGHTEN] = lighten,       [BLEND_COLOR_DODGE] = color_dodge,
    [BLEND_COLOR_BURN] = color_burn,   [BLEND_HARD_LIGHT] = hard_light, [BLEND_SOFT_LIGHT] = soft_light,
    [BLEND_DIFFERENCE] = difference,   [BLEND_EXCLUSION] = exclusion,
};

Colour blend(uint32_t mode, Colour backdrop, Colour source) {
  switch (mode) {
    case BLEND_HUE:
      return blend_hue(backdrop, source);
    case BLEND_SATURATION:
      return blend_saturation(backdrop, source);
    case BLEND_COLOR:
      return blend_color(backdrop, source);
    case BLEND_LUMINOSITY:
      return blend_luminosity(backdrop, source);
    default:
      break;
  }
  const Channel channel = mode < sizeof CHANNELS / sizeof *CHANNELS ? CHANNELS[mode] : NULL;
  if (channel == NULL) engine_fail(FAIL_INTERNAL, "a blend mode that this module does not have");
  Colour blended;
  for (int i = 0; i < 3; i++) blended.channel[i] = channel(backdrop.channel[i], source.channel[i]);
  return blended;
}
