#include "jpeg_in_sparse_tables.h"

#include "jerror.h"

static uint32_t fast_entry(const d_derived_tbl *derived, int kind, uint32_t window) {
  int symbol = 0;
  int length = jpeg_in_symbol_at(derived, window, TABLE_BITS, &symbol);
  uint32_t partial = (uint32_t)symbol << 16 | ENTRY_PARTIAL << 8 | (uint32_t)length;
  if (length == 0) return ENTRY_PARTIAL << 8;
  int size = symbol & 15, run = kind == TABLE_DC ? 0 : symbol >> 4;
  if (size == 0) {
    if (kind == TABLE_DC || run == 15) return (uint32_t)(run + 1) << 8 | (uint32_t)length;
    return kind == TABLE_AC ? END_OF_BLOCK << 8 | (uint32_t)length : partial;
  }
  if (length + size > TABLE_BITS) return partial;
  int value = (int)(window >> (TABLE_BITS - length - size)) & ((1 << size) - 1);
  if (value < 1 << (size - 1)) value -= (1 << size) - 1;
  return (uint32_t)value << 16 | (uint32_t)(run + 1) << 8 | (uint32_t)(length + size);
}

static uint16_t skip_entry(const d_derived_tbl *derived, uint32_t window) {
  int used = 0, advance = 0;
  while (used < TABLE_BITS) {
    uint32_t rest = window << used & (TABLE_SIZE - 1);
    int symbol = 0;
    int length = jpeg_in_symbol_at(derived, rest, TABLE_BITS - used, &symbol);
    int size = symbol & 15, run = symbol >> 4;
    if (length == 0 || used + length + size > TABLE_BITS) break;
    used += length + size;
    if (size == 0 && run != 15) return (uint16_t)((SKIP_END + advance + 1) << 4 | used);
    advance += run + 1;
  }
  return (uint16_t)((used == 0 ? SKIP_NONE : advance) << 4 | used);
}

void jpeg_in_build_sparse_table(j_decompress_ptr d, int kind, int number, SparseTable **table) {
  if (number < 0 || number >= NUM_HUFF_TBLS) ERREXIT1(d, JERR_NO_HUFF_TABLE, number);
  if (*table == NULL) {
    *table = d->mem->alloc_large((j_common_ptr)d, JPOOL_IMAGE, sizeof **table);
    (*table)->derived = NULL;
  }
  SparseTable *built = *table;
  jpeg_make_d_derived_tbl(d, kind == TABLE_DC, number, &built->derived);
  for (uint32_t window = 0; window < TABLE_SIZE; window++) {
    built->fast[window] = fast_entry(built->derived, kind, window);
    if (kind == TABLE_AC) built->skip[window] = skip_entry(built->derived, window);
  }
}
