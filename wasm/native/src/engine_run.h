/* A job on wasm/engine. */
#ifndef PICTOR_NATIVE_ENGINE_RUN_H
#define PICTOR_NATIVE_ENGINE_RUN_H

#include "host.h"
#include "job.h"

/* `feed_seed`: of the sizes of the pieces that the source comes in; 0: the largest. */
HostResult engine_run(const Job *job, Slice source, uint32_t feed_seed, HostOptions options);

#endif
