/* The filters that look to the left, for pixels of 3 and 4 bytes: a pixel at a time, or several that add up. */
#ifndef PICTOR_PNG_IN_UNFILTER_SIMD_H
#define PICTOR_PNG_IN_UNFILTER_SIMD_H

#include <stddef.h>
#include <stdint.h>

/* As `unfilter`. 0: not one of these, nothing was done. Writes up to 15 bytes beyond `count`. */
int unfilter_simd(uint8_t *to, const uint8_t *from, const uint8_t *above, size_t count, int pixel, int filter);

#endif
