/* RGB to luma and chroma, with libjpeg's rounding (jccolor.c, jcsample.c). */
#ifndef PICTOR_YCBCR_H
#define PICTOR_YCBCR_H

#include <stdint.h>

/* JFIF's BT.601 in full range. `pixel`: 4 bytes each, of which the last does not matter. */
void ycbcr_row(uint8_t *y, uint8_t *cb, uint8_t *cr, const uint8_t *pixel, int32_t width);
/* `width` means of 2 × 2 samples. Half-way cases and quarters are rounded down and up by turns, as libjpeg does. */
void halve_rows(uint8_t *out, const uint8_t *upper, const uint8_t *lower, int32_t width);

#endif
