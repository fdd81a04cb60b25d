#include "heap.h"

#include <errno.h>

/* Of AddressSanitizer's runtime. */
#if __has_feature(address_sanitizer)
void __asan_poison_memory_region(void const volatile *at, size_t bytes);
void __asan_unpoison_memory_region(void const volatile *at, size_t bytes);
#else
#define __asan_poison_memory_region(at, bytes) ((void)(at), (void)(bytes))
#define __asan_unpoison_memory_region(at, bytes) ((void)(at), (void)(bytes))
#endif

/* Lies before each block, poisoned while the engine has it, so that writing before a block is found, too. */
typedef struct Block {
  struct Block *previous, *next;
  void *allocation; /* what free() wants */
  size_t bytes;
} Block;

/* What malloc promises on a 64-bit machine; the header's size is a multiple of it. */
#define ALIGNMENT 16
#define HEADER_BYTES ((sizeof(Block) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT)

static Block *blocks;
static size_t live_bytes, peak_bytes, limit_bytes = SIZE_MAX;
static uint8_t fill_byte;

static Block *header_of(const void *block) { return (Block *)((uintptr_t)block - HEADER_BYTES); }
static uint8_t *bytes_of(const Block *header) { return (uint8_t *)((uintptr_t)header + HEADER_BYTES); }

static void open_header(Block *header) { __asan_unpoison_memory_region(header, HEADER_BYTES); }
static void close_header(Block *header) { __asan_poison_memory_region(header, HEADER_BYTES); }

static void count(size_t bytes) {
  live_bytes += bytes;
  if (live_bytes > peak_bytes) peak_bytes = live_bytes;
}

static void link_block(Block *header) {
  header->previous = NULL;
  header->next = blocks;
  if (blocks != NULL) {
    open_header(blocks);
    blocks->previous = header;
    close_header(blocks);
  }
  blocks = header;
}

static void unlink_block(const Block *header) {
  if (header->previous != NULL) {
    open_header(header->previous);
    header->previous->next = header->next;
    close_header(header->previous);
  } else {
    blocks = header->next;
  }
  if (header->next == NULL) return;
  open_header(header->next);
  header->next->previous = header->previous;
  close_header(header->next);
}

/* `padding` bytes more than needed lie before the header, for an alignment above malloc's. */
static void *allocated(size_t bytes, size_t alignment) {
  const size_t padding = alignment > ALIGNMENT ? alignment : 0;
  if (bytes > limit_bytes || live_bytes > limit_bytes - bytes || bytes > SIZE_MAX - HEADER_BYTES - padding) {
    errno = ENOMEM;
    return NULL;
  }
  uint8_t *allocation = malloc(bytes + HEADER_BYTES + padding);
  if (allocation == NULL) return NULL;
  uintptr_t block = (uintptr_t)allocation + HEADER_BYTES;
  if (padding > 0) block = (block + alignment - 1) / alignment * alignment;
  Block *header = header_of((void *)block);
  header->allocation = allocation;
  header->bytes = bytes;
  link_block(header);
  count(bytes);
  close_header(header);
  return (void *)block;
}

/* Not for MemorySanitizer, to which it would then look written. */
static void fill(void *block, size_t bytes) {
  if (block != NULL && !__has_feature(memory_sanitizer)) memset(block, fill_byte, bytes);
}

void *heap_malloc(size_t bytes) {
  void *block = allocated(bytes, ALIGNMENT);
  fill(block, bytes);
  return block;
}

void *heap_calloc(size_t count_of, size_t bytes) {
  if (bytes > 0 && count_of > SIZE_MAX / bytes) {
    errno = ENOMEM;
    return NULL;
  }
  void *block = allocated(count_of * bytes, ALIGNMENT);
  if (block != NULL) memset(block, 0, count_of * bytes);
  return block;
}

/* A header that was freed is found by the sanitizer here: free() twice, or of what is no block. */
void heap_free(void *block) {
  if (block == NULL) return;
  Block *header = header_of(block);
  open_header(header);
  unlink_block(header);
  live_bytes -= header->bytes;
  free(header->allocation);
}

/* Always moves, so that whoever keeps the old address is found. */
void *heap_realloc(void *block, size_t bytes) {
  if (block == NULL) return heap_malloc(bytes);
  Block *header = header_of(block);
  open_header(header);
  const size_t before = header->bytes;
  close_header(header);
  void *moved = heap_malloc(bytes);
  if (moved == NULL) return NULL;
  memcpy(moved, block, before < bytes ? before : bytes);
  heap_free(block);
  return moved;
}

void *heap_aligned_alloc(size_t alignment, size_t bytes) {
  void *block = allocated(bytes, alignment);
  fill(block, bytes);
  return block;
}

int heap_posix_memalign(void **block, size_t alignment, size_t bytes) {
  void *aligned = heap_aligned_alloc(alignment, bytes);
  if (aligned == NULL) return ENOMEM;
  *block = aligned;
  return 0;
}

void heap_reset(size_t limit, uint8_t with) {
  while (blocks != NULL) heap_free(bytes_of(blocks));
  peak_bytes = live_bytes;
  limit_bytes = limit;
  fill_byte = with;
}

size_t heap_peak(void) { return peak_bytes; }

int heap_holds(const uint8_t *bytes, size_t count_of) {
  for (Block *header = blocks; header != NULL;) {
    open_header(header);
    const uint8_t *first = bytes_of(header);
    const int holds = bytes >= first && bytes <= first + header->bytes && count_of <= header->bytes - (size_t)(bytes - first);
    Block *next = header->next;
    close_header(header);
    if (holds) return 1;
    header = next;
  }
  return 0;
}
