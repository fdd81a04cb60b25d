/*
 * Huffman tables for shrinks that keep next to nothing of a block: `fast` answers with a coefficient, `skip` with as
 * many symbols as the next 11 bits hold, to pass over.
 */
#ifndef PICTOR_JPEG_IN_SPARSE_TABLES_H
#define PICTOR_JPEG_IN_SPARSE_TABLES_H

#include "jpeg_in_tables.h"

/* Between two refills so many lookups need no more than the 56 bits that a refill gives. */
#define LOOKUPS 5

/*
 * `fast` as in jpeg_in_tables.h, and END_OF_BLOCK for the end of the block (value 0). Everything that is no plain
 * coefficient thus advances beyond the block: one comparison finds it.
 */
#define END_OF_BLOCK 128

/*
 * An entry of `skip`: as many whole AC symbols as fit into 11 bits: advance << 4 | bits. When the last of them ends the
 * block, that counts 1, and SKIP_END is added to the advance; SKIP_NONE when not one fits.
 */
#define SKIP_END 512
#define SKIP_NONE 2048

typedef struct {
  d_derived_tbl *derived;
  uint32_t fast[TABLE_SIZE];
  uint16_t skip[TABLE_SIZE];
} SparseTable;

/* (Re)builds `*table` from table `number` of the file; `kind` is TABLE_DC or TABLE_AC. Fails the job when it is wrong. */
void jpeg_in_build_sparse_table(j_decompress_ptr d, int kind, int number, SparseTable **table);

/* The symbol behind a partial entry, dropped from the reader. */
static HOT int sparse_symbol(BitReader *reader, const SparseTable *table, uint32_t entry) {
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
