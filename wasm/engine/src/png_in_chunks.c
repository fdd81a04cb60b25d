#include "png_in_chunks.h"

#include <string.h>

static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

void png_chunks_prepare(PngChunks *chunks) { crc_prepare(&chunks->crc); }

void png_chunks_feed(PngChunks *chunks, const uint8_t *bytes, size_t count, int end) {
  chunks->next = bytes;
  chunks->stop = bytes + count;
  if (end) chunks->end = 1;
}

uint32_t png_read32(const uint8_t *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Until there are `count` bytes. */
static int collect(PngChunks *chunks, size_t count) {
  const size_t there = (size_t)(chunks->stop - chunks->next), wanted = count - chunks->held;
  const size_t more = there < wanted ? there : wanted;
  if (more > 0) memcpy(chunks->bytes + chunks->held, chunks->next, more);
  chunks->next += more;
  chunks->held += more;
  return chunks->held == count;
}

/* Of what is `left`, what there is. */
static size_t take(PngChunks *chunks) {
  const size_t there = (size_t)(chunks->stop - chunks->next);
  const size_t count = there < chunks->left ? there : (size_t)chunks->left;
  chunks->next += count;
  chunks->left -= count;
  return count;
}

int png_signature(PngChunks *chunks) {
  if (!collect(chunks, 8)) return 0;
  if (memcmp(chunks->bytes, signature, 8) != 0) engine_fail(FAIL_BROKEN, "PNG: it does not begin as one");
  chunks->held = 0;
  return 1;
}

int png_chunk_head(PngChunks *chunks) {
  if (!collect(chunks, 8)) return 0;
  chunks->length = png_read32(chunks->bytes);
  chunks->type = png_read32(chunks->bytes + 4);
  return 1;
}

void png_chunk_begin_skip(PngChunks *chunks) {
  chunks->left = (uint64_t)chunks->length + 4;
  chunks->held = 0;
}

int png_chunk_skip(PngChunks *chunks) {
  take(chunks);
  return chunks->left == 0;
}

/* The head is still there: the checksum is of the type, too. */
int png_chunk_keep(PngChunks *chunks, int *intact) {
  const size_t end = 8 + (size_t)chunks->length;
  if (!collect(chunks, end + 4)) return 0;
  *intact = crc_add(&chunks->crc, 0, chunks->bytes + 4, end - 4) == png_read32(chunks->bytes + end);
  chunks->held = 0;
  return 1;
}

const uint8_t *png_chunk_kept_data(const PngChunks *chunks) { return chunks->bytes + 8; }

void png_chunk_begin_data(PngChunks *chunks) {
  if (chunks->length > INT32_MAX) engine_fail(FAIL_BROKEN, "PNG: a chunk has an impossible length");
  chunks->left = chunks->length;
  chunks->sum = crc_add(&chunks->crc, 0, chunks->bytes + 4, 4);
  chunks->held = 0;
}

int png_chunk_number(PngChunks *chunks, uint32_t *number) {
  if (!collect(chunks, 4)) return 0;
  *number = png_read32(chunks->bytes);
  chunks->sum = crc_add(&chunks->crc, chunks->sum, chunks->bytes, 4);
  chunks->left -= 4;
  chunks->held = 0;
  return 1;
}

int png_chunk_data(PngChunks *chunks, const uint8_t **bytes, size_t *count) {
  *bytes = chunks->next;
  *count = take(chunks);
  chunks->sum = crc_add(&chunks->crc, chunks->sum, *bytes, *count);
  return chunks->left == 0;
}

int png_chunk_end_data(PngChunks *chunks) {
  if (!collect(chunks, 4)) return 0;
  if (png_read32(chunks->bytes) != chunks->sum) engine_fail(FAIL_BROKEN, "PNG: its pixels have a wrong checksum");
  chunks->held = 0;
  return 1;
}
