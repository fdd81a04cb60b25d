/* Damage to files, drawn from a seed: the same in every run. */
#ifndef PICTOR_NATIVE_MUTATE_H
#define PICTOR_NATIVE_MUTATE_H

#include "format.h"

typedef struct {
  uint64_t state; /* not 0 */
} Random;

uint32_t random_bits(Random *random);
/* 0 to n - 1; 0 for n 0. */
size_t random_below(Random *random, size_t n);

typedef struct {
  uint8_t *bytes;
  size_t size, room;
} Buffer;

/*
 * Changes a file in place, one or several times: bytes, numbers, ranges, and whole chunks of its format (lengths, names,
 * order). `other` (which may be none) is another file of the same format, parts of which may come in. A PNG's checksums are mostly made good
 * again, since behind a wrong one nothing is decoded.
 */
void mutate(Random *random, Buffer *file, const uint8_t *other, size_t other_size);

#endif
