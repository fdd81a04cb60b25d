#include "jpeg_in_steps.h"

/* A step with one coefficient. */
static uint64_t single(int bits, int run, int value) {
  return (uint64_t)bits | (uint64_t)(run + 1) << 8 | (uint64_t)bits << 16 | (uint64_t)run << 20 |
         (uint64_t)(run + 1) << 24 | (uint64_t)(uint16_t)value << 32;
}

static uint64_t partial(int bits, int symbol) {
  return (uint64_t)bits | (uint64_t)symbol << 8 | (uint64_t)STEP_PARTIAL << 24;
}

/* Fills in all windows that begin with one code; returns where they end. */
static uint64_t *list_code(uint64_t *at, int is_dc, int length, int symbol) {
  int size = symbol & 15, run = is_dc ? 0 : symbol >> 4, bits = length + size;
  uint64_t *end = at + (1 << (STEP_BITS - length));
  if (!is_dc && size == 0 && run != 15) {
    while (at < end) *at++ = (uint64_t)length | (uint64_t)STEP_END << 24;
  } else if (bits > STEP_BITS) {
    while (at < end) *at++ = partial(length, symbol);
  } else {
    for (int value = 0; value < 1 << size; value++) {
      int is_negative = size > 0 && value < 1 << (size - 1);
      uint64_t step = single(bits, run, is_negative ? value - (1 << size) + 1 : value);
      for (int i = 0; i < 1 << (STEP_BITS - bits); i++) *at++ = step;
    }
  }
  return end;
}

static void list_codes(const JHUFF_TBL *table, int is_dc, uint64_t *steps) {
  uint64_t *at = steps;
  const uint8_t *symbol = table->huffval;
  for (int length = 1; length <= STEP_BITS; length++)
    for (int i = 0; i < table->bits[length]; i++) at = list_code(at, is_dc, length, *symbol++);
  while (at < steps + STEP_SIZE) *at++ = partial(0, 0);
}

static int is_end(uint64_t step) { return step_advance(step) == STEP_END; }

/* What follows the step in its window: a step of which only the first part counts; partial when that is not whole. */
static uint64_t next_step(uint64_t step, uint32_t window, const uint64_t *ac) {
  int used = step_bits(step);
  uint64_t next = ac[window << used & (STEP_SIZE - 1)];
  int bits = is_end(next) ? step_bits(next) : step_first_bits(next);
  return step_advance(next) != STEP_PARTIAL && used + bits <= STEP_BITS ? next : partial(0, 0);
}

static uint64_t with_end(uint64_t step, uint64_t end) {
  return step + (uint64_t)step_bits(end) + ((uint64_t)STEP_END << 24);
}

static uint64_t with_second(uint64_t step, uint64_t next) {
  int second = step_advance(step) + step_first(next);
  return (step & ~(uint64_t)0xFF00FF00u) + (uint64_t)step_first_bits(next) + ((uint64_t)second << 8) +
         ((uint64_t)(second + 1) << 24) + ((uint64_t)(uint16_t)step_first_value(next) << 48);
}

static uint64_t extended(uint64_t step, uint32_t window, const uint64_t *ac) {
  if (step_advance(step) == STEP_PARTIAL || is_end(step)) return step;
  uint64_t next = next_step(step, window, ac);
  if (is_end(next)) return with_end(step, next);
  if (step_advance(next) == STEP_PARTIAL) return step;
  step = with_second(step, next);
  next = next_step(step, window, ac);
  return is_end(next) ? with_end(step, next) : step;
}

void jpeg_in_build_steps(const JHUFF_TBL *dc, const JHUFF_TBL *ac, uint64_t steps[2 * STEP_SIZE]) {
  uint64_t *of_dc = steps, *of_ac = steps + STEP_SIZE;
  list_codes(dc, 1, of_dc);
  list_codes(ac, 0, of_ac);
  for (uint32_t window = 0; window < STEP_SIZE; window++) of_dc[window] = extended(of_dc[window], window, of_ac);
  /* In place: an extended step still tells its first part. */
  for (uint32_t window = 0; window < STEP_SIZE; window++) of_ac[window] = extended(of_ac[window], window, of_ac);
}
