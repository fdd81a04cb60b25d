/* What stands before the pixels of a GIF's first frame (GIF89a, sections 17–23). */
#ifndef PICTOR_GIF_IN_BLOCKS_H
#define PICTOR_GIF_IN_BLOCKS_H

#include "engine.h"

typedef struct {
  int32_t width, height;           /* of the canvas */
  int32_t x, y, across, down;      /* the frame; inside the canvas, or it fails */
  int interlaced;
  int transparent;                 /* index; -1: none */
  int colours;                     /* of the palette that counts */
  uint8_t colour[256][3];
  int code_bits;                   /* 1 to 11 */
} GifFrame;

typedef struct {
  GifFrame frame;
  int step;
  int flags, label;
  int first; /* the sub-block is its extension's first */
  size_t wanted, held;
  uint8_t bytes[768];
} GifBlocks;

void gif_blocks_begin(GifBlocks *blocks);
/* 1: all is known, and the frame's first sub-block comes next. 0: all bytes are used, more are needed. */
int gif_blocks_read(GifBlocks *blocks, const uint8_t **bytes, const uint8_t *end);

#endif
