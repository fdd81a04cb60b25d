/*
 * The heap of a job, included before every file. It takes the place of malloc in the engine's code (not in what drives
 * it, which defines PICTOR_NATIVE_DRIVER): the sanitizer's own
 * allocator, with a limit like that of a Worker's instance, and with a list of what lives, so that all of it can go when
 * a job has ended (wherever it ended; an instance is scrubbed or thrown away).
 */
#ifndef PICTOR_NATIVE_HEAP_H
#define PICTOR_NATIVE_HEAP_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *heap_malloc(size_t bytes);
void *heap_calloc(size_t count, size_t bytes);
void *heap_realloc(void *block, size_t bytes);
void heap_free(void *block);
void *heap_aligned_alloc(size_t alignment, size_t bytes);
int heap_posix_memalign(void **block, size_t alignment, size_t bytes);

#ifndef PICTOR_NATIVE_DRIVER
#define malloc heap_malloc
#define calloc heap_calloc
#define realloc heap_realloc
#define free heap_free
#define aligned_alloc heap_aligned_alloc
#define memalign heap_aligned_alloc
#define posix_memalign heap_posix_memalign
#else
/* Frees all blocks. From then on at most `limit` bytes may live at a time, and malloc's are filled with `fill`. */
void heap_reset(size_t limit, uint8_t fill);
/* The most bytes that lived at a time since the reset. */
size_t heap_peak(void);
/* Whether [bytes, bytes + count) lies within one block that lives. */
int heap_holds(const uint8_t *bytes, size_t count);
#endif

#endif
