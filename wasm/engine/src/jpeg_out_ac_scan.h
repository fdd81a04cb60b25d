/* Scans of one component's AC coefficients (ITU-T T.81, G.1.2), as tokens. */
#ifndef PICTOR_JPEG_OUT_AC_SCAN_H
#define PICTOR_JPEG_OUT_AC_SCAN_H

#include "jpeg_out_bits.h"
#include "jpeg_out_frame.h"

/* libjpeg ends a run of blocks when it has more correction bits than leave room for those of one more block. */
enum { MOST_CORRECTIONS = 1000, MOST_BLOCK_CORRECTIONS = 63 };

typedef struct {
  Scan scan;
  uint64_t band; /* the zigzag positions that it covers */
  Tokens tokens;
  uint32_t histogram[256];
  HuffmanCode code;
  /* Blocks that say nothing more, of which the scan says only how many, and the correction bits that they have. */
  uint32_t run;
  uint64_t bits;
  int32_t pending, words; /* bits that are in no word yet; words */
  uint32_t word[MOST_CORRECTIONS / 32 + 1];
} AcScan;

void ac_scan_create(AcScan *ac, Scan scan, TokenBudget *budget);
void ac_scan_block(AcScan *ac, const JpegBlock *block);
/* After the last block: makes the code. Answers at least the bits that the scan takes, without stuffing. */
size_t ac_scan_end(AcScan *ac);
/* `replay`: shows the scan its blocks again, if need be. Frees the tokens. */
void ac_scan_write(AcScan *ac, BitWriter *writer, Replay replay);

#endif
