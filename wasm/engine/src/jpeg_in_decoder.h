/* Coefficients: how the blocks lie in memory for each scale, and who decodes them. */
#ifndef PICTOR_JPEG_IN_DECODER_H
#define PICTOR_JPEG_IN_DECODER_H

#include "jpeg_in_bits.h"

/*
 * A block of scale s keeps the s × s lowest coefficients, row by row. While it is decoded it is followed by room for
 * what is not kept: `order` maps a zigzag position to its place, those that are not kept to place s × s. Positions
 * from `limit` on are none of them kept. Beyond 63 is what leads out of a block: runs of up to 16 in broken data,
 * END_OF_BLOCK and ENTRY_PARTIAL.
 */
typedef struct {
  int scale;
  int kept;   /* coefficients, scale² */
  int stride; /* int16s from one block to the next while they are decoded; 16-byte aligned */
  int limit;
  uint8_t order[64 + 256];
} BlockShape;

BlockShape jpeg_in_shape(int scale);

/* All coefficients of a component, for pictures in several scans. */
typedef struct {
  int16_t *blocks;   /* `kept` each */
  uint64_t *nonzero; /* progressive: bit k is set when the coefficient at zigzag position k is not zero; else NULL */
  uint32_t across, down;
} Store;

typedef struct {
  struct jpeg_d_coef_controller pub; /* first: the library's view */
  BlockShape shape;
  int16_t *blocks;       /* one MCU while it is decoded */
  JBLOCKROW full_blocks; /* the same for the arithmetic decoder, which knows no shapes */
  uint32_t has_ac;       /* bit per block of the MCU: more than DC may be there */
  uint32_t mcu;          /* in the row, where to go on */
  int mcu_row;           /* in the iMCU row */
  uint64_t work;         /* blocks decoded in all scans so far */
  uint64_t most_work;
  uint64_t exact[MAX_PLANES]; /* progressive: zigzag positions whose last bit some scan has had */
  Store store[MAX_PLANES];
  int16_t quant[MAX_PLANES][64]; /* in the order of the kept coefficients */
} Coefficients;

static inline Coefficients *coefficients_of(j_decompress_ptr d) { return (Coefficients *)d->coef; }

/* Sequential: the next MCU into `coefficients->blocks`, only its DC unless `with_ac`. 0: more bytes must come. */
void jpeg_in_huffman_create(j_decompress_ptr d);
int jpeg_in_huffman_mcu(j_decompress_ptr d, Coefficients *coefficients, int with_ac);

/* Progressive: MCUs from `coefficients->mcu` to the row's end into the store. 0: more bytes must come. */
void jpeg_in_progressive_create(j_decompress_ptr d);
int jpeg_in_progressive_row(j_decompress_ptr d, Coefficients *coefficients);
/* Nothing of this scan is kept: over to the next marker. 0: more bytes must come. */
int jpeg_in_skip_scan(j_decompress_ptr d);

/* Deals with a restart marker when one is due. 0: more bytes must come. */
int jpeg_in_restart(j_decompress_ptr d, BitState *state, unsigned int *restarts_to_go);

/* `block` times `quant` to scale × scale samples at column `x` of `rows`. */
typedef void (*InverseDct)(const int16_t *block, const int16_t *quant, JSAMPARRAY rows, JDIMENSION x);
void jpeg_in_idct_4(const int16_t *block, const int16_t *quant, JSAMPARRAY rows, JDIMENSION x);
void jpeg_in_idct_2(const int16_t *block, const int16_t *quant, JSAMPARRAY rows, JDIMENSION x);
/* A block that has nothing but its DC, of any scale. */
void jpeg_in_idct_flat(int dc, int quant, int scale, JSAMPARRAY rows, JDIMENSION x);

#endif
