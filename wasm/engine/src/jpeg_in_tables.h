/*
 * Huffman tables for progressive decoding that answer with more than a symbol, indexed by the next 11 bits. The
 * library's own table is kept for what is longer.
 */
#ifndef PICTOR_JPEG_IN_TABLES_H
#define PICTOR_JPEG_IN_TABLES_H

#include "jpeg_in_bits.h"

#include "jdhuff.h" /* needs what that one includes */

#define TABLE_BITS 11
#define TABLE_SIZE (1 << TABLE_BITS)

/*
 * An entry of `fast`: value << 16 | advance << 8 | bits. Code and value together fit into 11 bits. `advance` is the
 * run and the coefficient itself, 16 for ZRL (value 0).
 * With the advance ENTRY_PARTIAL only the symbol is known: symbol << 16 | ENTRY_PARTIAL << 8 | bits of the code, which
 * are 0 when the code is longer than 11 bits. Ends of bands are such symbols, too.
 */
#define ENTRY_PARTIAL 255

static HOT int entry_bits(uint32_t entry) { return (int)(entry & 0xFF); }
static HOT int entry_advance(uint32_t entry) { return (int)(entry >> 8 & 0xFF); }
static HOT int entry_value(uint32_t entry) { return (int32_t)entry >> 16; }

typedef struct {
  d_derived_tbl *derived;
  uint32_t fast[TABLE_SIZE];
} HuffmanTable;

/* In a refinement new coefficients are 1 or -1: larger ones are only known as symbols. */
enum { TABLE_DC, TABLE_AC, TABLE_REFINED_AC };

/* The symbol at the top of an 11-bit window of which `left` bits are real: its code's length, 0 when it is longer. */
int jpeg_in_symbol_at(const d_derived_tbl *derived, uint32_t window, int left, int *symbol);

/* (Re)builds `*table` from table `number` of the file. Fails the job when there is none or it is wrong. */
void jpeg_in_build_table(j_decompress_ptr d, int kind, int number, HuffmanTable **table);

/* The symbol of a code of at least `length` bits, dropped from the reader; 0 when it is no code. */
int jpeg_in_long_symbol(BitReader *reader, const d_derived_tbl *table, int length);

/* The symbol behind a partial entry, dropped from the reader. */
static HOT int partial_symbol(BitReader *reader, const HuffmanTable *table, uint32_t entry) {
  int bits = entry_bits(entry);
  if (bits == 0) {
    /* A copy, so that the reader's own fields can stay in registers. */
    BitReader copy = *reader;
    int symbol = jpeg_in_long_symbol(&copy, table->derived, TABLE_BITS + 1);
    reader->bits = copy.bits;
    reader->count = copy.count;
    return symbol;
  }
  reader_drop(reader, bits);
  return (int)(entry >> 16);
}

#endif
