/* PNG's filters (PNG, third edition, section 9): a row as differences from what lies left of it and above. */
#ifndef PICTOR_PNG_OUT_FILTER_H
#define PICTOR_PNG_OUT_FILTER_H

#include <stddef.h>
#include <stdint.h>

enum { FILTER_NONE, FILTER_SUB, FILTER_UP, FILTER_AVERAGE, FILTER_PAETH, FILTERS };

/* Zeros that must lie before a row, as what is left of its first pixel: at least a pixel. */
enum { FILTER_MARGIN = 16 };

/*
 * Bytes `row` less what the filter makes of their neighbours, to `out`. `above` is the row before, zeros for the first.
 * `step` is the bytes of a pixel, 1 where it has less than a byte.
 */
void png_filter(int filter, const uint8_t *row, const uint8_t *above, size_t count, size_t step, uint8_t *out);
/*
 * The filter whose differences, as signed bytes, have the least sum of magnitudes: the heuristic that PNG's
 * specification recommends (section 12.7).
 */
int png_filter_choose(const uint8_t *row, const uint8_t *above, size_t count, size_t step);

#endif
