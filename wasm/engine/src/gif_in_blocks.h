/* What stands before the pixels of each frame of a GIF (GIF89a, sections 17–26). */
#ifndef PICTOR_GIF_IN_BLOCKS_H
#define PICTOR_GIF_IN_BLOCKS_H

#include "engine.h"

typedef struct {
  int32_t width, height;           /* of the canvas */
  int32_t x, y, across, down;      /* the frame; the first one lies inside the canvas, or it fails */
  int interlaced;
  int transparent;                 /* index; -1: none */
  int colours;                     /* of the palette that counts */
  uint8_t colour[256][3];
  int code_bits;                   /* 1 to 11 */
  int disposal;                    /* GIF_KEEP …, as in the file; others count as GIF_KEEP */
  int delay;                       /* in 1/100 s */
} GifFrame;

/* What becomes of a frame when the next one comes (section 23); 0 and 1 both leave it. */
enum { GIF_KEEP = 1, GIF_BACKGROUND = 2, GIF_PREVIOUS = 3 };

typedef enum { GIF_WANTS, GIF_PIXELS, GIF_ENDED } GifState;

typedef struct {
  GifFrame frame;
  int step;
  int flags, label;
  int first;   /* the sub-block is its extension's first */
  int netscape; /* the extension says how often all is played */
  int frames;  /* that were begun */
  int repeats; /* after the first time; -1: nothing is said; 0: for ever */
  int colours; /* of the palette that is every frame's that has none of its own */
  uint8_t colour[256][3];
  size_t wanted, held;
  uint8_t bytes[768];
} GifBlocks;

void gif_blocks_begin(GifBlocks *blocks);
/*
 * GIF_PIXELS: all is known, and the frame's first sub-block comes next. GIF_WANTS: all bytes are used, more are needed.
 * GIF_ENDED: behind the last frame; there, what is no block ends the file, too, as in browsers.
 */
GifState gif_blocks_read(GifBlocks *blocks, const uint8_t **bytes, const uint8_t *end);
/* To the next frame, once the sub-blocks of this one have been read. */
void gif_blocks_next(GifBlocks *blocks);
/* Nothing of a next frame was read yet. */
int gif_blocks_is_between(const GifBlocks *blocks);

#endif
