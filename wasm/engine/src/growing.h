/* A buffer that grows while an encoder writes into it. */
#ifndef PICTOR_GROWING_H
#define PICTOR_GROWING_H

#include "engine.h"

typedef struct {
  uint8_t *data;
  size_t size, room;
} Growing;

/*
 * Room for at least `room` bytes in all, exactly. At the heap's end, where an encoder's output usually lies, the
 * allocator extends a block in place; elsewhere the old and the new block exist together for a moment.
 */
void growing_reserve(Growing *growing, size_t room);
/*
 * Without room, half as much again is made. Doubling would leave up to half of the block unused; a list of pieces would
 * have to be joined in the end, with all of it twice in memory.
 */
void growing_append(Growing *growing, const void *bytes, size_t count);
/* The bytes so far; they belong to the caller. */
Bytes growing_take(Growing *growing);

#endif
