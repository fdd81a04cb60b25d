/*
 * Animated WebP out (RFC 9649 section 2.7.1). Each frame is a WebP of the rectangle that changed, which replaces what lies
 * there: so it needs no look at what the encoder made of the frame before. Rectangles begin at even places, as the
 * format wants. A frame that changes nothing is one pixel, so that the number of frames and their delays stay.
 */
#include <stdlib.h>
#include <string.h>

#include "frame_writer.h"
#include "growing.h"
#include "webp_chunks.h"

enum {
  ANMF_HEADER = 16,
  ANIM_SIZE = 6,
  HEAD_BYTES = WEBP_RIFF_HEADER + 2 * WEBP_CHUNK_HEADER + WEBP_VP8X_SIZE + ANIM_SIZE,
  HAS_ANIMATION = 0x02,
  HAS_ALPHA = 0x10,
  NO_BLENDING = 2,
  MOST_DELAY = 0xffffff, /* 24 bits of ms */
  MOST_PLAYS = 0xffff
};

typedef struct {
  const Job *job;
  Raster shown;    /* the frame before */
  Growing part;
  size_t written;  /* of all frames */
  int has_alpha;
} Writer;

static void *writer_create(const Job *job) {
  Writer *writer = engine_alloc(sizeof *writer);
  writer->job = job;
  return writer;
}

static void put_u16(uint8_t *to, uint32_t value) {
  to[0] = (uint8_t)value;
  to[1] = (uint8_t)(value >> 8);
}

static void put_u24(uint8_t *to, uint32_t value) {
  put_u16(to, value);
  to[2] = (uint8_t)(value >> 16);
}

static void put_u32(uint8_t *to, uint32_t value) {
  put_u24(to, value);
  to[3] = (uint8_t)(value >> 24);
}

/*
 * Lossy coding leaves traces around what it codes, as far as a macroblock reaches. They would stay when what made them
 * has moved on: so what lies that near to a change is coded with it.
 */
enum { TRACE = 16 };

static Rect with_traces(Rect rect, const Raster *raster) {
  const int32_t left = rect.x > TRACE ? rect.x - TRACE : 0, top = rect.y > TRACE ? rect.y - TRACE : 0;
  const int32_t right = rect.x + rect.width + TRACE, bottom = rect.y + rect.height + TRACE;
  return (Rect){left, top, (right < raster->width ? right : raster->width) - left,
                (bottom < raster->height ? bottom : raster->height) - top};
}

/* At least a pixel, from an even place on. */
static Rect frame_rect(const Writer *writer, const Raster *raster) {
  if (writer->shown.data == NULL) return (Rect){0, 0, raster->width, raster->height};
  const Rect changed = changed_rect(&writer->shown, raster);
  if (changed.width == 0) return (Rect){0, 0, 1, 1};
  const Rect rect = writer->job->lossless ? changed : with_traces(changed, raster);
  const int32_t left = rect.x & ~1, top = rect.y & ~1;
  return (Rect){left, top, rect.x + rect.width - left, rect.y + rect.height - top};
}

/* Where a still's own chunks begin: behind RIFF's head, and VP8X, which the animation has once. */
static size_t chunks_start(Bytes still, int *has_alpha) {
  WebpChunk chunk;
  if (!webp_chunk(still.data, still.size, WEBP_RIFF_HEADER, &chunk)) engine_fail(FAIL_INTERNAL, "a WebP without chunks");
  if (chunk.type == WEBP_TYPE('V', 'P', '8', 'X')) {
    if (chunk.body[0] & HAS_ALPHA) *has_alpha = 1;
    return chunk.next;
  }
  /* VP8L's own hint (section 3.4): the bit behind two sizes of 14. */
  if (chunk.type == WEBP_TYPE('V', 'P', '8', 'L') && chunk.size > 4 && (chunk.body[4] & 0x10)) *has_alpha = 1;
  return WEBP_RIFF_HEADER;
}

static void append_frame(Writer *writer, Rect rect, Bytes still, uint32_t delay) {
  const size_t start = chunks_start(still, &writer->has_alpha);
  const size_t size = ANMF_HEADER + still.size - start;
  uint8_t header[WEBP_CHUNK_HEADER + ANMF_HEADER];
  memcpy(header, "ANMF", 4);
  put_u32(header + 4, (uint32_t)size);
  put_u24(header + 8, (uint32_t)rect.x / 2);
  put_u24(header + 11, (uint32_t)rect.y / 2);
  put_u24(header + 14, (uint32_t)rect.width - 1);
  put_u24(header + 17, (uint32_t)rect.height - 1);
  put_u24(header + 20, delay < MOST_DELAY ? delay : MOST_DELAY);
  header[23] = NO_BLENDING;
  growing_append(&writer->part, header, sizeof header);
  growing_append(&writer->part, still.data + start, still.size - start);
  /* Chunks of a still are padded, so their sum is even. */
  writer->written += sizeof header + still.size - start;
}

static void writer_add(void *opaque, Raster raster, uint32_t delay) {
  Writer *writer = opaque;
  const Rect rect = frame_rect(writer, &raster);
  const ptrdiff_t stride = (ptrdiff_t)raster.width * 4;
  const uint8_t *pixels = raster.data + rect.y * stride + rect.x * 4;
  raster_free(&writer->shown);
  const Bytes still = webp_out_pixels(pixels, rect.width, rect.height, stride, writer->job);
  append_frame(writer, rect, still, delay);
  free(still.data);
  writer->shown = raster;
}

static void writer_end(void *opaque) { raster_free(&((Writer *)opaque)->shown); }

static Bytes writer_take(void *opaque) { return growing_take(&((Writer *)opaque)->part); }

static Bytes writer_head(void *opaque, uint32_t plays) {
  const Writer *writer = opaque;
  const Job *job = writer->job;
  uint8_t *head = engine_alloc(HEAD_BYTES);
  memcpy(head, "RIFF\0\0\0\0WEBPVP8X", 16);
  put_u32(head + 4, (uint32_t)(HEAD_BYTES - 8 + writer->written));
  put_u32(head + 16, WEBP_VP8X_SIZE);
  head[20] = (uint8_t)(HAS_ANIMATION | (writer->has_alpha ? HAS_ALPHA : 0));
  put_u24(head + 24, (uint32_t)job->output_width - 1);
  put_u24(head + 27, (uint32_t)job->output_height - 1);
  memcpy(head + 30, "ANIM", 4);
  put_u32(head + 34, ANIM_SIZE);
  /* The background colour is 0: transparent. */
  put_u16(head + 42, plays < MOST_PLAYS ? plays : MOST_PLAYS);
  return (Bytes){head, HEAD_BYTES};
}

static void writer_free(void *opaque) {
  Writer *writer = opaque;
  raster_free(&writer->shown);
  free(writer->part.data);
  free(writer);
}

const FrameWriter webp_writer = {writer_create, writer_add, writer_end, writer_take, writer_head, writer_free};
