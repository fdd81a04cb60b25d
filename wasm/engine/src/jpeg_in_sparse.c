/*
 * Sequential Huffman decoding for shrinks to 2/8 and 1/8: of a block's coefficients at most four are kept, all the rest
 * is passed over, several symbols at once. What keeps more is decoded quicker to the block's end (jpeg_in_huffman.c).
 * Follows decode_mcu_slow of jdhuff.c symbol by symbol, so that broken data come out the same.
 */
#include "jerror.h"
#include "jpeg_in_decoder.h"
#include "jpeg_in_sparse_tables.h"

typedef struct {
  struct jpeg_entropy_decoder pub;
  BitState state;
  int dc[MAX_COMPS_IN_SCAN];
  unsigned int restarts_to_go;
  SparseTable *dc_tables[NUM_HUFF_TBLS], *ac_tables[NUM_HUFF_TBLS];
} Sparse;

static void start_pass(j_decompress_ptr d) {
  Sparse *sparse = (Sparse *)d->entropy;
  for (int i = 0; i < d->comps_in_scan; i++) {
    const jpeg_component_info *component = d->cur_comp_info[i];
    int dc = component->dc_tbl_no, ac = component->ac_tbl_no;
    if (dc >= NUM_HUFF_TBLS) ERREXIT1(d, JERR_NO_HUFF_TABLE, dc);
    if (ac >= NUM_HUFF_TBLS) ERREXIT1(d, JERR_NO_HUFF_TABLE, ac);
    jpeg_in_build_sparse_table(d, TABLE_DC, dc, &sparse->dc_tables[dc]);
    jpeg_in_build_sparse_table(d, TABLE_AC, ac, &sparse->ac_tables[ac]);
    sparse->dc[i] = 0;
  }
  sparse->state = (BitState){0, 0};
  sparse->pub.insufficient_data = FALSE;
  sparse->restarts_to_go = d->restart_interval;
}

/* The difference to the last DC. Wants a refilled reader. */
static HOT int dc_difference(BitReader *reader, const SparseTable *table) {
  uint32_t entry = table->fast[reader_peek(reader, TABLE_BITS)];
  if (entry_advance(entry) != ENTRY_PARTIAL) {
    reader_drop(reader, entry_bits(entry));
    return entry_value(entry);
  }
  int size = sparse_symbol(reader, table, entry);
  return size == 0 ? 0 : reader_value(reader, size);
}

/* One AC symbol, whatever its entry is; wants a refilled reader. Returns the advance. */
static HOT int any_ac(BitReader *reader, const SparseTable *table, uint32_t entry, int *value) {
  if (entry_advance(entry) != ENTRY_PARTIAL) {
    reader_drop(reader, entry_bits(entry));
    *value = entry_value(entry);
    return entry_advance(entry);
  }
  int symbol = sparse_symbol(reader, table, entry);
  int size = symbol & 15, run = symbol >> 4;
  *value = 0;
  if (size == 0) return run == 15 ? 16 : END_OF_BLOCK;
  *value = reader_value(reader, size);
  return run + 1;
}

/* From zigzag position `k` to the block's end without keeping anything. */
static HOT int skip_ac(BitReader *reader, const SparseTable *table, int k) {
  while (k < DCTSIZE2) {
    if (!reader_refill(reader)) return 0;
    for (int i = 0; i < LOOKUPS; i++) {
      uint32_t entry = table->skip[reader_peek(reader, TABLE_BITS)];
      int after = k + (int)(entry >> 4);
      if (after >= DCTSIZE2) {
        /* All of them count only when the last still belongs to this block. */
        int is_end = after == DCTSIZE2 || (after > SKIP_END && after <= SKIP_END + DCTSIZE2);
        if (is_end) {
          reader_drop(reader, (int)(entry & 15));
          return 1;
        }
        int value;
        if (!reader_refill(reader)) return 0;
        k += any_ac(reader, table, table->fast[reader_peek(reader, TABLE_BITS)], &value);
        break;
      }
      reader_drop(reader, (int)(entry & 15));
      k = after;
    }
  }
  return 1;
}

