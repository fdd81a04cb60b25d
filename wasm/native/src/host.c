#include "host.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "heap.h"
#include "statics.h"

#if __has_feature(memory_sanitizer)
void __msan_check_mem_is_initialized(const volatile void *bytes, size_t count);
#else
#define __msan_check_mem_is_initialized(bytes, count) ((void)(bytes), (void)(count))
#endif

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

_Noreturn void host_finding(const char *what) {
  fprintf(stderr, "FINDING: %s\n", what);
  abort();
}

/* FNV-1a. */
static uint64_t hash_on(uint64_t hash, const uint8_t *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) hash = (hash ^ bytes[i]) * 0x100000001b3u;
  return hash;
}

void host_take(HostResult *taken, const uint8_t *bytes, size_t count) {
  if (count == 0) host_finding("a result of no bytes");
  if (!heap_holds(bytes, count)) host_finding("a result that is not the heap's");
  __msan_check_mem_is_initialized(bytes, count);
  if (taken->bytes == 0) taken->hash = 0xcbf29ce484222325u;
  taken->code = HOST_MADE;
  taken->bytes += count;
  taken->hash = hash_on(taken->hash, bytes, count);
}

static void start_clean(const void *one_of_them, HostOptions options) {
  static int is_kept;
  if (!is_kept) statics_keep(one_of_them);
  is_kept = 1;
  statics_restore();
  heap_reset(options.heap_bytes, options.fill);
  memset(&result, 0, sizeof result);
}

HostResult host_run(HostJob job, void *context, const void *one_of_them, HostOptions options) {
  start_clean(one_of_them, options);
  if (setjmp(thrown) == 0) {
    result.code = HOST_UNFINISHED;
    job(context, &result);
    if (result.code == HOST_UNFINISHED) host_finding("the source has ended, and there is neither result nor failure");
  } else if (result.code < FAIL_BROKEN || result.code > FAIL_NO_FRAME) {
    host_finding("an unknown code");
  }
  if (result.code == FAIL_INTERNAL) host_finding(result.text);
  result.peak_bytes = heap_peak();
  heap_reset(SIZE_MAX, 0);
  return result;
}
