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
  int16_t not_kept;
  *(place < shape->kept ? &block.kept[place] : &not_kept) = value;
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

/* Of every byte, the numbers of the bits that are set, in order. */
typedef struct {
  uint8_t of[256][8];
} BitLists;

static void list_bits(BitLists *lists) {
  for (int byte = 0; byte < 256; byte++)
    for (int bit = 0, count = 0; bit < 8; bit++)
      if (byte >> bit & 1) lists->of[byte][count++] = (uint8_t)bit;
}

/* The longest run of zeros, and ZRL's own. */
#define MOST_RUN 16

/* The numbers of the bits that are set, in order, and then `end`, so often that no run leads beyond. */
typedef struct {
  uint8_t at[64 + 8 + MOST_RUN];
} BitList;

static HOT void list_bits_of(const BitLists *lists, uint64_t bits, int end, BitList *list) {
  uint8_t *to = list->at;
  for (uint64_t offset = 0; offset < 64 * 0x0101010101010101u; offset += 8 * 0x0101010101010101u, bits >>= 8) {
    uint64_t eight;
    memcpy(&eight, lists->of[bits & 0xFF], sizeof eight);
    eight += offset;
    memcpy(to, &eight, sizeof eight);
    to += __builtin_popcount((unsigned int)(bits & 0xFF));
  }
  memset(to, end, MOST_RUN);
}

/* The next symbol of a refinement: its run, and the new coefficient; ZRL has none. 0: the band ends, as `run` tells. */
static HOT int refine_symbol(BitReader *reader, const HuffmanTable *table, int *run, int *value) {
  uint32_t entry = table->fast[reader_peek(reader, TABLE_BITS)];
  if (entry_advance(entry) != ENTRY_PARTIAL) {
    reader_drop(reader, entry_bits(entry));
    *run = entry_advance(entry) - 1;
    *value = entry_value(entry);
    return 1;
  }
  int symbol = partial_symbol(reader, table, entry);
  *run = symbol >> 4;
  *value = 0;
  if ((symbol & 15) == 0) return *run == 15;
  if ((symbol & 15) != 1) WARNMS(reader->d, JWRN_HUFF_BAD_CODE); /* a new coefficient is always 1 or -1 */
  *value = reader_peek(reader, 1) ? 1 : -1;
  reader_drop(reader, 1);
  return 1;
}

/* Most correction bits that are there after a symbol without another refill. */
#define CORRECTIONS_AT_HAND 32

static HOT int ac_refine(j_decompress_ptr d, const BlockShape *shape, const BitLists *lists, BitReader *reader,
                         const HuffmanTable *table, Block block, unsigned int *eob_run) {
  int last = d->Se, al = d->Al, k = d->Ss;
  uint64_t nonzero = *block.nonzero & bits_between(k, last), found = 0, corrections = 0;
  unsigned int blocks = *eob_run;
  if (blocks == 0) {
    BitList zeros;
    list_bits_of(lists, ~nonzero & bits_between(k, last), last + 1, &zeros);
    for (const uint8_t *zero = zeros.at; k <= last; zero++) {
      int run, value;
      if (!reader_refill(reader)) return 0;
      if (!refine_symbol(reader, table, &run, &value)) {
        eob_run_of(reader, run, &blocks);
        break;
      }
      /* Over the coefficients that are there, to the place behind `run` that are not. */
      zero += run;
      int target = *zero, count = target - k - run;
      if (target > last) {
        if (!read_corrections(reader, __builtin_popcountll(nonzero & bits_between(k, last)), &corrections)) return 0;
        break;
      }
      k = target + 1;
      if (count > CORRECTIONS_AT_HAND) {
        if (!read_corrections(reader, count, &corrections)) return 0;
      } else {
        corrections = corrections << count | (reader->bits >> 1) >> (63 - count);
        reader_drop(reader, count);
      }
      if (value == 0) continue;
      found |= (uint64_t)1 << target;
      keep(shape, block, target, shifted(value, al));
    }
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
