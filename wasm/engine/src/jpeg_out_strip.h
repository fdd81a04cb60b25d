/* A raster as the planes of a JPEG, a row of MCUs at a time. */
#ifndef PICTOR_JPEG_OUT_STRIP_H
#define PICTOR_JPEG_OUT_STRIP_H

#include "jpeg_out_frame.h"

/* The samples of one row of MCUs; with 4:2:0 two rows of chroma at full size. */
typedef struct {
  Plane plane[MAX_COMPONENTS];
  uint8_t *chroma[4];
} Strip;

void strip_create(Strip *strip, const Frame *frame);
void strip_free(Strip *strip);
/* The rows of the raster from `top` on, as many as a row of MCUs has, or as there are. */
void strip_fill(Strip *strip, const Raster *raster, int32_t top);

#endif
