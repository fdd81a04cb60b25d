/* zlib's format (RFC 1950) around deflate (RFC 1951), by libdeflate: the whole input lies in memory. */
#ifndef PICTOR_PNG_OUT_DEFLATE_H
#define PICTOR_PNG_OUT_DEFLATE_H

#include "engine.h"

/*
 * Bytes written to `out`, or 0 when `room` does not suffice. `level` is libdeflate's effort, from 1 to 9; the compressor
 * takes up to PNG_DEFLATE_BYTES meanwhile.
 */
size_t png_deflate(int level, const uint8_t *bytes, size_t count, uint8_t *out, size_t room);
/* Room in which `count` bytes fit, whatever they are. */
size_t png_deflate_bound(size_t count);

/* Room in which png_store puts `count` bytes. */
size_t png_store_bound(size_t count);
/*
 * The stream of blocks without compression, in place: the bytes lie at the end of the `room` bytes at `out`, which are
 * png_store_bound's. Says how long the stream is.
 */
size_t png_store(uint8_t *out, size_t room, size_t count);

#endif
