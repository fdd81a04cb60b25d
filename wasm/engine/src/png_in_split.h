/* Interleaved samples into planes, and the like, for `count` pixels. All may write up to 15 bytes beyond them. */
#ifndef PICTOR_PNG_IN_SPLIT_H
#define PICTOR_PNG_IN_SPLIT_H

#include <stddef.h>
#include <stdint.h>

/* May read up to 15 bytes beyond the last pixel. */
void split2(uint8_t *const plane[2], const uint8_t *from, size_t count);
void split3(uint8_t *const plane[3], const uint8_t *from, size_t count);
void split4(uint8_t *const plane[4], const uint8_t *from, size_t count);
/* Levels times alpha, over 255, rounded. */
void premultiply_row(uint8_t *levels, const uint8_t *alpha, size_t count);
/* 16 bits, highest first, to the nearest of 8: 257 to one. */
void narrow16(uint8_t *to, const uint8_t *from, size_t count);
/* Samples of 1, 2 or 4 bits, highest first, a byte each. */
void unpack(uint8_t *to, const uint8_t *from, size_t count, int depth);

#endif