/*
 * The AC coefficients from 1 to `limit`, and over the rest. 0: more bytes must come; else 1, or 2 when there were any.
 * What is no coefficient is written to the place for what is not kept.
 */
static HOT int decode_ac(BitReader *reader, const SparseTable *table, const BlockShape *shape, int16_t *block) {
  int limit = shape->limit, k = 1;
  while (k < limit) {
    if (!reader_refill(reader)) return 0;
    for (int i = 0; i < LOOKUPS; i++) {
      uint32_t entry = table->fast[reader_peek(reader, TABLE_BITS)];
      int after = k + entry_advance(entry);
      block[shape->order[after - 1]] = (int16_t)(entry >> 16);
      if (after >= limit) {
        int value;
        if (!reader_refill(reader)) return 0;
        k += any_ac(reader, table, entry, &value);
        block[shape->order[k - 1]] = (int16_t)value;
        break;
      }
      reader_drop(reader, entry_bits(entry));
      k = after;
    }
  }
  if (k < DCTSIZE2 && !skip_ac(reader, table, k)) return 0;
  return k == 1 + END_OF_BLOCK ? 1 : 2;
}

int jpeg_in_sparse_mcu(j_decompress_ptr d, Coefficients *coefficients, int with_ac) {
  Sparse *sparse = (Sparse *)d->entropy;
  const BlockShape *shape = &coefficients->shape;
  if (jpeg_in_should_wait(d, BLOCK_BYTES * (size_t)d->blocks_in_MCU + LOOK_AHEAD)) return 0;
  if (d->restart_interval != 0 && sparse->restarts_to_go == 0) {
    if (!jpeg_in_restart(d, &sparse->state, &sparse->restarts_to_go)) return 0;
    for (int i = 0; i < d->comps_in_scan; i++) sparse->dc[i] = 0;
  }
  memset(coefficients->blocks, 0, (size_t)(shape->stride * d->blocks_in_MCU) * sizeof(int16_t));
  coefficients->has_ac = 0;
  if (!sparse->pub.insufficient_data) {
    BitReader reader = reader_load(d, sparse->state);
    int dc[MAX_COMPS_IN_SCAN];
    memcpy(dc, sparse->dc, sizeof dc);
    for (int i = 0; i < d->blocks_in_MCU; i++) {
      int component = d->MCU_membership[i];
      const jpeg_component_info *info = d->cur_comp_info[component];
      const SparseTable *ac_table = sparse->ac_tables[info->ac_tbl_no];
      int16_t *block = coefficients->blocks + shape->stride * i;
      if (!reader_refill(&reader)) return 0;
      /* Broken files can add up to anything: wraps. */
      dc[component] = (int)((unsigned int)dc[component] +
                            (unsigned int)dc_difference(&reader, sparse->dc_tables[info->dc_tbl_no]));
      block[0] = (int16_t)dc[component];
      if (with_ac && shape->limit > 1) {
        int found = decode_ac(&reader, ac_table, shape, block);
        if (found == 0) return 0;
        if (found == 2) coefficients->has_ac |= 1u << i;
      } else if (!skip_ac(&reader, ac_table, 1)) {
        return 0;
      }
    }
    /* Tells when the MCU used bits that were not there. */
    if (reader.count < 0 && !reader_refill(&reader)) return 0;
    sparse->state = reader_save(&reader);
    memcpy(sparse->dc, dc, sizeof dc);
  }
  sparse->restarts_to_go--;
  return 1;
}

void jpeg_in_sparse_create(j_decompress_ptr d) {
  jpeg_in_standard_tables(d);
  Sparse *sparse = d->mem->alloc_small((j_common_ptr)d, JPOOL_IMAGE, sizeof *sparse);
  memset(sparse, 0, sizeof *sparse);
  sparse->pub.start_pass = start_pass;
  d->entropy = &sparse->pub;
}
