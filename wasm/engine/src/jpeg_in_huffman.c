/*
 * Sequential Huffman decoding. Follows decode_mcu_slow of jdhuff.c symbol by symbol, so that broken data come out the
 * same, but takes up to two coefficients from one table, and decodes several MCUs at once, to be handed out one by one.
 *
 * Where a block ends nobody can foresee, so that is no branch: the next block, table and position are computed.
 */
#include "jpeg_in_tables.h"

#include "jerror.h"
#include "jpeg_in_decoder.h"
#include "jpeg_in_steps.h"
#include "jstdhuff.c"

/* Blocks of whole MCUs that are decoded at once. */
#define MOST_BLOCKS 64
/* Where a block stands that ended after DC. */
#define ONLY_DC (STEP_END + 1)
/* Positions have their number in the low bits of their address. */
#define ORDER_ALIGNMENT 256

/* How a block is decoded, and where. */
typedef struct {
  uintptr_t table;   /* that for AC */
  uintptr_t to_next; /* bytes from there to the table where the next block begins */
  int16_t *block;
  uint8_t extent; /* out: where the block stood at last; only ONLY_DC means something */
} Plan;

typedef struct {
  struct jpeg_entropy_decoder pub;
  BitState state;
  int dc[MAX_COMPS_IN_SCAN];
  unsigned int restarts_to_go;
  d_derived_tbl *dc_tables[NUM_HUFF_TBLS], *ac_tables[NUM_HUFF_TBLS];
  uint64_t *steps[MAX_COMPS_IN_SCAN]; /* a pair of tables each, for as many components as have their own */
  const uint8_t *order;               /* of the shape, aligned */
  int16_t *blocks;
  Plan plan[MOST_BLOCKS + 1];
  uint32_t has_ac[MOST_BLOCKS]; /* of the MCUs */
  uint32_t decoded, used;       /* MCUs */
} Huffman;

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
    const jpeg_component_info *component = d->cur_comp_info[i], *same;
    if (component->dc_tbl_no >= NUM_HUFF_TBLS) ERREXIT1(d, JERR_NO_HUFF_TABLE, component->dc_tbl_no);
    if (component->ac_tbl_no >= NUM_HUFF_TBLS) ERREXIT1(d, JERR_NO_HUFF_TABLE, component->ac_tbl_no);
    of[i] = NULL;
    for (int j = 0; j < i && of[i] == NULL; j++) {
      same = d->cur_comp_info[j];
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

/* ---- blocks ---- */

/* Where the decoder stands. */
typedef struct {
  Plan *plan;
  const uint8_t *order; /* at the zigzag position, 0–63; DC comes at 0 */
  const uint64_t *table;
} Place;

/* The symbol behind a partial step, dropped from the reader. */
static int partial_symbol_of(BitReader *reader, const d_derived_tbl *table, uint64_t step) {
  if (step_bits(step) == 0) return jpeg_in_long_symbol(reader, table, STEP_BITS + 1);
  reader_drop(reader, step_bits(step));
  return step_second(step);
}

/* One coefficient or end of block, whatever it takes. Wants a refilled reader. Returns the position behind. */
static int read_partial(j_decompress_ptr d, BitReader *reader, const Place *at, int position, uint64_t step) {
  const Huffman *huffman = (const Huffman *)d->entropy;
  int component = d->MCU_membership[(at->plan - huffman->plan) % d->blocks_in_MCU];
  const jpeg_component_info *info = d->cur_comp_info[component];
  int is_dc = position == 0;
  const d_derived_tbl *table = is_dc ? huffman->dc_tables[info->dc_tbl_no] : huffman->ac_tables[info->ac_tbl_no];
  int symbol = partial_symbol_of(reader, table, step), size = symbol & 15, run = is_dc ? 0 : symbol >> 4;
  if (!is_dc && size == 0 && run != 15) return position + STEP_END;
  at->plan->block[huffman->order[position + run]] = (int16_t)(size == 0 ? 0 : reader_value(reader, size));
  return position + run + 1;
}

/* The same for any step. 0: more bytes must come first. */
static int read_with_care(j_decompress_ptr d, BitReader *reader, Place *at) {
  const Huffman *huffman = (const Huffman *)d->entropy;
  if (!reader_refill(reader)) return 0;
  uint64_t step = at->table[reader_peek(reader, STEP_BITS)];
  int position = (int)(at->order - huffman->order);
  if (step_advance(step) == STEP_PARTIAL) {
    position = read_partial(d, reader, at, position, step);
  } else if (step_advance(step) == STEP_END) {
    reader_drop(reader, step_bits(step));
    position += STEP_END;
  } else {
    reader_drop(reader, step_first_bits(step));
    position += step_first(step);
    at->plan->block[huffman->order[position++]] = step_first_value(step);
  }
  uintptr_t table = at->plan->table;
  if (position >= DCTSIZE2) {
    at->plan->extent = (uint8_t)position;
    table += at->plan->to_next;
    at->plan++;
    position = 0;
  }
  at->order = huffman->order + position;
  at->table = (const uint64_t *)table;
  return 1;
}

/* Most bits of a code in the table, and of the value behind it. */
#define LARGE_BITS (STEP_BITS + 15)

/*
 * A coefficient of so many bits that its step is partial. `bits` were used since the last refill. 0: it is something
 * else, or bits are lacking.
 */
static HOT int read_large(BitReader *reader, Place *at, uint64_t step, uint32_t *bits) {
  int is_large = step_advance(step) == STEP_PARTIAL && step_bits(step) != 0;
  if (!is_large || (*bits & 63) > 56 - LARGE_BITS) return 0;
  int symbol = step_second(step), size = symbol & 15;
  const uint8_t *order = at->order + (symbol >> 4);
  if ((uintptr_t)(order + 1) & STEP_CARE) return 0;
  reader->bits <<= step_bits(step);
  int value = (int)reader_peek(reader, size);
  at->plan->block[*order] = (int16_t)(value < 1 << (size - 1) ? value - (1 << size) + 1 : value);
  reader->bits <<= size;
  *bits += (uint32_t)(step_bits(step) + size);
  at->order = order + 1;
  at->table = (const uint64_t *)at->plan->table;
  return 1;
}

/*
 * Decodes blocks up to `end`, or until a marker or the end of the bytes is near. 0: more bytes must come first.
 * What is written before care turns out to be needed is written again, or is a zero where nothing was yet.
 */
static int decode_quickly(j_decompress_ptr d, BitReader *in_out, Place *at_in_out, const Plan *end) {
  const uint8_t *const start = ((const Huffman *)d->entropy)->order;
  /* Copies, so that their fields can stay in registers; and again for who wants addresses. */
  BitReader reader = *in_out;
  Place at = *at_in_out;
  while (at.plan < end) {
    if (!reader_refill(&reader)) return 0;
    if (reader.next == reader.fast_end) break;
    uint32_t bits = 0; /* their sum in the lowest six */
    for (int i = 0; i < STEPS; i++) {
      uint64_t step = at.table[reader_peek(&reader, STEP_BITS)];
      int16_t *block = at.plan->block;
      block[at.order[step_first(step)]] = step_first_value(step);
      block[at.order[step_second(step)]] = step_second_value(step);
      const uint8_t *after = at.order + step_advance(step);
      if ((uintptr_t)after & STEP_CARE) {
        if (read_large(&reader, &at, step, &bits)) break;
        reader.count -= (int)(bits & 63);
        bits = 0;
        BitReader careful_reader = reader;
        Place careful_at = at;
        if (!read_with_care(d, &careful_reader, &careful_at)) return 0;
        reader = careful_reader;
        at = careful_at;
        break;
      }
      reader.bits <<= step_bits(step);
      bits += (uint32_t)step;
      at.plan->extent = (uint8_t)(uintptr_t)after;
      /* With masks, as a choice between addresses would wait for the step before it can load. */
      int ends = (int32_t)(uint32_t)step < 0;
      uintptr_t mask = -(uintptr_t)ends;
      at.table = (const uint64_t *)(at.plan->table + (at.plan->to_next & mask));
      at.order = ends ? start : after;
      at.plan = (Plan *)((uintptr_t)at.plan + (sizeof(Plan) & mask));
      if (at.plan == end) break;
    }
    reader.count -= (int)(bits & 63);
  }
  *in_out = reader;
  *at_in_out = at;
  return 1;
}

/* Decodes `total` blocks. Returns how many of them there were data for; -1 when more bytes must come first. */
static int decode_blocks(j_decompress_ptr d, BitReader *reader, int total) {
  Huffman *huffman = (Huffman *)d->entropy;
  Plan *first = huffman->plan, *end = first + total;
  Place at = {first, huffman->order, (const uint64_t *)first->table - STEP_SIZE};
  if (!decode_quickly(d, reader, &at, end)) return -1;
  while (at.plan < end) {
    if (!read_with_care(d, reader, &at)) return -1;
    if (at.order != huffman->order || (at.plan - first) % d->blocks_in_MCU != 0) continue;
    /* Tells when the MCU used bits that were not there. */
    if (reader->count < 0 && !reader_refill(reader)) return -1;
    if (huffman->pub.insufficient_data) break;
  }
  return (int)(at.plan - first);
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
    blocks = decode_blocks(d, &reader, blocks);
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

void jpeg_in_huffman_create(j_decompress_ptr d) {
  /* Frames of motion JPEG leave the standard tables out. */
  std_huff_tables((j_common_ptr)d);
  Huffman *huffman = d->mem->alloc_small((j_common_ptr)d, JPOOL_IMAGE, sizeof *huffman);
  memset(huffman, 0, sizeof *huffman);
  huffman->pub.start_pass = start_pass;
  d->entropy = &huffman->pub;
}
