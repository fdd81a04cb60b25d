/* One block of an AC scan: its first pass, and its refinement. Inlined into jpeg_in_progressive.c. */
#ifndef PICTOR_JPEG_IN_BAND_H
#define PICTOR_JPEG_IN_BAND_H

#include "jpeg_in_tables.h"

#include "jerror.h"
#include "jpeg_in_decoder.h"

/* One block in the store. */
typedef struct {
  int16_t *kept;
  uint64_t *nonzero;
} Block;

/* 2^by times a value that may be negative; broken data wrap. */
static HOT int16_t shifted(int value, int by) { return (int16_t)(int32_t)((uint32_t)value << by); }

static HOT int eob_run_of(BitReader *reader, int symbol_run, unsigned int *eob_run) {
  *eob_run = 1u << symbol_run;
  if (symbol_run == 0) return 1;
  *eob_run += reader_peek(reader, symbol_run);
  reader_drop(reader, symbol_run);
  return 1;
}

static HOT void keep(const BlockShape *shape, Block block, int position, int16_t value) {
  int place = shape->order[position];
  if (place < shape->kept) block.kept[place] = value;
}

static HOT int ac_first(j_decompress_ptr d, const BlockShape *shape, BitReader *reader, const HuffmanTable *table,
                           Block block, unsigned int *eob_run) {
  int last = d->Se, al = d->Al;
  uint64_t found = 0;
  for (int k = d->Ss; k <= last;) {
    if (!reader_refill(reader)) return 0;
    uint32_t entry = table->fast[reader_peek(reader, TABLE_BITS)];
    int value;
    if (entry_advance(entry) != ENTRY_PARTIAL) {
      reader_drop(reader, entry_bits(entry));
      k += entry_advance(entry);
      value = entry_value(entry);
    } else {
      int symbol = partial_symbol(reader, table, entry);
      int size = symbol & 15, run = symbol >> 4;
      if (size == 0 && run != 15) {
        eob_run_of(reader, run, eob_run);
        (*eob_run)--;
        break;
      }
      value = size == 0 ? 0 : reader_value(reader, size);
      k += run + 1;
    }
    if (value == 0) continue;
    int position = k <= DCTSIZE2 ? k - 1 : DCTSIZE2 - 1;
    found |= (uint64_t)1 << position;
    keep(shape, block, position, shifted(value, al));
  }
  *block.nonzero |= found;
  return 1;
}

/* Bits `from` to `to`, both included; none when from > to. */
static HOT uint64_t bits_between(int from, int to) {
  return from > to ? 0 : ~(uint64_t)0 << from & ~(uint64_t)0 >> (63 - to);
}

/* Adds the correction bits of `count` coefficients to `corrections`. */
static HOT int read_corrections(BitReader *reader, int count, uint64_t *corrections) {
  for (; count > 31; count -= 31) {
    if (!reader_refill(reader)) return 0;
    *corrections = *corrections << 31 | reader_peek(reader, 31);
    reader_drop(reader, 31);
  }
  if (!reader_refill(reader)) return 0;
  *corrections = *corrections << count | (reader->bits >> 1) >> (63 - count);
  reader_drop(reader, count);
  return 1;
}

/* Corrects the coefficients in `which`, a bit for each. Those that are not kept come last, but for a few. */
static HOT void correct(const BlockShape *shape, Block block, uint64_t which, uint64_t corrections, int al) {
  if (corrections == 0) return;
  corrections <<= 64 - __builtin_popcountll(which);
  int16_t not_kept = 0;
  for (uint64_t low = which & bits_between(0, shape->limit - 1); low != 0; low &= low - 1, corrections <<= 1) {
    int place = shape->order[__builtin_ctzll(low)];
    int16_t *coefficient = place < shape->kept ? &block.kept[place] : &not_kept;
    /* No branch on the bit, which is noise. */
    int step = ((*coefficient >> 15) | 1) * (1 << al);
    *coefficient = (int16_t)(*coefficient + (step & -(int)(corrections >> 63)));
  }
}

/* A symbol alone. Wants a refilled reader. */
static HOT int plain_symbol(BitReader *reader, const HuffmanTable *table) {
  int entry = table->derived->lookup[reader_peek(reader, HUFF_LOOKAHEAD)];
  int length = entry >> HUFF_LOOKAHEAD;
  if (length <= HUFF_LOOKAHEAD) {
    reader_drop(reader, length);
    return entry & 0xFF;
  }
  BitReader copy = *reader;
  int symbol = jpeg_in_long_symbol(&copy, table->derived, HUFF_LOOKAHEAD + 1);
  reader->bits = copy.bits;
  reader->count = copy.count;
  return symbol;
}

/* The next symbol of a refinement: its run, and the new coefficient; ZRL has none. 0: the band ends, as `run` tells. */
static HOT int refine_symbol(BitReader *reader, const HuffmanTable *table, int *run, int *value) {
  uint32_t entry = table->fast[reader_peek(reader, TABLE_BITS)];
  *value = entry_value(entry);
  if (*value >= -1 && *value <= 1 && entry_advance(entry) != ENTRY_PARTIAL) {
    reader_drop(reader, entry_bits(entry));
    *run = entry_advance(entry) - 1;
    return 1;
  }
  int symbol = plain_symbol(reader, table);
  *run = symbol >> 4;
  *value = 0;
  if ((symbol & 15) == 0) return *run == 15;
  if ((symbol & 15) != 1) WARNMS(reader->d, JWRN_HUFF_BAD_CODE); /* a new coefficient is always 1 or -1 */
  *value = reader_peek(reader, 1) ? 1 : -1;
  reader_drop(reader, 1);
  return 1;
}

static HOT int ac_refine(j_decompress_ptr d, const BlockShape *shape, BitReader *reader, const HuffmanTable *table,
                         Block block, unsigned int *eob_run) {
  int last = d->Se, al = d->Al, k = d->Ss;
  uint64_t nonzero = *block.nonzero & bits_between(k, last), found = 0, corrections = 0;
  unsigned int blocks = *eob_run;
  while (blocks == 0 && k <= last) {
    int run, value;
    if (!reader_refill(reader)) return 0;
    if (!refine_symbol(reader, table, &run, &value)) {
      eob_run_of(reader, run, &blocks);
      break;
    }
    /* Over the coefficients that are there, to the place behind `run` that are not. */
    int target = k + run;
    if ((nonzero >> k & (((uint64_t)2 << run) - 1)) != 0) {
      uint64_t zeros = ~nonzero & bits_between(k, last);
      for (; run > 0 && zeros != 0; run--) zeros &= zeros - 1;
      target = zeros == 0 ? last + 1 : __builtin_ctzll(zeros);
      int count = __builtin_popcountll(nonzero & bits_between(k, target - 1));
      if (!read_corrections(reader, count, &corrections)) return 0;
    }
    if (value != 0 && target <= last) {
      found |= (uint64_t)1 << target;
      keep(shape, block, target, shifted(value, al));
    }
    k = target + 1;
  }
  if (blocks > 0) {
    if (!read_corrections(reader, __builtin_popcountll(nonzero & bits_between(k, last)), &corrections)) return 0;
    blocks--;
  }
  correct(shape, block, nonzero, corrections, al);
  *block.nonzero |= found;
  *eob_run = blocks;
  return 1;
}

#endif
