#include "statics.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

extern char statics_data_first[], statics_data_last[], statics_bss_first[], statics_bss_last[];

static char *kept;

/* The sanitizers' own accesses to the gaps between variables are meant here, so nothing is checked. */
#define UNCHECKED __attribute__((no_sanitize("address", "memory"), noinline))

UNCHECKED static void copy(volatile char *to, const volatile char *from, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) {
    if (to[i] != from[i]) to[i] = from[i];
  }
}

UNCHECKED static void clear(volatile uint64_t *from, const volatile char *end) {
  for (; (const volatile char *)from < end; from++) {
    if (*from != 0) *from = 0;
  }
}

static ptrdiff_t data_bytes(void) { return statics_data_last - statics_data_first; }

void statics_keep(const void *one_of_them) {
  const char *place = one_of_them;
  const int in_data = place > statics_data_first && place < statics_data_last;
  const int in_bss = place > statics_bss_first && place < statics_bss_last;
  if (place != NULL && !in_data && !in_bss) {
    fputs("the linker did not keep the engine's statics together\n", stderr);
    abort();
  }
  kept = malloc((size_t)data_bytes());
  if (kept == NULL) abort();
  copy(kept, statics_data_first, data_bytes());
}

void statics_restore(void) {
  copy(statics_data_first, kept, data_bytes());
  clear((volatile uint64_t *)((uintptr_t)(statics_bss_first + 7) & ~(uintptr_t)7), statics_bss_last);
}
