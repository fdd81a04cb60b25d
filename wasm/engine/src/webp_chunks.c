#include "webp_chunks.h"

uint32_t webp_u24(const uint8_t *bytes) { return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16; }

uint32_t webp_u32(const uint8_t *bytes) { return webp_u24(bytes) | (uint32_t)bytes[3] << 24; }

int webp_chunk(const uint8_t *file, size_t size, size_t at, WebpChunk *chunk) {
  if (size < WEBP_CHUNK_HEADER || at > size - WEBP_CHUNK_HEADER) return 0;
  const size_t length = webp_u32(file + at + 4);
  const size_t body = at + WEBP_CHUNK_HEADER;
  if (length > size - body) return 0;
  chunk->type = webp_u32(file + at);
  chunk->body = file + body;
  chunk->size = length;
  chunk->next = body + length + (length & 1); /* chunks begin at even offsets */
  return 1;
}

enum { ANMF_HEADER = 16 };

static void read_frame(const WebpChunk *chunk, WebpFrame *frame) {
  const uint8_t *header = chunk->body;
  frame->x = (int32_t)(2 * webp_u24(header));
  frame->y = (int32_t)(2 * webp_u24(header + 3));
  frame->width = (int32_t)(1 + webp_u24(header + 6));
  frame->height = (int32_t)(1 + webp_u24(header + 9));
  frame->delay = webp_u24(header + 12);
  frame->over = (header[15] & 2) == 0;
  frame->clears = header[15] & 1;
  frame->data = header + ANMF_HEADER;
  frame->size = chunk->size - ANMF_HEADER;
}

/* Unknown chunks may stand before the picture's; libwebp wants its data to begin with one that it knows. */
static void skip_unknown(WebpFrame *frame) {
  WebpChunk chunk;
  size_t at = 0;
  while (webp_chunk(frame->data, frame->size, at, &chunk)) {
    if (chunk.type == WEBP_TYPE('A', 'L', 'P', 'H') || chunk.type == WEBP_TYPE('V', 'P', '8', ' ') ||
        chunk.type == WEBP_TYPE('V', 'P', '8', 'L')) {
      break;
    }
    at = chunk.next;
  }
  if (at > frame->size) at = frame->size;
  frame->data += at;
  frame->size -= at;
}

int webp_next_frame(const uint8_t *file, size_t size, size_t *at, WebpFrame *frame) {
  WebpChunk chunk;
  /* Every chunk is at least 8 bytes long, so the walk ends with the file. */
  while (webp_chunk(file, size, *at, &chunk)) {
    *at = chunk.next;
    if (chunk.type == WEBP_TYPE('A', 'N', 'M', 'F') && chunk.size > ANMF_HEADER) {
      read_frame(&chunk, frame);
      skip_unknown(frame);
      return 1;
    }
  }
  return 0;
}

int webp_first_frame(const uint8_t *file, size_t size, WebpFrame *frame) {
  size_t at = WEBP_RIFF_HEADER;
  return webp_next_frame(file, size, &at, frame);
}
