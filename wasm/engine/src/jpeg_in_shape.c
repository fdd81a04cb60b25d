#include "jpeg_in_decoder.h"

/* Where the zigzag positions 0–63 lie in a block, row × 8 + column (Figure A.6). */
static const uint8_t natural[64] = {
     0,  1,  8, 16,  9,  2,  3, 10, 17, 24, 32, 25, 18, 11,  4,  5,
    12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13,  6,  7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
    58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
};

int jpeg_in_stride(int scale) { return scale <= 4 ? scale : scale <= 6 ? scale + 1 : scale; }

int jpeg_in_place(int scale, int frequency) {
  if (scale < 3) return frequency;
  return (frequency & 1) * (scale > 4 ? 4 : 2) + frequency / 2;
}

BlockShape jpeg_in_shape(int scale) {
  BlockShape shape;
  shape.scale = scale;
  shape.kept = scale * jpeg_in_stride(scale);
  shape.stride = (shape.kept / 8 + 1) * 8;
  shape.limit = 1;
  memset(shape.natural, DCTSIZE2, sizeof shape.natural);
  for (int k = 0; k < (int)sizeof shape.order; k++) {
    int down = k < 64 ? natural[k] / 8 : 8, across = k < 64 ? natural[k] % 8 : 8;
    int is_kept = down < scale && across < scale;
    int place = is_kept ? across * jpeg_in_stride(scale) + jpeg_in_place(scale, down) : shape.kept;
    shape.order[k] = (uint8_t)place;
    if (!is_kept) continue;
    shape.natural[place] = natural[k];
    shape.limit = k + 1;
  }
  /* What leads out of the block by a few positions, jdhuff.c writes to the last one. */
  if (scale == 8)
    for (int k = 64; k < 64 + 16; k++) shape.order[k] = shape.order[63];
  return shape;
}
