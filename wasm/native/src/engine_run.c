#include "engine_run.h"

#include <string.h>

/* The module's exports (wasm/engine/src/engine.c). */
Job *engine_job(void);
void engine_start(void);
uint8_t *engine_input(size_t bytes);
int32_t engine_feed(size_t count, int32_t end);
uint8_t *engine_output(void);
size_t engine_output_size(void);

/* INPUT_BYTES of instance.ts. */
#define MOST_INPUT_BYTES 16384

typedef struct {
  const Job *job;
  Slice source;
  uint32_t feed_seed;
} Run;

/* Of one to 3,000 bytes and now and then of none, or the largest that the Worker sends. */
static size_t piece(uint32_t *state) {
  if (*state == 0) return MOST_INPUT_BYTES;
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  if ((*state >> 29) == 0) return 0;
  return 1 + (*state >> 8) % ((*state & 1) ? 3000 : 40);
}

/* Like `feed` in instance.ts. */
static int fed(Slice source, uint32_t seed) {
  for (size_t at = 0;;) {
    const size_t rest = source.count - at;
    /* A large file byte by byte would only take long. */
    const size_t wanted = source.count > 65536 ? MOST_INPUT_BYTES : piece(&seed);
    const size_t count = wanted < rest ? wanted : rest;
    const int end = count == rest;
    uint8_t *input = engine_input(count);
    if (count > 0) memcpy(input, source.bytes + at, count);
    at += count;
    if (engine_feed(count, end) == 1) return 1;
    if (end) return 0;
  }
}

static void run_job(void *context, HostResult *result) {
  const Run *run = context;
  *engine_job() = *run->job;
  engine_start();
  if (fed(run->source, run->feed_seed)) host_take(result, engine_output(), engine_output_size());
}

HostResult engine_run(const Job *job, Slice source, uint32_t feed_seed, HostOptions options) {
  Run run = {job, source, feed_seed};
  return host_run(run_job, &run, engine_job(), options);
}
