/* A file that is wanted whole, collected as its bytes come. */
#ifndef PICTOR_WHOLE_FILE_H
#define PICTOR_WHOLE_FILE_H

#include "engine.h"

typedef struct {
  uint8_t *bytes;
  size_t size, room;
  int is_whole; /* there is room for all of it */
} WholeFile;

/* More of a RIFF file, which says its own length: what comes behind that is left out. */
void whole_file_add(WholeFile *file, const uint8_t *bytes, size_t count);
void whole_file_free(WholeFile *file);

#endif
