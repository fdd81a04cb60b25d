/* The chunks of a WebP file (RFC 9649 section 2). */
#ifndef PICTOR_WEBP_CHUNKS_H
#define PICTOR_WEBP_CHUNKS_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint32_t type;       /* as read, little-endian: compare with WEBP_TYPE */
  const uint8_t *body; /* within the file */
  size_t size;         /* as the chunk says, and never more than the file has */
  size_t next;         /* where the next chunk begins */
} WebpChunk;

#define WEBP_TYPE(a, b, c, d) ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

enum { WEBP_RIFF_HEADER = 12, WEBP_CHUNK_HEADER = 8, WEBP_VP8X_SIZE = 10 };

/* The chunk at `at`. 0: there is none, or it is cut off. */
int webp_chunk(const uint8_t *file, size_t size, size_t at, WebpChunk *chunk);

uint32_t webp_u24(const uint8_t *bytes);
uint32_t webp_u32(const uint8_t *bytes);

/* One frame of an animation: where it lies on the canvas, and its ALPH, VP8 or VP8L chunks. */
typedef struct {
  int32_t x, y, width, height;
  uint32_t delay; /* ms */
  int over;       /* it is laid over the canvas, else it replaces what is there */
  int clears;     /* its rectangle becomes transparent before the next one comes */
  const uint8_t *data;
  size_t size;
} WebpFrame;

/* The first frame. 0: the file is a still. */
int webp_first_frame(const uint8_t *file, size_t size, WebpFrame *frame);
/* The first frame from the chunk at `*at` on, which goes to the one behind it. 0: there is none. */
int webp_next_frame(const uint8_t *file, size_t size, size_t *at, WebpFrame *frame);

#endif
