/* The functions have the names of the specification's: Lum, Sat, ClipColor, SetLum, SetSat. */
#include "blend_hsl.h"

#include <math.h>

static double lum(Colour c) { return 0.3 * c.channel[0] + 0.59 * c.channel[1] + 0.11 * c.channel[2]; }

static double least(Colour c) { return fmin(c.channel[0], fmin(c.channel[1], c.channel[2])); }

static double most(Colour c) { return fmax(c.channel[0], fmax(c.channel[1], c.channel[2])); }

static double sat(Colour c) { return most(c) - least(c); }

/* Into 0–1, towards the grey of the same luminosity. A grey that rounding has put outside is left to be clamped. */
static Colour clip_color(Colour c) {
  const double grey = lum(c), low = least(c), high = most(c);
  for (int i = 0; i < 3; i++) {
    if (low < 0 && grey > low) c.channel[i] = grey + (c.channel[i] - grey) * grey / (grey - low);
    if (high > 1 && high > grey) c.channel[i] = grey + (c.channel[i] - grey) * (1 - grey) / (high - grey);
  }
  return c;
}

static Colour set_lum(Colour c, double to) {
  const double more = to - lum(c);
  for (int i = 0; i < 3; i++) c.channel[i] += more;
  return clip_color(c);
}

/* The specification's cases for least, middle and most are one line through them. */
static Colour set_sat(Colour c, double to) {
  const double low = least(c), range = sat(c);
  for (int i = 0; i < 3; i++) c.channel[i] = range > 0 ? (c.channel[i] - low) * to / range : 0;
  return c;
}

Colour blend_hue(Colour backdrop, Colour source) {
  return set_lum(set_sat(source, sat(backdrop)), lum(backdrop));
}

Colour blend_saturation(Colour backdrop, Colour source) {
  return set_lum(set_sat(backdrop, sat(source)), lum(backdrop));
}

Colour blend_color(Colour backdrop, Colour source) { return set_lum(source, lum(backdrop)); }

Colour blend_luminosity(Colour backdrop, Colour source) { return set_lum(backdrop, lum(source)); }
