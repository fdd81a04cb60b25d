/*
 * The chunks of a PNG as its bytes come (PNG third edition, section 5), for the reader of its picture (png_in.c) and that
 * of its frames (frames_png.c).
 *
 * What gives an int says 1 when it is done, and 0 when it used all bytes there are and wants to be called again with
 * more. A chunk begins with png_chunk_head; then it is skipped, kept, or its data is taken as it comes.
 */
#ifndef PICTOR_PNG_IN_CHUNKS_H
#define PICTOR_PNG_IN_CHUNKS_H

#include "png_in_crc.h"
#include "png_in_header.h"

typedef struct {
  const uint8_t *next, *stop; /* of what was fed */
  int end;                    /* nothing more will be */
  uint8_t bytes[8 + MOST_KEPT + 4]; /* collected: at most a chunk */
  size_t held;                      /* of them */
  uint32_t type, length; /* of the chunk */
  uint64_t left;         /* of what is skipped, or of its data */
  uint32_t sum;          /* of its type and its data so far */
  Crc crc;
} PngChunks;

void png_chunks_prepare(PngChunks *chunks);
/* They are not copied: they have to stay until all are used. `end` with the last ones. */
void png_chunks_feed(PngChunks *chunks, const uint8_t *bytes, size_t count, int end);
/* Fails the job where it is another file. */
int png_signature(PngChunks *chunks);

/* Sets `type` and `length`. */
int png_chunk_head(PngChunks *chunks);
void png_chunk_begin_skip(PngChunks *chunks);
int png_chunk_skip(PngChunks *chunks);
/* Of at most MOST_KEPT bytes: at png_chunk_kept_data, when it is there. `intact`: its checksum holds. */
int png_chunk_keep(PngChunks *chunks, int *intact);
const uint8_t *png_chunk_kept_data(const PngChunks *chunks);
/* Fails the job beyond the longest that a chunk may be. */
void png_chunk_begin_data(PngChunks *chunks);
/* The next four bytes of the data, of which there must be as many. */
int png_chunk_number(PngChunks *chunks, uint32_t *number);
/* What there is of the data: `count` bytes from `bytes` on. */
int png_chunk_data(PngChunks *chunks, const uint8_t **bytes, size_t *count);
/* Fails the job where the data does not have its checksum. */
int png_chunk_end_data(PngChunks *chunks);

uint32_t png_read32(const uint8_t *at);

#endif
