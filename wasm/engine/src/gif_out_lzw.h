/* GIF's compression (GIF89a, appendix F), in sub-blocks. */
#ifndef PICTOR_GIF_OUT_LZW_H
#define PICTOR_GIF_OUT_LZW_H

#include "growing.h"

/*
 * The minimum code size, the sub-blocks and their end. Rows of `width` indexes of less than 1 << `least_bits` (2 to 8) lie
 * `stride` bytes apart. Takes 40 KB for as long.
 */
void gif_compress(Growing *file, const uint8_t *indexes, int32_t width, int32_t height, ptrdiff_t stride, int least_bits);

#endif
