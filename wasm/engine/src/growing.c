#include "growing.h"

#include <stdlib.h>
#include <string.h>

void growing_reserve(Growing *growing, size_t room) {
  if (room <= growing->room) return;
  uint8_t *larger = realloc(growing->data, room);
  if (larger == NULL) engine_fail(FAIL_MEMORY, "no room for the encoded picture");
  growing->data = larger;
  growing->room = room;
}

void growing_append(Growing *growing, const void *bytes, size_t count) {
  if (count > growing->room - growing->size) {
    const size_t half_more = growing->room + growing->room / 2;
    const size_t needed = growing->size + count;
    growing_reserve(growing, needed > half_more ? needed : half_more);
  }
  if (count > 0) memcpy(growing->data + growing->size, bytes, count);
  growing->size += count;
}

Bytes growing_take(Growing *growing) {
  const Bytes bytes = {growing->data, growing->size};
  memset(growing, 0, sizeof *growing);
  return bytes;
}
