#include "png_in_codes.h"

#include "engine.h"

#define MOST_BITS 15
#define MOST_SYMBOLS 288

/* RFC 1951, section 3.2.5. */
static const uint16_t length_base[29] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                         31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
static const uint8_t length_extra[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};

static uint32_t literal_symbol(int symbol) {
  if (symbol < 256) return ENTRY_LITERAL | (uint32_t)symbol << 16;
  if (symbol == 256) return ENTRY_END;
  if (symbol > 285) return ENTRY_INVALID;
  return (uint32_t)length_base[symbol - 257] << 16 | length_extra[symbol - 257];
}

/* Two distances more each time, twice as far apart as those before. */
static uint32_t distance_symbol(int symbol) {
  if (symbol > 29) return ENTRY_INVALID;
  if (symbol < 4) return (uint32_t)(symbol + 1) << 16;
  const uint32_t extra = (uint32_t)symbol / 2 - 1;
  return (((2u + (symbol & 1)) << extra) + 1) << 16 | extra;
}

static uint32_t length_symbol(int symbol) { return (uint32_t)symbol << 16; }

/* The next code, with its first bit lowest, as it stands in the stream. */
static uint32_t after(uint32_t code, int bits) {
  uint32_t bit = 1u << (bits - 1);
  while (code & bit) bit >>= 1;
  return bit == 0 ? 0 : (code & (bit - 1)) + bit;
}

/* `entry` counts the number's bits alone so far. */
static uint32_t with_code(uint32_t entry, int bits) { return entry + (uint32_t)bits | (uint32_t)bits << 8; }

static void fill(uint32_t *table, uint32_t from, uint32_t step, uint32_t end, uint32_t entry) {
  for (uint32_t i = from; i < end; i += step) table[i] = entry;
}

/* Bits that the second table needs whose first code has `bits`, when `left[n]` codes of n bits are still to come. */
static int second_bits(const uint16_t *left, int bits, int first_bits) {
  int second = bits - first_bits;
  int32_t room = 1 << second;
  for (;;) {
    room -= left[first_bits + second];
    if (room <= 0 || first_bits + second == MOST_BITS) return second;
    second++;
    room <<= 1;
  }
}

/*
 * What zlib takes: a complete tree, or a single code of one bit, or none at all where `may_lack` (whoever then uses a
 * code that is not there, fails).
 */
static void require_tree(const uint16_t *count, int may_lack) {
  int32_t left = 1;
  int longest = 0;
  for (int bits = 1; bits <= MOST_BITS; bits++) {
    left = left * 2 - count[bits];
    if (left < 0) engine_fail(FAIL_BROKEN, "PNG: the compressed pixels have too many codes");
    if (count[bits] > 0) longest = bits;
  }
  if (left > 0 && (!may_lack || longest > 1)) engine_fail(FAIL_BROKEN, "PNG: the compressed pixels have too few codes");
}

static void build(uint32_t *table, const uint8_t *lengths, int count, int first_bits, uint32_t (*symbol_entry)(int),
                  int may_lack) {
  uint16_t left[MOST_BITS + 1] = {0}, place[MOST_BITS + 2] = {0}, sorted[MOST_SYMBOLS];
  for (int i = 0; i < count; i++) left[lengths[i]]++;
  left[0] = 0;
  require_tree(left, may_lack);
  for (int bits = 1; bits <= MOST_BITS; bits++) place[bits + 1] = (uint16_t)(place[bits] + left[bits]);
  const int coded = place[MOST_BITS + 1];
  for (int i = 0; i < count; i++)
    if (lengths[i] > 0) sorted[place[lengths[i]]++] = (uint16_t)i;

  const uint32_t first_entries = 1u << first_bits;
  if (coded < 2) fill(table, 0, 1, first_entries, with_code(ENTRY_INVALID, 1));
  uint32_t code = 0, end = first_entries, link = UINT32_MAX, second = 0;
  int bits_of_second = 0;
  for (int i = 0; i < coded; i++) {
    const int bits = lengths[sorted[i]];
    const uint32_t entry = with_code(symbol_entry(sorted[i]), bits);
    if (bits <= first_bits) {
      fill(table, code, 1u << bits, first_entries, entry);
    } else {
      const uint32_t head = code & (first_entries - 1);
      if (head != link) {
        link = head;
        second = end;
        bits_of_second = second_bits(left, bits, first_bits);
        end += 1u << bits_of_second;
        table[link] = ENTRY_LINK | second << 16 | (uint32_t)bits_of_second << 8 | (uint32_t)first_bits;
      }
      fill(table + second, code >> first_bits, 1u << (bits - first_bits), 1u << bits_of_second, entry);
    }
    left[bits]--;
    code = after(code, bits);
  }
}

void codes_for_literals(uint32_t *table, const uint8_t *lengths, int count) {
  build(table, lengths, count, LITERAL_BITS, literal_symbol, 1);
}

void codes_for_distances(uint32_t *table, const uint8_t *lengths, int count) {
  build(table, lengths, count, DISTANCE_BITS, distance_symbol, 1);
}

void codes_for_lengths(uint32_t *table, const uint8_t *lengths) {
  build(table, lengths, 19, LENGTH_CODE_BITS, length_symbol, 0);
}
