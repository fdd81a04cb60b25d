/* Blend modes: W3C Compositing and Blending Level 1, section 5. */
#ifndef PICTOR_BLEND_H
#define PICTOR_BLEND_H

#include <stdint.h>

/* A colour of 0–1 a channel, straight. */
typedef struct {
  double channel[3];
} Colour;

/* B(backdrop, source) of the specification. `mode`: BLEND_* of job.h, not BLEND_NORMAL. */
Colour blend(uint32_t mode, Colour backdrop, Colour source);

#endif
