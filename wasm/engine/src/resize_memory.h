/* Where the parts of a resizer lie in its one block of memory. */
#ifndef PICTOR_RESIZE_MEMORY_H
#define PICTOR_RESIZE_MEMORY_H

#include "engine.h"

/* Room for `struct Resizer`, whatever the size of a pointer. */
#define HEADER_BYTES 256
/* Longest filter whose source rows are kept in a ring. */
#define RING_TAPS 40
/* Output rows under way at once when rows are added up instead. */
#define SUM_SLOTS 8

/* Byte offsets, 64 bits wide so that no picture's size overflows them; the filters' counts include their padding. */
typedef struct {
  uint64_t table, across, down, weight, rows, mid, end;
  int32_t across_count, across_taps, down_count, down_taps;
  int32_t width; /* source columns in use, rounded up to whole blocks */
  int sums;      /* rows are added up */
} Layout;

Layout layout_of(int32_t source_width, int32_t source_height, AxisMap x, AxisMap y, Plane out);

#endif
