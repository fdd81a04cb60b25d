/* How a PNG's pixels are stored: its colour type and depth, and its rows in that form. */
#ifndef PICTOR_PNG_OUT_FORM_H
#define PICTOR_PNG_OUT_FORM_H

#include "png_out_colours.h"

/* IHDR's colour type (PNG, third edition, section 11.2.1). */
typedef enum {
  PNG_GRAY = 0,
  PNG_RGB = 2,
  PNG_INDEXED = 3,
  PNG_GRAY_ALPHA = 4,
  PNG_RGBA = 6
} PngColourType;

typedef struct {
  PngColourType type;
  int32_t depth;    /* bits a sample: 1, 2, 4 or 8 */
  int32_t channels; /* samples a pixel */
  const ColourSet *set; /* of PNG_INDEXED */
  uint8_t index[MOST_COLOURS]; /* place in the palette of the set's colours */
  int32_t transparent; /* entries that are not opaque; they come first, so that tRNS is short */
} PngForm;

/* Samples as they are, without those that say nothing. */
PngForm png_form_direct(const Colours *colours);
/* A palette; there must be at most MOST_COLOURS colours. */
PngForm png_form_indexed(const Colours *colours);

int32_t png_form_bits(const PngForm *form);
/* Bytes of a row of `width` pixels, without its filter's byte. */
size_t png_form_row_bytes(const PngForm *form, int32_t width);
/* A row of `width` RGBA pixels in this form. `out` has room for four bytes each pixel, whatever the form. */
void png_form_pack(const PngForm *form, const uint8_t *pixels, int32_t width, uint8_t *out);

/* PLTE and tRNS. Most bytes that they take. */
enum { PNG_PALETTE_BYTES = 2 * 12 + MOST_COLOURS * 4 };
/* Writes them, if the form has them; says where the next chunk goes. */
uint8_t *png_put_palette(uint8_t *at, const PngForm *form);

#endif
