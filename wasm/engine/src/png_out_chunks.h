/* The chunks of a PNG file (PNG, third edition, section 5.3), written behind each other. */
#ifndef PICTOR_PNG_OUT_CHUNKS_H
#define PICTOR_PNG_OUT_CHUNKS_H

#include <stddef.h>
#include <stdint.h>

enum {
  PNG_SIGNATURE_BYTES = 8,
  /* Length and type before the data, CRC-32 behind it. */
  PNG_CHUNK_HEAD_BYTES = 8,
  PNG_CHUNK_BYTES = 12
};

/* The file's first eight bytes; says where the next go. */
uint8_t *png_put_signature(uint8_t *at);
/*
 * Makes a chunk of the `count` bytes (at most 2^31 - 1) that lie at `at + PNG_CHUNK_HEAD_BYTES` already. `type` has four
 * letters. Says where the next chunk goes.
 */
uint8_t *png_put_chunk(uint8_t *at, const char *type, size_t count);
/* Big-endian. */
void png_put_u32(uint8_t *at, uint32_t value);

#endif
