/*
 * The heap's end, for wasi-libc's malloc. Its own sbrk only ever grows the memory; here the memory is imported, as large
 * as the job's plan says from the start (V8's garbage collector does not count what an instance grows later), so the
 * heap moves on through the pages that are there and never grows them.
 */
#include <errno.h>
#include <stdint.h>
#include <unistd.h>

#define PAGE_BYTES 65536

/* Where malloc's first heap ends: at the memory that the linker thought of. */
extern unsigned char __heap_end;

static uintptr_t heap_end;

void *sbrk(intptr_t increment) {
  const uint64_t memory_end = (uint64_t)__builtin_wasm_memory_size(0) * PAGE_BYTES;
  if (heap_end == 0) heap_end = (uintptr_t)&__heap_end;
  const uintptr_t previous = heap_end;
  if (increment < 0 || (uint64_t)previous + (uint64_t)increment > memory_end) {
    errno = ENOMEM;
    return (void *)-1;
  }
  heap_end += (uintptr_t)increment;
  return (void *)previous;
}
