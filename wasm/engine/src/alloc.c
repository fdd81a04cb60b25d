#include <stdlib.h>

#include "failure.h"

void *engine_alloc(size_t bytes) {
  /* calloc(0) may answer NULL, which is no lack of memory. */
  void *memory = calloc(bytes > 0 ? bytes : 1, 1);
  if (memory == NULL) engine_fail(FAIL_MEMORY, "the picture needs more memory than was planned");
  return memory;
}
