#include "jpeg_in_tables.h"

#include "jerror.h"

int jpeg_in_symbol_at(const d_derived_tbl *derived, uint32_t window, int left, int *symbol) {
  int entry = derived->lookup[window >> (TABLE_BITS - HUFF_LOOKAHEAD)];
  int known = entry >> HUFF_LOOKAHEAD;
  if (known <= HUFF_LOOKAHEAD) {
    *symbol = entry & 0xFF;
    return known <= left ? known : 0;
  }
  for (int length = HUFF_LOOKAHEAD + 1; length <= left; length++) {
    JLONG code = (JLONG)(window >> (TABLE_BITS - length));
    if (code > derived->maxcode[length]) continue;
    *symbol = derived->pub->huffval[(code + derived->valoffset[length]) & 0xFF];
    return length;
  }
  return 0;
}

static uint32_t fast_entry(const d_derived_tbl *derived, int kind, uint32_t window) {
  int symbol = 0;
  int length = jpeg_in_symbol_at(derived, window, TABLE_BITS, &symbol);
  uint32_t partial = (uint32_t)symbol << 16 | ENTRY_PARTIAL << 8 | (uint32_t)length;
  if (length == 0) return ENTRY_PARTIAL << 8;
  int size = symbol & 15, run = kind == TABLE_DC ? 0 : symbol >> 4;
  if (size == 0) {
    if (kind == TABLE_DC || run == 15) return (uint32_t)(run + 1) << 8 | (uint32_t)length;
    return partial;
  }
  if (length + size > TABLE_BITS || (kind == TABLE_REFINED_AC && size > 1)) return partial;
  int value = (int)(window >> (TABLE_BITS - length - size)) & ((1 << size) - 1);
  if (value < 1 << (size - 1)) value -= (1 << size) - 1;
  return (uint32_t)value << 16 | (uint32_t)(run + 1) << 8 | (uint32_t)(length + size);
}

void jpeg_in_build_table(j_decompress_ptr d, int kind, int number, HuffmanTable **table) {
  if (number < 0 || number >= NUM_HUFF_TBLS) ERREXIT1(d, JERR_NO_HUFF_TABLE, number);
  if (*table == NULL) {
    *table = d->mem->alloc_large((j_common_ptr)d, JPOOL_IMAGE, sizeof **table);
    (*table)->derived = NULL;
  }
  HuffmanTable *built = *table;
  jpeg_make_d_derived_tbl(d, kind == TABLE_DC, number, &built->derived);
  for (uint32_t window = 0; window < TABLE_SIZE; window++)
    built->fast[window] = fast_entry(built->derived, kind, window);
}

int jpeg_in_long_symbol(BitReader *reader, const d_derived_tbl *table, int length) {
  for (; length <= 16; length++) {
    JLONG code = (JLONG)reader_peek(reader, length);
    if (code > table->maxcode[length]) continue;
    reader_drop(reader, length);
    return table->pub->huffval[(code + table->valoffset[length]) & 0xFF];
  }
  /* Garbage. The library reads 17 bits to find out, so do we, and takes a zero for the safest answer. */
  reader_drop(reader, 17);
  WARNMS(reader->d, JWRN_HUFF_BAD_CODE);
  return 0;
}
