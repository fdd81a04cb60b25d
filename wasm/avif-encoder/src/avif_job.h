/*
 * One item of an AVIF file, colour or alpha, as TypeScript sends it (src/engine/avif/encoder.ts writes this very
 * layout): little-endian, 4-byte fields, no padding.
 */
#ifndef PICTOR_AVIF_JOB_H
#define PICTOR_AVIF_JOB_H

#include <stdint.h>

typedef struct {
  uint32_t width, height; /* 1–65536 */
  uint32_t monochrome;    /* only the first plane is there: alpha */
  uint32_t chroma_444;    /* 0: 4:2:0, chroma planes of half the size, rounded up */
  uint32_t level;         /* libaom's 0–63, 0 the best: the quantizer is looked up from it */
  uint32_t lossless;      /* 4:4:4 or monochrome; `level` does not matter */
  uint32_t matrix;        /* MatrixCoefficients of ISO/IEC 23091-2 (CICP): 0 identity (planes G, B, R), 6 BT.601 */
  uint32_t speed;         /* libaom's, 6–9 */
  uint32_t tune;          /* aom_tune_metric: 0 PSNR, 1 SSIM, 10 IQ */
} AvifJob;

#endif
