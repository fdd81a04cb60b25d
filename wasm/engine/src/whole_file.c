#include "whole_file.h"

#include <stdlib.h>
#include <string.h>

/* What the file says of its own length (RIFF), where that can be had at once; else room comes as the bytes do. */
static void reserve(WholeFile *file, const uint8_t *head, size_t count) {
  if (count < 8) return;
  const uint32_t rest = head[4] | (uint32_t)head[5] << 8 | (uint32_t)head[6] << 16 | (uint32_t)head[7] << 24;
  if (rest > INT32_MAX) return;
  file->bytes = malloc((size_t)rest + 8);
  if (file->bytes == NULL) return;
  file->room = (size_t)rest + 8;
  file->is_whole = 1;
}

void whole_file_add(WholeFile *file, const uint8_t *bytes, size_t count) {
  if (file->bytes == NULL) reserve(file, bytes, count);
  /* What comes behind the length that RIFF says is no part of the picture. */
  if (file->is_whole && count > file->room - file->size) count = file->room - file->size;
  if (file->size + count > file->room) {
    const size_t room = file->room + file->room / 2 + count;
    uint8_t *larger = realloc(file->bytes, room);
    if (larger == NULL) engine_fail(FAIL_MEMORY, "no room for the file");
    file->bytes = larger;
    file->room = room;
  }
  if (count > 0) memcpy(file->bytes + file->size, bytes, count);
  file->size += count;
}

void whole_file_free(WholeFile *file) {
  free(file->bytes);
  memset(file, 0, sizeof *file);
}
