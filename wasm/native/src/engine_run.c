#include "engine_run.h"

#include <string.h>

/* The module's exports (wasm/engine/src/engine.c). */
Job *engine_job(void);
uint8_t *engine_colours(size_t bytes);
uint8_t *engine_overlay(uint32_t index);
void engine_start(void);
uint8_t *engine_input(size_t bytes);
int32_t engine_feed(size_t count, int32_t end);
uint8_t *engine_output(void);
size_t engine_output_size(void);

/* INPUT_BYTES of instance.ts. */
#define MOST_INPUT_BYTES 16384

static uint8_t made[1 << 20];
static size_t made_bytes;

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

/* Numbers for the conversion: any at all, which TypeScript never sends, in the amounts that the module takes. */
static void give_colours(const Run *run) {
  static const size_t SIZES[] = {
      [CONVERT_MATRIX] = (3 * 256 + 9) * sizeof(float),
      [CONVERT_RGB_TABLE] = 5 * 5 * 5 * 3 * sizeof(uint16_t),
      [CONVERT_CMYK_TABLE] = 3 * 3 * 3 * 3 * 3 * sizeof(uint16_t),
  };
  if (run->job->conversion == CONVERT_NOT) return;
  const size_t size = SIZES[run->job->conversion];
  uint8_t *colours = engine_colours(size);
  uint32_t state = run->feed_seed * 2654435761u + 1;
  for (size_t i = 0; i < size; i++) {
    state = state * 1664525u + 1013904223u;
    colours[i] = (uint8_t)(state >> 24);
  }
}

/* Noise: overlays are rasters of our own making, so that no byte of them is a stranger's. */
static void fill_overlays(const Job *job) {
  uint32_t state = 1;
  for (uint32_t i = 0; i < MAX_DRAWS; i++) {
    const Draw *draw = &job->draw[i];
    if (draw->width == 0) continue;
    uint8_t *pixels = engine_overlay(i);
    for (size_t at = 0; at < (size_t)draw->width * (size_t)draw->height * 4; at++) {
      state = state * 1664525 + 1013904223;
      /* Often the ends of the range, where the modes' formulas have their cases. */
      const uint32_t level = state >> 24;
      pixels[at] = (uint8_t)(level < 40 ? 0 : level > 215 ? 255 : level);
    }
  }
}

static void run_job(void *context, HostResult *result) {
  const Run *run = context;
  *engine_job() = *run->job;
  fill_overlays(run->job);
  give_colours(run);
  engine_start();
  made_bytes = 0;
  if (!fed(run->source, run->feed_seed)) return;
  host_take(result, engine_output(), engine_output_size());
  if (result->bytes > sizeof made) return;
  made_bytes = result->bytes;
  memcpy(made, engine_output(), made_bytes);
}

Slice engine_made(void) { return (Slice){made, made_bytes}; }

HostResult engine_run(const Job *job, Slice source, uint32_t feed_seed, HostOptions options) {
  Run run = {job, source, feed_seed};
  return host_run(run_job, &run, engine_job(), options);
}
