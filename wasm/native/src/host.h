/* What the Worker is to the module (src/engine/pictor/instance.ts), for one job at a time on the native build. */
#ifndef PICTOR_NATIVE_HOST_H
#define PICTOR_NATIVE_HOST_H

#include <stddef.h>
#include <stdint.h>

#include "job.h"
#include "slice.h"

typedef struct {
  size_t heap_bytes;  /* limit of what lives at a time */
  uint8_t fill;       /* what fresh memory holds */
  uint32_t feed_seed; /* sizes of the pieces that the source comes in; 0: the largest */
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

/*
 * A whole job on a clean engine. Aborts (a finding) when the module breaks its word: a result that is no memory of its
 * own, an unknown code, no result though the source has ended.
 */
HostResult host_run(const Job *job, Slice source, HostOptions options);

#endif
