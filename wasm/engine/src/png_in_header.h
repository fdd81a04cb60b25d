/* What stands before the pixels of a PNG, as far as it counts for them (PNG third edition, section 11). */
#ifndef PICTOR_PNG_IN_HEADER_H
#define PICTOR_PNG_IN_HEADER_H

#include "engine.h"

/* Bits of a colour type. */
enum { PNG_PALETTE = 1, PNG_COLOUR = 2, PNG_ALPHA = 4 };

#define CHUNK(a, b, c, d) ((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))

/* The longest chunk that is kept: a palette. */
#define MOST_KEPT 768

typedef struct {
  int32_t width, height; /* 1 to 2^31 - 1; the pixels may be more than there can be */
  int depth, colour_type, interlaced;
  int colours;     /* in the palette; 0: there is none */
  int transparent; /* palette entries with an alpha of their own; the others are opaque */
  int has_key;     /* pixels of this colour are transparent */
  int has_colour_space; /* sRGB, iCCP or cICP, which count more than gAMA */
  uint32_t gamma;       /* gAMA, in 1/100,000; 0: none */
  uint16_t key[3];
  uint8_t colour[256][3];
  uint8_t alpha[256];
} PngHeader;

/* Whether the data of such a chunk is to be kept for png_header_read. Fails the job where it cannot be what it says. */
int png_header_wants(PngHeader *header, uint32_t type, uint32_t length);
/* `intact`: the checksum holds. Without, a critical chunk fails the job, and another one counts for nothing. */
void png_header_read(PngHeader *header, uint32_t type, const uint8_t *data, uint32_t length, int intact);
/* Before the first pixel. Fails the job when something is missing that they need. */
void png_header_end(const PngHeader *header);

/* Samples of a pixel, and its bits, as stored. */
int png_channels(const PngHeader *header);
int png_pixel_bits(const PngHeader *header);
/* Bytes of a row of so many pixels. Fails the job (FAIL_MEMORY) beyond 2^28. */
size_t png_row_bytes(const PngHeader *header, int32_t width);
ColourModel png_model(const PngHeader *header);

#endif
