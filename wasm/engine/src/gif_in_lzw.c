#include "gif_in_lzw.h"

#include <stdlib.h>

#include "engine.h"

#define MOST_CODES 4096
#define MOST_BITS 12
#define NO_CODE -1

struct Lzw {
  int least_bits;
  int bits_a_code, next; /* the next code that gets a meaning */
  int previous;
  uint32_t bits, held;
  uint16_t prefix[MOST_CODES]; /* an older code, whose string comes before the last byte */
  uint16_t length[MOST_CODES];
  uint8_t last[MOST_CODES];
  uint8_t first[MOST_CODES];
};

static void clear(Lzw *lzw) {
  lzw->bits_a_code = lzw->least_bits + 1;
  lzw->next = (1 << lzw->least_bits) + 2;
  lzw->previous = NO_CODE;
}

void lzw_begin(Lzw *lzw, int least_bits) {
  lzw->least_bits = least_bits;
  lzw->bits = lzw->held = 0;
  for (int code = 0; code < 1 << least_bits; code++) {
    lzw->first[code] = lzw->last[code] = (uint8_t)code;
    lzw->length[code] = 1;
  }
  clear(lzw);
}

Lzw *lzw_create(int least_bits) {
  Lzw *lzw = engine_alloc(sizeof *lzw);
  lzw_begin(lzw, least_bits);
  return lzw;
}

void lzw_free(Lzw *lzw) { free(lzw); }

/* The next code, or NO_CODE when bytes are missing. */
static int next_code(Lzw *lzw, const uint8_t **bytes, const uint8_t *end) {
  while (lzw->held < (uint32_t)lzw->bits_a_code) {
    if (*bytes == end) return NO_CODE;
    lzw->bits |= (uint32_t)*(*bytes)++ << lzw->held;
    lzw->held += 8;
  }
  const int code = (int)(lzw->bits & ((1u << lzw->bits_a_code) - 1));
  lzw->bits >>= lzw->bits_a_code;
  lzw->held -= (uint32_t)lzw->bits_a_code;
  return code;
}

/* The next code means what the previous one did, and the first byte of what this one means. */
static void learn(Lzw *lzw, int code) {
  const int next = lzw->next, previous = lzw->previous;
  lzw->prefix[next] = (uint16_t)previous;
  lzw->length[next] = (uint16_t)(lzw->length[previous] + 1);
  lzw->first[next] = lzw->first[previous];
  lzw->last[next] = lzw->first[code == next ? previous : code];
  lzw->next = next + 1;
  if (lzw->next == 1 << lzw->bits_a_code && lzw->bits_a_code < MOST_BITS) lzw->bits_a_code++;
}

/* Backwards from its end; each prefix is older, so that there are as many steps as the length says. */
static size_t write(const Lzw *lzw, int code, uint8_t *to) {
  const size_t length = lzw->length[code];
  for (size_t i = length; i > 0; i--, code = lzw->prefix[code]) to[i - 1] = lzw->last[code];
  return length;
}

static void require_code(const Lzw *lzw, int code) {
  const int end_code = (1 << lzw->least_bits) + 1;
  if (code == end_code) engine_fail(FAIL_BROKEN, "GIF: its pixels end too early");
  const int is_known = lzw->previous == NO_CODE ? code < end_code : code <= lzw->next && code < MOST_CODES;
  if (!is_known) engine_fail(FAIL_BROKEN, "GIF: its pixels are broken");
}

size_t lzw_run(Lzw *lzw, const uint8_t **bytes, const uint8_t *end, uint8_t *to, size_t room) {
  size_t written = 0;
  while (written < room) {
    const int code = next_code(lzw, bytes, end);
    if (code == NO_CODE) break;
    if (code == 1 << lzw->least_bits) {
      clear(lzw);
      continue;
    }
    require_code(lzw, code);
    if (lzw->previous != NO_CODE && lzw->next < MOST_CODES) learn(lzw, code);
    written += write(lzw, code, to + written);
    lzw->previous = code;
  }
  return written;
}
