/* A block of 8 × 8 samples → quantised coefficients, in the form that entropy coding wants. */
#ifndef PICTOR_JPEG_OUT_BLOCK_H
#define PICTOR_JPEG_OUT_BLOCK_H

#include <stddef.h>
#include <stdint.h>

/* Zigzag position → row × 8 + column (ITU-T T.81, figure A.6). */
extern const uint8_t jpeg_zigzag[64];

/* Two factors for each coefficient, row by row, that together divide by 8 × its quantiser. */
typedef struct {
  int16_t first[64], second[64];
} Quantiser;

/* `table`: 1–255 each, row by row. */
Quantiser quantiser_of(const uint8_t table[64]);

/*
 * Most coefficients are 0 and most others ±1, so what a scan needs to know is kept as sets: bit k stands for the
 * coefficient at zigzag position k. Scans step from one member to the next, and those that refine need nothing else.
 */
typedef struct {
  /* Of DC these may say anything. */
  uint64_t reaches[3]; /* [n]: |coefficient| >> n is not 0 */
  uint64_t bit[2];     /* [n]: bit n of |coefficient| is set */
  uint64_t negative;   /* of those that are 0 it may say anything */
  int32_t dc;
  uint16_t magnitude[64]; /* row by row */
} JpegBlock;

void jpeg_block_transform(JpegBlock *block, const uint8_t *samples, ptrdiff_t stride, const Quantiser *quantiser);

#endif
