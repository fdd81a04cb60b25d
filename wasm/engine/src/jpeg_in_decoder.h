/* Coefficients: how the blocks lie in memory for each scale, and who decodes them. */
#ifndef PICTOR_JPEG_IN_DECODER_H
#define PICTOR_JPEG_IN_DECODER_H

#include "jpeg_in_bits.h"

/*
 * A block of scale s keeps the s × s lowest coefficients, as the inverse DCT wants them: all vertical frequencies of
 * one horizontal one in a row, the even ones first, the odd ones from the middle of the vector on; with s from 5 on that
 * is place 4, so that 5 and 6 leave place 3 empty. While it is decoded a block is followed by room for what is not
 * kept: `order` maps a zigzag position to its place, those that are not kept to place `kept`. Positions from `limit` on
 * are none of them kept. Beyond 63 is what leads out of a block: runs of up to 16 in broken data, END_OF_BLOCK and
 * ENTRY_PARTIAL.
 */
typedef struct {
  int scale;
  int kept;   /* places, scale × jpeg_in_stride(scale) */
  int stride; /* int16s from one block to the next while they are decoded; 16-byte aligned */
  int limit;
  uint8_t natural[DCTSIZE2]; /* of a place: row × 8 + column; 64 where it is empty */
  uint8_t order[64 + 256];
} BlockShape;

/* Places from one horizontal frequency to the next. */
int jpeg_in_stride(int scale);
/* Of a vertical frequency, in them. */
int jpeg_in_place(int scale, int frequency);
BlockShape jpeg_in_shape(int scale);

/* The transform reads whole vectors: so many int16s behind the last place. */
#define READ_BEYOND 8

/* All coefficients of a component, for pictures in several scans. */
typedef struct {
  int16_t *blocks;   /* `kept` each */
  uint64_t *nonzero; /* progressive: bit k is set when the coefficient at zigzag position k is not zero; else NULL */
  uint32_t across, down;
} Store;

/* Of the inverse DCT: for each of the first half of the samples, those of the even frequencies, then of the odd ones. */
typedef struct {
  int16_t of[4][8];
} IdctFactors;

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
  IdctFactors factors;
  int16_t quant[MAX_PLANES][DCTSIZE2 + READ_BEYOND]; /* in the order of the places */
} Coefficients;

static inline Coefficients *coefficients_of(j_decompress_ptr d) { return (Coefficients *)d->coef; }

/* Sequential: the next MCU into `coefficients->blocks`, only its DC unless `with_ac`. 0: more bytes must come. */
void jpeg_in_huffman_create(j_decompress_ptr d);
int jpeg_in_huffman_mcu(j_decompress_ptr d, Coefficients *coefficients, int with_ac);
void jpeg_in_standard_tables(j_decompress_ptr d);

/* The same for scales up to SPARSE. */
#define SPARSE 2
void jpeg_in_sparse_create(j_decompress_ptr d);
int jpeg_in_sparse_mcu(j_decompress_ptr d, Coefficients *coefficients, int with_ac);

/* Progressive: MCUs from `coefficients->mcu` to the row's end into the store. 0: more bytes must come. */
void jpeg_in_progressive_create(j_decompress_ptr d);
int jpeg_in_progressive_row(j_decompress_ptr d, Coefficients *coefficients);
/* Nothing of this scan is kept: over to the next marker. 0: more bytes must come. */
int jpeg_in_skip_scan(j_decompress_ptr d);

/* Deals with a restart marker when one is due. 0: more bytes must come. */
int jpeg_in_restart(j_decompress_ptr d, BitState *state, unsigned int *restarts_to_go);

/* `block` times `quant` to n × n samples at column `x` of `rows`; to the right of them up to 3 more bytes are written. */
void jpeg_in_idct_factors(int n, IdctFactors *factors);
void jpeg_in_idct(const IdctFactors *factors, int n, const int16_t *block, const int16_t *quant, JSAMPARRAY rows,
                  JDIMENSION x);
/* The same for a block that has nothing but its DC. */
void jpeg_in_idct_flat(int dc, int quant, int n, JSAMPARRAY rows, JDIMENSION x);

#endif
