/*
 * Tables for the Huffman codes of deflate (RFC 1951, section 3.2.2): looked up by the next bits, and once more for codes
 * that are longer. An entry holds all that is to be known of a symbol, so that nothing else has to be looked up.
 */
#ifndef PICTOR_PNG_IN_CODES_H
#define PICTOR_PNG_IN_CODES_H

#include <stdint.h>

/* Bits of the first look-up. */
#define LITERAL_BITS 11
#define DISTANCE_BITS 8
#define LENGTH_CODE_BITS 7
/* With all second tables; zlib's examples/enough.c counts the worst case (288 symbols, 11 bits; 32, 8; 15 at most). */
#define LITERAL_ENTRIES 2342
#define DISTANCE_ENTRIES 402

/*
 * Bits 0–5: bits of the code and of the number behind it; in a link to a second table, those that led to it.
 * Bits 8–11: bits of the code alone; in a link, those that choose in the second table.
 * Bits 16–30: literal, or what the number behind the code is added to; in a link, where the second table begins.
 */
#define ENTRY_BITS(entry) ((entry) & 63)
#define ENTRY_CODE_BITS(entry) ((entry) >> 8 & 15)
#define ENTRY_VALUE(entry) ((entry) >> 16 & 0x7FFF)
#define ENTRY_LITERAL 0x80000000u
#define ENTRY_LINK 0x4000u
#define ENTRY_END 0x2000u
/* No symbol has this code. */
#define ENTRY_INVALID 0x1000u
#define ENTRY_SPECIAL (ENTRY_LINK | ENTRY_END | ENTRY_INVALID)

/* `lengths`: bits of each symbol's code, 0 for none. They fail the job where the codes are not those of a tree. */
void codes_for_literals(uint32_t *table, const uint8_t *lengths, int count);
void codes_for_distances(uint32_t *table, const uint8_t *lengths, int count);
/* Of the code that the lengths of the others are written in. */
void codes_for_lengths(uint32_t *table, const uint8_t *lengths);

#endif
