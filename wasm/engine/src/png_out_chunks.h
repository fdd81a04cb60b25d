/* The chunks of a PNG file (PNG, third edition, section 5.3), written behind each other. */
#ifndef PICTOR_PNG_OUT_CHUNKS_H
#define PICTOR_PNG_OUT_CHUNKS_H

#include "growing.h"

/* Length, type and CRC-32. */
enum { PNG_CHUNK_FRAME_BYTES = 12 };

/* The file's first eight bytes. */
void png_out_signature(Growing *file);
/* A whole chunk; `type` has four letters. `count` is at most 2^31 - 1. */
void png_out_chunk(Growing *file, const char *type, const uint8_t *data, size_t count);

#endif
