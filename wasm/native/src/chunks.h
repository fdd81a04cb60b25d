/* The parts that a file is made of, by its format: where a mutation does more than a byte somewhere. */
#ifndef PICTOR_NATIVE_CHUNKS_H
#define PICTOR_NATIVE_CHUNKS_H

#include "format.h"

#define MOST_CHUNKS 200

typedef struct {
  size_t at, bytes;            /* all of it, with its header */
  size_t length_at;            /* of the field that says how long it is */
  uint8_t length_bytes;        /* of that field: 0 (there is none), 1, 2 or 4 */
  uint8_t length_little;       /* little-endian */
  size_t type_at, payload_at;  /* of its name, and of what it holds */
} Chunk;

typedef struct {
  int count;
  Chunk chunk[MOST_CHUNKS];
} Chunks;

/* As far as they can be followed; none of an unknown format. */
Chunks chunks_of(Format format, const uint8_t *file, size_t size);

#endif
