/*
 * Sequential Huffman decoding. Follows decode_mcu_slow of jdhuff.c symbol by symbol, so that broken data come out the
 * same, but takes up to two coefficients from one table, and decodes several MCUs at once, to be handed out one by one.
 */
#include "jerror.h"
#include "jpeg_in_batch.h"
#include "jstdhuff.c"

/* ---- beginning ---- */

static void create_blocks(j_decompress_ptr d, Huffman *huffman) {
  const BlockShape *shape = &coefficients_of(d)->shape;
  uint8_t *room = d->mem->alloc_small((j_common_ptr)d, JPOOL_IMAGE, sizeof shape->order + ORDER_ALIGNMENT - 1);
  uint8_t *order = room + (-(uintptr_t)room & (ORDER_ALIGNMENT - 1));
  memcpy(order, shape->order, sizeof shape->order);
  huffman->order = order;
  size_t count = (size_t)shape->stride * MOST_BLOCKS + READ_BEYOND;
  huffman->blocks = d->mem->alloc_large((j_common_ptr)d, JPOOL_IMAGE, count * sizeof(int16_t));
  memset(huffman->blocks, 0, count * sizeof(int16_t));
}

static void build_tables(j_decompress_ptr d, Huffman *huffman, const jpeg_component_info *component, uint64_t **steps) {
  int dc = component->dc_tbl_no, ac = component->ac_tbl_no;
  jpeg_make_d_derived_tbl(d, TRUE, dc, &huffman->dc_tables[dc]);
  jpeg_make_d_derived_tbl(d, FALSE, ac, &huffman->ac_tables[ac]);
  if (*steps == NULL) *steps = d->mem->alloc_large((j_common_ptr)d, JPOOL_IMAGE, 2 * STEP_SIZE * sizeof **steps);
  jpeg_in_build_steps(d->dc_huff_tbl_ptrs[dc], d->ac_huff_tbl_ptrs[ac], *steps);
}

/* Builds what tables the scan needs; `of` becomes those of each component. */
static void build_all_tables(j_decompress_ptr d, Huffman *huffman, const uint64_t *of[MAX_COMPS_IN_SCAN]) {
  int built = 0;
  for (int i = 0; i < d->comps_in_scan; i++) {
    const jpeg_component_info *component = d->cur_comp_info[i];
    if (component->dc_tbl_no >= NUM_HUFF_TBLS) ERREXIT1(d, JERR_NO_HUFF_TABLE, component->dc_tbl_no);
    if (component->ac_tbl_no >= NUM_HUFF_TBLS) ERREXIT1(d, JERR_NO_HUFF_TABLE, component->ac_tbl_no);
    of[i] = NULL;
    for (int j = 0; j < i && of[i] == NULL; j++) {
      const jpeg_component_info *same = d->cur_comp_info[j];
      if (same->dc_tbl_no == component->dc_tbl_no && same->ac_tbl_no == component->ac_tbl_no) of[i] = of[j];
    }
    if (of[i] != NULL) continue;
    build_tables(d, huffman, component, &huffman->steps[built]);
    of[i] = huffman->steps[built++];
  }
}

static void make_plan(j_decompress_ptr d, Huffman *huffman, const uint64_t *const steps[MAX_COMPS_IN_SCAN]) {
  int stride = coefficients_of(d)->shape.stride;
  for (int i = 0; i <= MOST_BLOCKS; i++) {
    const uint64_t *own = steps[d->MCU_membership[i % d->blocks_in_MCU]];
    const uint64_t *next = steps[d->MCU_membership[(i + 1) % d->blocks_in_MCU]];
    Plan *plan = &huffman->plan[i];
    plan->table = (uintptr_t)(own + STEP_SIZE);
    plan->to_next = (uintptr_t)next - plan->table;
    plan->block = huffman->blocks + stride * (i < MOST_BLOCKS ? i : 0);
  }
}

static void start_pass(j_decompress_ptr d) {
  Huffman *huffman = (Huffman *)d->entropy;
  const uint64_t *steps[MAX_COMPS_IN_SCAN];
  if (huffman->blocks == NULL) create_blocks(d, huffman);
  build_all_tables(d, huffman, steps);
  make_plan(d, huffman, steps);
  for (int i = 0; i < d->comps_in_scan; i++) huffman->dc[i] = 0;
  huffman->state = (BitState){0, 0};
  huffman->pub.insufficient_data = FALSE;
  huffman->restarts_to_go = d->restart_interval;
  huffman->decoded = huffman->used = 0;
}

