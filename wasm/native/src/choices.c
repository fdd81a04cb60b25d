#include "choices.h"

static uint32_t take(Choices *choices, int count) {
  uint32_t bits = 0;
  for (; count > 0 && choices->left > 0; count--, choices->left--) bits = bits << 8 | *choices->bytes++;
  return bits;
}

uint32_t choose_bits(Choices *choices) { return take(choices, 4); }

int32_t choose_below(Choices *choices, int32_t n) {
  if (n < 2) return 0;
  return (int32_t)(take(choices, n <= 256 ? 1 : n <= 65536 ? 2 : 4) % (uint32_t)n);
}

int choose_seldom(Choices *choices, int32_t n) { return choose_below(choices, n) == n - 1; }

/* The job budget is 80 MiB (src/image/memory.ts), of which other parts take some. */
#define HEAP_BYTES (64u << 20)

size_t choose_heap(Choices *choices) {
  return choose_seldom(choices, 12) ? 20000u + (uint32_t)choose_below(choices, 3000000) : HEAP_BYTES;
}
