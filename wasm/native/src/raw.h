/*
 * Planes for SOURCE_RAW, which come from another module of ours, so that there are always as many bytes as the job says.
 * As a file: RAW_MAGIC, a byte of width and height each (plus one), a byte that chooses the layout, one that chooses the
 * matrix, and samples, which are repeated until the planes are full.
 */
#ifndef PICTOR_NATIVE_RAW_H
#define PICTOR_NATIVE_RAW_H

#include "slice.h"

#define RAW_MAGIC "PLNS"
#define RAW_HEADER_BYTES 9

typedef struct {
  int32_t width, height;
  uint32_t chroma, matrix; /* as in job.h */
  int is_full_range, has_alpha, is_premultiplied;
} RawLayout;

RawLayout raw_layout(const uint8_t *file);
/* Valid until the next call. */
Slice raw_planes(RawLayout layout, Slice file);

#endif
