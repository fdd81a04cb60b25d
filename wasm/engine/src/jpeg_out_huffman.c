#include "jpeg_out_huffman.h"

#include <string.h>

/* A code of n bits takes more symbols than the n-th Fibonacci number: 32-bit counts end long before 64. */
enum { SYMBOLS = 257, RESERVED = 256, LONGEST = 64, LONGEST_ALLOWED = 16 };

/* The trees that are left to merge, in the order of their first symbols, and the symbols of each as a chain. */
typedef struct {
  int32_t trees;
  uint32_t frequency[SYMBOLS];
  int16_t symbol[SYMBOLS]; /* the tree's name: the head of its chain */
  int16_t next[SYMBOLS];   /* by symbol: the next in its chain, or -1 */
  uint8_t length[SYMBOLS]; /* by symbol: of its code so far */
} Forest;

static void plant(Forest *forest, const uint32_t histogram[256]) {
  forest->trees = 0;
  memset(forest->length, 0, sizeof forest->length);
  for (int i = 0; i < SYMBOLS; i++) {
    /* The reserved symbol gets the last of the longest codes, the one of ones only, which is not allowed. */
    const uint32_t frequency = i == RESERVED ? 1 : histogram[i];
    forest->next[i] = -1;
    if (frequency == 0) continue;
    forest->frequency[forest->trees] = frequency;
    forest->symbol[forest->trees++] = (int16_t)i;
  }
}

/* The two rarest trees; of equal ones the later first. */
static void find_rarest(const Forest *forest, int32_t *rarest, int32_t *second) {
  uint32_t least = UINT32_MAX, next = UINT32_MAX;
  for (int32_t i = 0; i < forest->trees; i++) {
    const uint32_t frequency = forest->frequency[i];
    if (frequency <= least) {
      next = least;
      *second = *rarest;
      least = frequency;
      *rarest = i;
    } else if (frequency <= next) {
      next = frequency;
      *second = i;
    }
  }
}

/* All symbols of a tree get a bit more; answers the last of its chain. */
static int lengthen(Forest *forest, int symbol) {
  for (;; symbol = forest->next[symbol]) {
    forest->length[symbol]++;
    if (forest->next[symbol] < 0) return symbol;
  }
}

static void merge(Forest *forest) {
  int32_t into = 0, from = 0;
  find_rarest(forest, &into, &from);
  const int last = lengthen(forest, forest->symbol[into]);
  forest->next[last] = forest->symbol[from];
  lengthen(forest, forest->symbol[from]);
  forest->frequency[into] += forest->frequency[from];
  const size_t after = (size_t)(--forest->trees - from);
  memmove(forest->frequency + from, forest->frequency + from + 1, after * sizeof *forest->frequency);
  memmove(forest->symbol + from, forest->symbol + from + 1, after * sizeof *forest->symbol);
}

/* Figure K.3: pairs of codes that are too long move up, a shorter code making room for them. */
static void shorten(int32_t counts[LONGEST + 1]) {
  for (int i = LONGEST; i > LONGEST_ALLOWED; i--) {
    while (counts[i] > 0) {
      int j = i - 2;
      while (counts[j] == 0) j--;
      counts[i] -= 2;
      counts[i - 1]++;
      counts[j + 1] += 2;
      counts[j]--;
    }
  }
}

static int32_t bits_after(int symbol) {
  const int low = symbol & 15;
  return low != 0 ? low : symbol == 0xF0 ? 0 : symbol >> 4;
}

/* Figures C.1 to C.3. */
static void number_codes(HuffmanCode *code) {
  uint32_t value = 0;
  int32_t at = 0;
  memset(code->code, 0, sizeof code->code);
  for (uint32_t length = 1; length <= LONGEST_ALLOWED; length++, value <<= 1) {
    for (int i = 0; i < code->counts[length]; i++) {
      const int symbol = code->symbols[at++];
      code->code[symbol] = value++ << 16 | length << 8 | (uint32_t)bits_after(symbol);
    }
  }
}

void huffman_code(HuffmanCode *code, const uint32_t histogram[256]) {
  Forest forest;
  plant(&forest, histogram);
  while (forest.trees > 1) merge(&forest);
  int32_t counts[LONGEST + 1] = {0};
  for (int i = 0; i < SYMBOLS; i++) counts[forest.length[i]]++;
  counts[0] = 0;
  code->symbol_count = 0;
  for (int length = 1; length <= LONGEST; length++)
    for (int i = 0; i < RESERVED; i++)
      if (forest.length[i] == length) code->symbols[code->symbol_count++] = (uint8_t)i;
  shorten(counts);
  int longest = LONGEST_ALLOWED;
  while (longest > 0 && counts[longest] == 0) longest--;
  counts[longest]--;
  for (int length = 0; length <= LONGEST_ALLOWED; length++) code->counts[length] = (uint8_t)counts[length];
  code->counts[0] = 0;
  number_codes(code);
}

size_t huffman_bits(const HuffmanCode *code, const uint32_t histogram[256]) {
  size_t bits = 0;
  for (int i = 0; i < code->symbol_count; i++) {
    const int symbol = code->symbols[i];
    bits += (size_t)histogram[symbol] * (code->code[symbol] >> 8 & 0xFF);
  }
  return bits;
}
