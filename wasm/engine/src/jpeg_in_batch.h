/* A batch: the blocks of several MCUs that jpeg_in_huffman.c has decoded at once. */
#ifndef PICTOR_JPEG_IN_BATCH_H
#define PICTOR_JPEG_IN_BATCH_H

#include "jpeg_in_tables.h"

#include "jpeg_in_decoder.h"
#include "jpeg_in_steps.h"

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

/*
 * Decodes the batch's first `total` blocks, whole MCUs; what comes out as DC is the difference to the last one. Returns
 * how many of them there were data for; -1 when more bytes must come first.
 */
int jpeg_in_blocks(j_decompress_ptr d, BitReader *reader, int total);

#endif