int jpeg_in_restart(j_decompress_ptr d, BitState *state, unsigned int *restarts_to_go) {
  d->marker->discarded_bytes += (unsigned int)(state->count > 0 ? state->count / 8 : 0);
  *state = (BitState){0, 0};
  if (!d->marker->read_restart_marker(d)) return 0;
  *restarts_to_go = d->restart_interval;
  /* When the next marker follows at once the segment is empty, and its blocks are better left grey. */
  if (d->unread_marker == 0) d->entropy->insufficient_data = FALSE;
  return 1;
}

/* ---- MCUs ---- */

/* What was decoded as DC is the difference to the last one. Broken files can add up to anything: wraps. */
static void finish_mcus(j_decompress_ptr d, int count, int with_ac) {
  Huffman *huffman = (Huffman *)d->entropy;
  const Plan *plan = huffman->plan;
  for (int mcu = 0; mcu < count; mcu++) {
    uint32_t has_ac = 0;
    for (int i = 0; i < d->blocks_in_MCU; i++, plan++) {
      int *dc = &huffman->dc[d->MCU_membership[i]];
      *dc = (int16_t)(*dc + plan->block[0]);
      plan->block[0] = (int16_t)*dc;
      has_ac |= (uint32_t)(plan->extent != ONLY_DC) << i;
    }
    huffman->has_ac[mcu] = with_ac ? has_ac : 0;
  }
}

/* How many MCUs can be decoded at once. */
static unsigned int count_mcus(j_decompress_ptr d, unsigned int left_in_row) {
  const Huffman *huffman = (const Huffman *)d->entropy;
  unsigned int count = MOST_BLOCKS / (unsigned int)d->blocks_in_MCU;
  if (count > left_in_row) count = left_in_row;
  if (d->restart_interval != 0 && count > huffman->restarts_to_go) count = huffman->restarts_to_go;
  /* It is better to wait for more bytes than to come to the end of these. */
  while (count > 0 && jpeg_in_should_wait(d, BLOCK_BYTES * (size_t)d->blocks_in_MCU * count + LOOK_AHEAD)) count--;
  return count;
}

static int restart_when_due(j_decompress_ptr d) {
  Huffman *huffman = (Huffman *)d->entropy;
  if (d->restart_interval == 0 || huffman->restarts_to_go > 0) return 1;
  if (jpeg_in_should_wait(d, BLOCK_BYTES * (size_t)d->blocks_in_MCU + LOOK_AHEAD)) return 0;
  if (!jpeg_in_restart(d, &huffman->state, &huffman->restarts_to_go)) return 0;
  for (int i = 0; i < d->comps_in_scan; i++) huffman->dc[i] = 0;
  return 1;
}

/* 0: more bytes must come. */
static int decode_mcus(j_decompress_ptr d, const Coefficients *coefficients) {
  Huffman *huffman = (Huffman *)d->entropy;
  if (!restart_when_due(d)) return 0;
  unsigned int count = count_mcus(d, d->MCUs_per_row - coefficients->mcu);
  if (count == 0) return 0;
  int blocks = (int)count * d->blocks_in_MCU;
  memset(huffman->blocks, 0, (size_t)(blocks * coefficients->shape.stride) * sizeof(int16_t));
  memset(huffman->has_ac, 0, sizeof huffman->has_ac);
  if (!huffman->pub.insufficient_data) {
    BitReader reader = reader_load(d, huffman->state);
    blocks = jpeg_in_blocks(d, &reader, blocks);
    if (blocks < 0) return 0;
    huffman->state = reader_save(&reader);
    finish_mcus(d, blocks / d->blocks_in_MCU, coefficients->shape.limit > 1);
  }
  huffman->restarts_to_go -= count;
  huffman->decoded = count;
  huffman->used = 0;
  return 1;
}

int jpeg_in_huffman_mcu(j_decompress_ptr d, Coefficients *coefficients, int with_ac) {
  (void)with_ac; /* to leave AC out is no quicker */
  Huffman *huffman = (Huffman *)d->entropy;
  if (huffman->used == huffman->decoded && !decode_mcus(d, coefficients)) return 0;
  coefficients->blocks = huffman->plan[huffman->used * (unsigned int)d->blocks_in_MCU].block;
  coefficients->has_ac = huffman->has_ac[huffman->used++];
  return 1;
}

/* Frames of motion JPEG leave the standard tables out. */
void jpeg_in_standard_tables(j_decompress_ptr d) { std_huff_tables((j_common_ptr)d); }

void jpeg_in_huffman_create(j_decompress_ptr d) {
  jpeg_in_standard_tables(d);
  Huffman *huffman = d->mem->alloc_small((j_common_ptr)d, JPOOL_IMAGE, sizeof *huffman);
  memset(huffman, 0, sizeof *huffman);
  huffman->pub.start_pass = start_pass;
  d->entropy = &huffman->pub;
}
