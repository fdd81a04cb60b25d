/*
 * Frames of a WebP (RFC 9649 section 2.7.1): libwebp decodes each, the canvas is ours. Where no frame was drawn it is
 * transparent, whatever background colour the file names, as in browsers and libwebp.
 *
 * Memory (src/image/memory-pictor-frames.ts): the file, a frame's pixels (4 bytes each; no frame is larger than the
 * canvas), and what libwebp takes for a frame of that size (webp_in.c, without scaling).
 */
#include <stdlib.h>

#include "frames.h"
#include "source.h"
#include "src/webp/decode.h"
#include "webp_chunks.h"
#include "webp_in_status.h"
#include "whole_file.h"

typedef struct {
  const Job *job;
  Canvas *canvas;
  WholeFile file;
  int end;
  size_t at;      /* of the next chunk; 0: nothing was read */
  uint32_t plays;
  WebpFrame shown;
  uint8_t *row[CANVAS_PLANES];
} Reader;

static void *reader_create(const Job *job, Canvas *canvas) {
  Reader *reader = engine_alloc(sizeof *reader);
  reader->job = job;
  reader->canvas = canvas;
  for (int i = 0; i < CANVAS_PLANES; i++) reader->row[i] = engine_alloc((size_t)job->source_width);
  return reader;
}

static void reader_free(void *opaque) {
  Reader *reader = opaque;
  for (int i = 0; i < CANVAS_PLANES; i++) free(reader->row[i]);
  whole_file_free(&reader->file);
  free(reader);
}

static void reader_feed(void *opaque, const uint8_t *bytes, size_t count, int end) {
  Reader *reader = opaque;
  whole_file_add(&reader->file, bytes, count);
  if (end) reader->end = 1;
}

static uint32_t reader_plays(const void *reader) { return ((const Reader *)reader)->plays; }

/* Up to the first frame: the canvas' size and the loop count (section 2.7.1.1). */
static void read_head(Reader *reader) {
  const WholeFile *file = &reader->file;
  WebpChunk chunk;
  reader->at = WEBP_RIFF_HEADER;
  if (!webp_chunk(file->bytes, file->size, reader->at, &chunk) || chunk.type != WEBP_TYPE('V', 'P', '8', 'X') ||
      chunk.size < WEBP_VP8X_SIZE) {
    engine_fail(FAIL_BROKEN, "the WebP does not say how large its canvas is");
  }
  source_require_size(reader->job, (int32_t)webp_u24(chunk.body + 4) + 1, (int32_t)webp_u24(chunk.body + 7) + 1);
  size_t at = chunk.next;
  while (webp_chunk(file->bytes, file->size, at, &chunk) && chunk.type != WEBP_TYPE('A', 'N', 'M', 'F')) {
    if (chunk.type == WEBP_TYPE('A', 'N', 'I', 'M') && chunk.size >= 6) reader->plays = chunk.body[4] | chunk.body[5] << 8;
    at = chunk.next;
  }
}

static void require_place(const Reader *reader, const WebpFrame *frame) {
  const Job *job = reader->job;
  if (frame->x > job->source_width - frame->width || frame->y > job->source_height - frame->height) {
    engine_fail(FAIL_BROKEN, "a frame lies outside the canvas");
  }
}

static void draw(Reader *reader, const WebpFrame *frame) {
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) engine_fail(FAIL_INTERNAL, "libwebp's headers and code differ");
  webp_require(WebPGetFeatures(frame->data, frame->size, &config.input));
  if (config.input.width != frame->width || config.input.height != frame->height) {
    engine_fail(FAIL_BROKEN, "a frame's size differs from its header");
  }
  config.output.colorspace = MODE_rgbA;
  webp_require(WebPDecode(frame->data, frame->size, &config));
  const uint8_t *pixels = config.output.u.RGBA.rgba;
  for (int32_t y = 0; y < frame->height; y++, pixels += config.output.u.RGBA.stride) {
    for (int32_t x = 0; x < frame->width; x++) {
      for (int i = 0; i < CANVAS_PLANES; i++) reader->row[i][x] = pixels[x * 4 + i];
    }
    const uint8_t *const row[CANVAS_PLANES] = {reader->row[0], reader->row[1], reader->row[2], reader->row[3]};
    canvas_row(reader->canvas, frame->x, frame->y + y, frame->width, row, frame->over);
  }
  WebPFreeDecBuffer(&config.output);
}

/* What is left is not even the head of a chunk, or is one that the file does not hold whole. */
static void require_end(const Reader *reader) {
  const WholeFile *file = &reader->file;
  if (reader->at < file->size && file->size - reader->at >= WEBP_CHUNK_HEADER) {
    engine_fail(FAIL_BROKEN, "the WebP is broken or cut off");
  }
}

static FrameState reader_next(void *opaque, uint32_t *delay) {
  Reader *reader = opaque;
  if (!reader->end) return FRAME_WANTS;
  const int is_first = reader->at == 0;
  if (is_first) read_head(reader);
  WebpFrame frame;
  if (!webp_next_frame(reader->file.bytes, reader->file.size, &reader->at, &frame)) {
    if (is_first) engine_fail(FAIL_BROKEN, "the WebP has no frame");
    require_end(reader);
    return FRAME_ENDED;
  }
  require_place(reader, &frame);
  const WebpFrame *shown = &reader->shown;
  if (shown->clears) canvas_clear(reader->canvas, (Rect){shown->x, shown->y, shown->width, shown->height});
  draw(reader, &frame);
  reader->shown = frame;
  *delay = frame.delay;
  return FRAME_SHOWN;
}

const FrameReader webp_frames = {reader_create, reader_feed, reader_next, reader_plays, reader_free};
