/*
 * Progressive Huffman decoding into the store. Follows jdphuff.c, but only the coefficients that the scale needs are
 * kept. Refinement scans have a bit for every coefficient that is not zero yet, whether it is kept or not; so a bit
 * map tells which those are. It also makes them quick: most blocks of a refinement are one popcount.
 *
 * A block is not undone when bytes are missing, it is simply decoded again: the map and the corrections are made last.
 */
#include "jerror.h"
#include "jpeg_in_band.h"

typedef struct {
  struct jpeg_entropy_decoder pub;
  BitState state;
  unsigned int eob_run; /* blocks to come that have nothing (more) in this band */
  int dc[MAX_COMPS_IN_SCAN];
  unsigned int restarts_to_go;
  HuffmanTable *dc_tables[NUM_HUFF_TBLS], *ac_tables[NUM_HUFF_TBLS];
  BitLists bit_lists;
} Progressive;

static void check_scan(j_decompress_ptr d) {
  int is_dc = d->Ss == 0;
  int is_band_legal = is_dc ? d->Se == 0 : d->Ss <= d->Se && d->Se < DCTSIZE2 && d->comps_in_scan == 1;
  int is_precision_legal = d->Al <= 13 && (d->Ah == 0 || d->Al == d->Ah - 1);
  if (!is_band_legal || !is_precision_legal) ERREXIT(d, JERR_BAD_PROGRESSION);
}

static void start_pass(j_decompress_ptr d) {
  Progressive *progressive = (Progressive *)d->entropy;
  check_scan(d);
  for (int i = 0; i < d->comps_in_scan; i++) {
    const jpeg_component_info *component = d->cur_comp_info[i];
    int dc = component->dc_tbl_no, ac = component->ac_tbl_no;
    if (d->Ss > 0) {
      if (ac >= NUM_HUFF_TBLS) ERREXIT1(d, JERR_NO_HUFF_TABLE, ac);
      jpeg_in_build_table(d, d->Ah == 0 ? TABLE_AC : TABLE_REFINED_AC, ac, &progressive->ac_tables[ac]);
    } else if (d->Ah == 0) { /* refining DC needs no table */
      if (dc >= NUM_HUFF_TBLS) ERREXIT1(d, JERR_NO_HUFF_TABLE, dc);
      jpeg_in_build_table(d, TABLE_DC, dc, &progressive->dc_tables[dc]);
    }
    progressive->dc[i] = 0;
  }
  progressive->state = (BitState){0, 0};
  progressive->eob_run = 0;
  progressive->pub.insufficient_data = FALSE;
  progressive->restarts_to_go = d->restart_interval;
}

static Block block_at(const Coefficients *coefficients, int component, uint32_t x, uint32_t y) {
  const Store *store = &coefficients->store[component];
  size_t number = (size_t)y * store->across + x;
  return (Block){store->blocks + number * (size_t)coefficients->shape.kept,
                 store->nonzero == NULL ? NULL : store->nonzero + number};
}

/* ---- DC ---- */

/* One of the MCU's blocks. */
typedef struct {
  int16_t *out;
  ptrdiff_t to_next; /* from `out` to that of the next MCU */
  const HuffmanTable *table;
  int component;
} DcBlock;

/* Those of the MCU that comes next. */
static void list_dc_blocks(j_decompress_ptr d, const Coefficients *coefficients, DcBlock *block) {
  const Progressive *progressive = (const Progressive *)d->entropy;
  for (int i = 0; i < d->comps_in_scan; i++) {
    const jpeg_component_info *info = d->cur_comp_info[i];
    uint32_t left = coefficients->mcu * (uint32_t)info->MCU_width;
    uint32_t top = d->input_iMCU_row * (uint32_t)info->v_samp_factor + (uint32_t)coefficients->mcu_row;
    for (int y = 0; y < info->MCU_height; y++)
      for (int x = 0; x < info->MCU_width; x++, block++) {
        block->out = block_at(coefficients, info->component_index, left + (uint32_t)x, top + (uint32_t)y).kept;
        block->to_next = (ptrdiff_t)info->MCU_width * coefficients->shape.kept;
        /* A scan that refines uses no table, so that nobody has looked at the number of one. */
        block->table = d->Ah == 0 ? progressive->dc_tables[info->dc_tbl_no] : NULL;
        block->component = i;
      }
  }
}

static HOT int dc_difference(BitReader *reader, const HuffmanTable *table) {
  uint32_t entry = table->fast[reader_peek(reader, TABLE_BITS)];
  if (entry_advance(entry) != ENTRY_PARTIAL) {
    reader_drop(reader, entry_bits(entry));
    return entry_value(entry);
  }
  int size = partial_symbol(reader, table, entry);
  return size == 0 ? 0 : reader_value(reader, size);
}

static HOT int dc_first(j_decompress_ptr d, BitReader *reader, const DcBlock *blocks) {
  Progressive *progressive = (Progressive *)d->entropy;
  int al = d->Al, dc[MAX_COMPS_IN_SCAN];
  memcpy(dc, progressive->dc, sizeof dc);
  for (int i = 0; i < d->blocks_in_MCU; i++) {
    const DcBlock *block = &blocks[i];
    if (!reader_refill(reader)) return 0;
    int *last = &dc[block->component];
    *last = (int)((unsigned int)*last + (unsigned int)dc_difference(reader, block->table));
    *block->out = shifted(*last, al);
  }
  memcpy(progressive->dc, dc, sizeof dc);
  return 1;
}

