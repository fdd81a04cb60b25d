/* Entropy coding in scans, by the script of libjpeg's jpeg_simple_progression. */
#ifndef PICTOR_JPEG_OUT_PROGRESSIVE_H
#define PICTOR_JPEG_OUT_PROGRESSIVE_H

#include "jpeg_out_frame.h"

typedef struct Progressive Progressive;

/* `frame` must stay. `most_tokens`: bytes of tokens that may be kept. */
Progressive *progressive_create(const Frame *frame, size_t most_tokens);
/* Whether the component's blocks are wanted: in a replay, only those of one are. */
int progressive_wants(const Progressive *progressive, int32_t component);
/* A component's blocks must come row by row, from left to right. */
void progressive_block(Progressive *progressive, int32_t component, int32_t x, int32_t y, const JpegBlock *block);
/* The whole file; frees. */
void progressive_write(Progressive *progressive, Growing *out, Replay replay);

#endif
