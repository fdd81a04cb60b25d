/* What the Worker is to a module (src/engine/pictor/instance.ts), for one job at a time on the native build. */
#ifndef PICTOR_NATIVE_HOST_H
#define PICTOR_NATIVE_HOST_H

#include <stddef.h>
#include <stdint.h>

#include "slice.h"

typedef struct {
  size_t heap_bytes;  /* limit of what lives at a time */
  uint8_t fill;       /* what fresh memory holds */
} HostOptions;

/* Codes beside FAIL_* of engine.h. */
enum { HOST_MADE = 0, HOST_UNFINISHED = -1 };

typedef struct {
  int code;
  char text[200];
  uint64_t hash; /* of the result's bytes */
  size_t bytes;  /* the result's */
  size_t peak_bytes;
} HostResult;

/* What a module's calls are, in their order; says what came of them in `result` (host_take). */
typedef void (*HostJob)(void *context, HostResult *result);

/*
 * A whole job on a clean module, whose failure leaves it wherever it happens. `one_of_them`: any static variable of the
 * module. Aborts (a finding) when the module breaks its word: a result that is no memory of its own, an unknown code.
 */
HostResult host_run(HostJob job, void *context, const void *one_of_them, HostOptions options);

/* The job has this result; reads all of it. More than one may be taken. */
void host_take(HostResult *result, const uint8_t *bytes, size_t count);

_Noreturn void host_finding(const char *what);

#endif
