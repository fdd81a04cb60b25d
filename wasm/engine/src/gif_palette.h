/* At most 256 colours for the pixels of a picture. */
#ifndef PICTOR_GIF_PALETTE_H
#define PICTOR_GIF_PALETTE_H

#include "png_out_colours.h"

typedef struct {
  int32_t count;
  int exact; /* every pixel has one of the colours */
  uint8_t colour[256][3];
  double error; /* of what it was made for: mean squared distance (gif_distance) */
} GifPalette;

/* Squared, weighted a little as the eye does: green counts most, blue least. */
static inline int32_t gif_distance(int32_t red, int32_t green, int32_t blue) {
  return 3 * red * red + 4 * green * green + 2 * blue * blue;
}

/* Nearest colour of a palette that has some. */
int32_t gif_nearest(const GifPalette *palette, const uint8_t *colour);

/*
 * What of a raster is to be drawn: opaque pixels for which `drawn` (a byte a pixel; NULL: all) is not 0. Sampled in cells of
 * 8 levels a side: 32,768 of them, 16 bytes each.
 */
typedef struct {
  uint32_t pixels, red, green, blue; /* sums */
} GifCell;
enum { GIF_CELLS = 1 << 15 };

typedef struct {
  GifCell *cell;     /* GIF_CELLS; after gif_histogram_of, those with pixels come first */
  int32_t count;     /* of cells with pixels */
  uint64_t pixels;
} GifHistogram;

GifHistogram gif_histogram_of(const Raster *raster, const uint8_t *drawn);
void gif_histogram_free(GifHistogram *histogram);

/* The very colours, where they are at most `most`; 0: there are more. */
int gif_palette_exact(const Raster *raster, const uint8_t *drawn, int32_t most, GifPalette *palette);
/* Colours that stand for all: boxes cut where colours spread most, then moved to the middle of what is nearest to them. */
void gif_palette_of(const GifHistogram *histogram, int32_t most, GifPalette *palette);
/* What another picture would lose with it: as `error`. */
double gif_palette_error(const GifPalette *palette, const GifHistogram *histogram);

#endif
