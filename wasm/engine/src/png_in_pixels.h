/* From rows as PNG stores them to 8-bit planes. */
#ifndef PICTOR_PNG_IN_PIXELS_H
#define PICTOR_PNG_IN_PIXELS_H

#include "png_in_header.h"

typedef struct PngPixels PngPixels;

/* `header` has to outlive it. */
PngPixels *png_pixels_create(const PngHeader *header);
/* Hands out what `row` (unfiltered, as stored) holds in the columns: the planes of png_model, alpha premultiplied. */
void png_pixels_push(PngPixels *pixels, const uint8_t *row, Span columns, int32_t y, RowSink sink, void *context);
void png_pixels_free(PngPixels *pixels);

#endif
