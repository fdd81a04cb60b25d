#include "host.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "heap.h"
#include "statics.h"

/* The module's exports (wasm/engine/src/engine.c). */
Job *engine_job(void);
void engine_start(void);
uint8_t *engine_input(size_t bytes);
int32_t engine_feed(size_t count, int32_t end);
uint8_t *engine_output(void);
size_t engine_output_size(void);

/* INPUT_BYTES of instance.ts. */
#define MOST_INPUT_BYTES 16384
/* FAIL_INTERNAL of engine.h. */
#define LAST_CODE 5

static jmp_buf thrown;
static HostResult result;

/* What the linker defines for WASM, and nobody asks for here. */
unsigned char __heap_base;

/* The module's import. */
_Noreturn void engine_throw(int32_t code, const char *text, size_t length);
_Noreturn void engine_throw(int32_t code, const char *text, size_t length) {
  const size_t most = sizeof result.text - 1;
  const size_t count = length < most ? length : most;
  memcpy(result.text, text, count);
  result.text[count] = 0;
  result.code = code;
  longjmp(thrown, 1);
}

static _Noreturn void broken_promise(const char *what) {
  fprintf(stderr, "FINDING: %s\n", what);
  abort();
}

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

/* Reads all of it, so that the sanitizers see that it is there and was written. FNV-1a. */
static uint64_t hash_of(const uint8_t *bytes, size_t count) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (size_t i = 0; i < count; i++) hash = (hash ^ bytes[i]) * 0x100000001b3u;
  return hash;
}

static void take_output(void) {
  const uint8_t *output = engine_output();
  result.bytes = engine_output_size();
  if (result.bytes == 0) broken_promise("a result of no bytes");
  if (!heap_holds(output, result.bytes)) broken_promise("a result that is not the heap's");
  result.hash = hash_of(output, result.bytes);
}

static void start_clean(HostOptions options) {
  static int is_kept;
  if (!is_kept) statics_keep(engine_job());
  is_kept = 1;
  statics_restore();
  heap_reset(options.heap_bytes, options.fill);
  memset(&result, 0, sizeof result);
}

HostResult host_run(const Job *job, Slice source, HostOptions options) {
  start_clean(options);
  if (setjmp(thrown) == 0) {
    *engine_job() = *job;
    engine_start();
    result.code = HOST_UNFINISHED;
    if (fed(source, options.feed_seed)) {
      result.code = HOST_MADE;
      take_output();
    }
  } else if (result.code < 1 || result.code > LAST_CODE) {
    broken_promise("an unknown code");
  }
  if (result.code == HOST_UNFINISHED) broken_promise("the source has ended, and there is neither result nor failure");
  if (result.code == LAST_CODE) broken_promise(result.text);
  result.peak_bytes = heap_peak();
  heap_reset(SIZE_MAX, 0);
  return result;
}
