/*
 * How C fails and gets memory, in every module. Nothing returns an error through C: `engine_fail` calls the import that
 * throws, and the instance is scrubbed or thrown away by its owner.
 */
#ifndef PICTOR_FAILURE_H
#define PICTOR_FAILURE_H

#include <stddef.h>

/* Codes of `engine_fail`; src/engine/pictor/failure.ts gives each its PictorError. */
enum {
  FAIL_BROKEN = 1,      /* 422: the picture is broken */
  FAIL_UNSUPPORTED = 2, /* 415: a variant that is not read */
  FAIL_MEMORY = 3,      /* 413: the plan's memory does not suffice */
  FAIL_MISMATCH = 4,    /* 422: the header says something else than the plan */
  FAIL_INTERNAL = 5,    /* 500: a mistake of ours */
  FAIL_FRAMES = 6,      /* 413: more frames than a request may take */
  FAIL_NO_FRAME = 7     /* 400: there is no frame of that number; the text is how many there are */
};
_Noreturn void engine_fail(int code, const char *text);
/* malloc that fails the job instead of returning NULL. Zeroed. Freed with free(). */
void *engine_alloc(size_t bytes);

#endif
