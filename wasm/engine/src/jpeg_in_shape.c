#include "jpeg_in_decoder.h"

/* Where the zigzag positions 0–63 lie in a block, row × 8 + column (Figure A.6). */
static const uint8_t natural[64] = {
     0,  1,  8, 16,  9,  2,  3, 10, 17, 24, 32, 25, 18, 11,  4,  5,
    12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13,  6,  7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
    58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
};

BlockShape jpeg_in_shape(int scale) {
  BlockShape shape;
  shape.scale = scale;
  shape.kept = scale * scale;
  shape.stride = (shape.kept / 8 + 1) * 8;
  shape.limit = 1;
  for (int k = 0; k < (int)sizeof shape.order; k++) {
    int row = k < 64 ? natural[k] / 8 : 8, column = k < 64 ? natural[k] % 8 : 8;
    int is_kept = row < scale && column < scale;
    shape.order[k] = (uint8_t)(is_kept ? row * scale + column : shape.kept);
    if (is_kept) shape.limit = k + 1;
  }
  /* What leads out of the block by a few positions, jdhuff.c writes to the last one. */
  if (scale == 8)
    for (int k = 64; k < 64 + 16; k++) shape.order[k] = 63;
  return shape;
}
