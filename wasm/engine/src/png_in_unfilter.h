/* Takes PNG's filters off a row (PNG third edition, section 9). */
#ifndef PICTOR_PNG_IN_UNFILTER_H
#define PICTOR_PNG_IN_UNFILTER_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that have to be there on both sides of rows: what lies to the left counts as 0; kernels touch what lies right. */
#define ROW_MARGIN 16

/*
 * `filter`: 0 to 4, else the job fails. `from`: `count` filtered bytes. `above`: the row before, all 0 for the first
 * one. `pixel`: bytes from a sample to the same of the next pixel, 1 to 8. `to` and `above` have ROW_MARGIN bytes on
 * both sides, of which those to the left are 0; `from` may be read ROW_MARGIN bytes beyond its end.
 */
void unfilter(uint8_t *to, const uint8_t *from, const uint8_t *above, size_t count, int pixel, int filter);

#endif
