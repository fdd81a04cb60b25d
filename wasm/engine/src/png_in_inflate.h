/*
 * Inflates a zlib stream (RFC 1950, RFC 1951) that comes in pieces, into a buffer from which its reader takes as it
 * likes. Made for PNG: the buffer holds the last 32 KiB that were written, which later ones refer to, and at least one
 * row more.
 *
 * Our own, and the only way: libdeflate, whose tables these are like, is 6 to 13% faster on 2-megapixel photos (11.3 ms
 * against 12.3), but wants the whole stream and the whole result in memory, 10 MB there instead of 110 KB. zlib, even
 * native with SIMD, takes a tenth to a third longer than this.
 */
#ifndef PICTOR_PNG_IN_INFLATE_H
#define PICTOR_PNG_IN_INFLATE_H

#include <stddef.h>
#include <stdint.h>

typedef struct Inflate Inflate;

typedef enum {
  INFLATE_WANTS, /* all bytes are used */
  INFLATE_FULL,  /* there is no room before more is taken */
  INFLATE_ENDED  /* the stream has ended; what follows is not looked at */
} InflateState;

/* `most_waiting`: bytes that the reader may want to have in one piece. */
Inflate *inflate_create(size_t most_waiting);
/* Bytes that inflate_create takes; src/image/memory-pictor-png.ts has the same sum. */
size_t inflate_bytes(size_t most_waiting);
/*
 * Uses bytes from `*bytes` on, as far as they go, there is room, and the stream lasts. Fails the job (FAIL_BROKEN) on
 * all that zlib fails on; but the checksum of the result, Adler-32, is not verified.
 */
InflateState inflate_run(Inflate *inflate, const uint8_t **bytes, const uint8_t *end);
/* What was written and not taken yet. It may be read 16 bytes further, and moves with the next inflate_run. */
const uint8_t *inflate_waiting(const Inflate *inflate, size_t *count);
void inflate_take(Inflate *inflate, size_t count);
void inflate_free(Inflate *inflate);

#endif