static HOT int dc_refine(j_decompress_ptr d, BitReader *reader, const DcBlock *blocks) {
  int al = d->Al, count = d->blocks_in_MCU;
  if (!reader_refill(reader)) return 0;
  uint64_t bits = reader->bits;
  for (int i = 0; i < count; i++, bits <<= 1) *blocks[i].out = (int16_t)(*blocks[i].out | (int)(bits >> 63) << al);
  reader_drop(reader, count);
  return 1;
}

/* ---- rows ---- */

/* Whether it is better to wait for more bytes than to come to the end of these inside a block. */
static HOT int should_wait(const BitReader *reader, size_t blocks) {
  return (size_t)(reader->end - reader->next) < BLOCK_BYTES * blocks + LOOK_AHEAD && !jpeg_in_of(reader->d)->end &&
         reader->d->unread_marker == 0;
}

static HOT int restart(j_decompress_ptr d, Progressive *progressive, BitReader *reader) {
  progressive->state = reader_save(reader);
  if (!jpeg_in_restart(d, &progressive->state, &progressive->restarts_to_go)) return 0;
  for (int i = 0; i < d->comps_in_scan; i++) progressive->dc[i] = 0;
  progressive->eob_run = 0;
  *reader = reader_load(d, progressive->state);
  return 1;
}

/* Decides what is inlined: a row of each kind of scan is a function of its own. */
typedef enum { SCAN_DC_FIRST, SCAN_DC_REFINE, SCAN_AC_FIRST, SCAN_AC_REFINE } ScanKind;

static HOT int is_dc(ScanKind kind) { return kind == SCAN_DC_FIRST || kind == SCAN_DC_REFINE; }

static HOT int decode_mcu(j_decompress_ptr d, const BlockShape *shape, ScanKind kind, BitReader *reader,
                          const DcBlock *dc_blocks, Block block) {
  Progressive *progressive = (Progressive *)d->entropy;
  if (kind == SCAN_DC_FIRST) return dc_first(d, reader, dc_blocks);
  if (kind == SCAN_DC_REFINE) return dc_refine(d, reader, dc_blocks);
  const HuffmanTable *table = progressive->ac_tables[d->cur_comp_info[0]->ac_tbl_no];
  unsigned int eob_run = progressive->eob_run;
  int done = kind == SCAN_AC_FIRST ? ac_first(d, shape, reader, table, block, &eob_run)
                                   : ac_refine(d, shape, &progressive->bit_lists, reader, table, block, &eob_run);
  if (done) progressive->eob_run = eob_run;
  return done;
}

/* Whether there is nothing to read for a block: it lies in a run of such, and there is nothing to refine. */
static HOT int is_passed_over(j_decompress_ptr d, ScanKind kind, unsigned int eob_run, Block block) {
  if (is_dc(kind) || eob_run == 0) return 0;
  return kind == SCAN_AC_FIRST || (*block.nonzero & bits_between(d->Ss, d->Se)) == 0;
}

static HOT int decode_row(j_decompress_ptr d, Coefficients *coefficients, ScanKind kind) {
  Progressive *progressive = (Progressive *)d->entropy;
  BitReader reader = reader_load(d, progressive->state);
  DcBlock dc_blocks[D_MAX_BLOCKS_IN_MCU];
  Block block = {NULL, NULL};
  if (is_dc(kind)) {
    list_dc_blocks(d, coefficients, dc_blocks);
  } else {
    const jpeg_component_info *info = d->cur_comp_info[0];
    uint32_t y = d->input_iMCU_row * (uint32_t)info->v_samp_factor + (uint32_t)coefficients->mcu_row;
    block = block_at(coefficients, info->component_index, coefficients->mcu, y);
  }
  int done = 1;
  for (; coefficients->mcu < d->MCUs_per_row; coefficients->mcu++) {
    if (d->restart_interval != 0 && progressive->restarts_to_go == 0 && !restart(d, progressive, &reader)) return 0;
    if (is_passed_over(d, kind, progressive->eob_run, block)) {
      progressive->eob_run--;
    } else if (!progressive->pub.insufficient_data) {
      BitReader start = reader;
      done = !should_wait(&reader, (size_t)d->blocks_in_MCU) && decode_mcu(d, &coefficients->shape, kind, &reader, dc_blocks, block);
      /* Tells when the MCU used bits that were not there. */
      if (done && reader.count < 0) done = reader_refill(&reader);
      if (!done) {
        reader = start;
        break;
      }
    }
    progressive->restarts_to_go--;
    if (is_dc(kind)) {
      for (int i = 0; i < d->blocks_in_MCU; i++) dc_blocks[i].out += dc_blocks[i].to_next;
    } else {
      block.kept += coefficients->shape.kept;
      block.nonzero++;
    }
  }
  progressive->state = reader_save(&reader);
  return done;
}

int jpeg_in_progressive_row(j_decompress_ptr d, Coefficients *coefficients) {
  if (d->Ss == 0)
    return d->Ah == 0 ? decode_row(d, coefficients, SCAN_DC_FIRST) : decode_row(d, coefficients, SCAN_DC_REFINE);
  return d->Ah == 0 ? decode_row(d, coefficients, SCAN_AC_FIRST) : decode_row(d, coefficients, SCAN_AC_REFINE);
}

void jpeg_in_progressive_create(j_decompress_ptr d) {
  Progressive *progressive = d->mem->alloc_small((j_common_ptr)d, JPOOL_IMAGE, sizeof *progressive);
  memset(progressive, 0, sizeof *progressive);
  list_bits(&progressive->bit_lists);
  progressive->pub.start_pass = start_pass;
  d->entropy = &progressive->pub;
}
