/* Which colours a raster has: what its PNG can do without. */
#ifndef PICTOR_PNG_OUT_COLOURS_H
#define PICTOR_PNG_OUT_COLOURS_H

#include "engine.h"

enum { MOST_COLOURS = 256, COLOUR_SLOTS = 1024 };

/* Distinct RGBA colours by open hashing; a pixel is 0xAABBGGRR. */
typedef struct {
  int32_t count; /* MOST_COLOURS + 1: more than a palette holds */
  uint32_t colour[MOST_COLOURS]; /* in the order in which they appear, from the top */
  uint32_t slot_colour[COLOUR_SLOTS];
  uint16_t slot_index[COLOUR_SLOTS]; /* into `colour`, one more; 0: empty */
} ColourSet;

typedef struct {
  int opaque; /* alpha is 255 everywhere */
  int gray;   /* red, green and blue are the same everywhere */
  ColourSet set;
} Colours;

/* Unless it is there already. */
void colours_add(ColourSet *set, uint32_t colour);
void colours_find(const Raster *raster, Colours *colours);
/* Position of a colour of the set in `colour`. */
int32_t colours_index(const ColourSet *set, uint32_t colour);
/* 0xAABBGGRR at `bytes`. */
uint32_t colour_at(const uint8_t *bytes);

#endif
