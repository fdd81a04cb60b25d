#include "png_out_colours.h"

#include <string.h>

uint32_t colour_at(const uint8_t *bytes) {
  uint32_t colour;
  memcpy(&colour, bytes, 4);
  return colour;
}

/* The slot that holds a colour, or the empty one where it belongs: there are four slots for each colour. */
static uint32_t slot_of(const ColourSet *set, uint32_t colour) {
  /* Fibonacci hashing: the upper bits of the product. */
  uint32_t slot = (colour * 2654435769u) >> 22;
  while (set->slot_index[slot] != 0 && set->slot_colour[slot] != colour) slot = (slot + 1) % COLOUR_SLOTS;
  return slot;
}

int32_t colours_index(const ColourSet *set, uint32_t colour) {
  return set->slot_index[slot_of(set, colour)] - 1;
}

void colours_add(ColourSet *set, uint32_t colour) {
  const uint32_t slot = slot_of(set, colour);
  if (set->slot_index[slot] != 0) return;
  if (set->count < MOST_COLOURS) {
    set->colour[set->count] = colour;
    set->slot_colour[slot] = colour;
    set->slot_index[slot] = (uint16_t)(set->count + 1);
  }
  set->count++;
}

static void find_distinct(const Raster *raster, ColourSet *set) {
  const size_t pixels = (size_t)raster->width * (size_t)raster->height;
  uint32_t last = ~colour_at(raster->data);
  for (size_t i = 0; i < pixels && set->count <= MOST_COLOURS; i++) {
    const uint32_t colour = colour_at(raster->data + i * 4);
    if (colour != last) colours_add(set, colour);
    last = colour;
  }
}

void colours_find(const Raster *raster, Colours *colours) {
  memset(colours, 0, sizeof *colours);
  colours->opaque = colours->gray = 1;
  for (int32_t y = 0; y < raster->height && (colours->opaque || colours->gray); y++) {
    const uint8_t *row = raster->data + (size_t)y * (size_t)raster->width * 4;
    uint32_t all = UINT32_MAX, differing = 0;
    for (int32_t x = 0; x < raster->width; x++) {
      const uint32_t colour = colour_at(row + x * 4);
      all &= colour;
      differing |= colour ^ colour >> 8;
    }
    if (all >> 24 != 255) colours->opaque = 0;
    if ((differing & 0xffff) != 0) colours->gray = 0;
  }
  find_distinct(raster, &colours->set);
}
