/* What a plan is made from (src/image/probe): as much of a header as the module is told beforehand. */
#ifndef PICTOR_NATIVE_FACTS_H
#define PICTOR_NATIVE_FACTS_H

#include "format.h"
#include "raw.h"

typedef struct {
  uint32_t format; /* SOURCE_* of job.h; 0: the engine does not read it */
  int32_t width, height;
  int alpha;
  int is_animated; /* frames may be asked for */
  RawLayout raw; /* of SOURCE_RAW */
} Facts;

/* Of a file whose header cannot be read: a size that some plan could have. */
Facts facts_of(const uint8_t *file, size_t size);

#endif
