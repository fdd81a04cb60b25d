#ifndef PICTOR_NATIVE_SLICE_H
#define PICTOR_NATIVE_SLICE_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  const uint8_t *bytes;
  size_t count;
} Slice;

#endif
