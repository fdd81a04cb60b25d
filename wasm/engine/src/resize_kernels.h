/*
 * The inner loops of the resize. Each has a SIMD and a plain form with the same results: all sums are whole numbers.
 * Widths of rows of samples are multiples of 16, and so many samples may be read and written.
 */
#ifndef PICTOR_RESIZE_KERNELS_H
#define PICTOR_RESIZE_KERNELS_H

#include <stdint.h>

#include "resize_filter.h"

/* Columns that a vertical kernel does at once. */
#define COLUMN_BLOCK 16
/* Taps of the horizontal filter come in eights, destination samples in fours. */
#define TAP_BLOCK 8
#define SAMPLE_BLOCK 4
/* Source rows that `accumulate_rows` takes at once. */
#define ROW_BATCH 4

/* mid = (Σ coefficient × row) / 2^shift, over `taps` rows (even). */
void filter_rows(int16_t *mid, const uint8_t *const *row, const int16_t *coefficient, int32_t taps, int32_t width,
                 int32_t shift);
/* sum += Σ coefficient × row, over ROW_BATCH rows that follow each other every `width` bytes. */
void accumulate_rows(int32_t *sum, const uint8_t *rows, const int16_t *coefficient, int32_t width);
/* mid = sum / 2^shift; the sums are cleared. */
void narrow_sums(int16_t *mid, int32_t *sum, int32_t width, int32_t shift);
/* out = (Σ coefficient × mid + bias) / 2^shift, clamped, for `count` samples. `bias` includes the rounding. */
void filter_columns(uint8_t *out, const int16_t *mid, const Filter *filter, int32_t count, int32_t bias,
                    int32_t shift);

#endif
