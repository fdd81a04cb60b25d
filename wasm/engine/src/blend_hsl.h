/* The blend modes that take hue, saturation and luminosity apart (W3C Compositing and Blending Level 1, section 5.8.5). */
#ifndef PICTOR_BLEND_HSL_H
#define PICTOR_BLEND_HSL_H

#include "blend.h"

Colour blend_hue(Colour backdrop, Colour source);
Colour blend_saturation(Colour backdrop, Colour source);
Colour blend_color(Colour backdrop, Colour source);
Colour blend_luminosity(Colour backdrop, Colour source);

#endif
