/* Entropy coding in one scan (ITU-T T.81, F.1.2). */
#ifndef PICTOR_JPEG_OUT_SEQUENTIAL_H
#define PICTOR_JPEG_OUT_SEQUENTIAL_H

#include "jpeg_out_frame.h"

typedef struct Sequential Sequential;

/* `frame` must stay. `most_tokens`: bytes of tokens that may be kept. */
Sequential *sequential_create(const Frame *frame, size_t most_tokens);
/* Blocks must come MCU by MCU. `block`: NULL for one that only fills up an MCU. */
void sequential_block(Sequential *sequential, int32_t component, const JpegBlock *block);
/* The whole file; frees. */
void sequential_write(Sequential *sequential, Growing *out, Replay replay);

#endif
