/*
 * The inner loop of sequential Huffman decoding. Where a block ends nobody can foresee, so that is no branch: the next
 * block, its table and position are computed. What is rare is done with care, a coefficient at a time.
 */
#include "jpeg_in_batch.h"

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

int jpeg_in_blocks(j_decompress_ptr d, BitReader *reader, int total) {
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
