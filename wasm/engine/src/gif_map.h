/*
 * From colours to a palette's indexes. Exact palettes map exactly. With others, each pixel becomes one of two colours
 * between which it lies, chosen by its place (an ordered dither, Bayer's 8 × 8): on average the colour is right, and what
 * does not move keeps its pattern, so that nothing flickers from frame to frame.
 *
 * Memory: 1 MiB, for what was found for cells of 4 levels a side.
 */
#ifndef PICTOR_GIF_MAP_H
#define PICTOR_GIF_MAP_H

#include "gif_palette.h"

typedef struct GifMap GifMap;

GifMap *gif_map_create(void);
void gif_map_free(GifMap *map);
/* The palette has to outlive its use. */
void gif_map_use(GifMap *map, const GifPalette *palette);
int32_t gif_map_index(GifMap *map, const uint8_t *colour, int32_t x, int32_t y);

#endif
