#include "chunks.h"

#include "still.h"

static uint32_t big(const uint8_t *bytes, int count) {
  uint32_t value = 0;
  for (int i = 0; i < count; i++) value = value << 8 | bytes[i];
  return value;
}

static uint32_t little4(const uint8_t *bytes) {
  return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static int add(Chunks *chunks, Chunk chunk) {
  if (chunks->count == MOST_CHUNKS) return 0;
  chunks->chunk[chunks->count++] = chunk;
  return 1;
}

static size_t lesser(size_t a, size_t b) { return a < b ? a : b; }

/* Segments (ITU-T T.81 section B.1.1.4), with whatever lies between them left out; a scan's data belongs to its SOS. */
static void jpeg_chunks(Chunks *chunks, const uint8_t *file, size_t size) {
  for (size_t at = 2; at + 4 <= size;) {
    const uint8_t marker = file[at + 1];
    if (file[at] != 0xff || marker == 0xff || marker < 0xc0 || (marker & 0xf8) == 0xd0) {
      at++;
      continue;
    }
    size_t end = lesser(size, at + 2 + big(file + at + 2, 2));
    if (marker == 0xda) {
      while (end + 1 < size && (file[end] != 0xff || file[end + 1] == 0 || (file[end + 1] & 0xf8) == 0xd0)) end++;
    }
    if (!add(chunks, (Chunk){at, end - at, at + 2, 2, 0, at + 1, lesser(size, at + 4)})) return;
    at = end;
  }
}

static void webp_chunks(Chunks *chunks, const uint8_t *file, size_t size) {
  for (size_t at = 12; at + 8 <= size;) {
    const size_t padded = (size_t)little4(file + at + 4) + 8 + (file[at + 4] & 1);
    const size_t end = lesser(size, at + padded);
    if (!add(chunks, (Chunk){at, end - at, at + 4, 4, 1, at, at + 8})) return;
    at = end;
  }
}

static void png_chunks(Chunks *chunks, const uint8_t *file, size_t size) {
  for (size_t at = 8; at + 12 <= size;) {
    const size_t end = lesser(size, at + 12 + (size_t)big(file + at, 4));
    if (!add(chunks, (Chunk){at, end - at, at, 4, 0, at + 4, at + 8})) return;
    at = end;
  }
}

/* Past a chain of sub-blocks (GIF89a section 15). */
static size_t past_blocks(const uint8_t *file, size_t size, size_t at) {
  while (at < size && file[at] != 0) at += 1 + (size_t)file[at];
  return lesser(size, at + 1);
}

static size_t colours(uint8_t packed) { return packed & 0x80 ? (size_t)3 << ((packed & 7) + 1) : 0; }

static void gif_chunks(Chunks *chunks, const uint8_t *file, size_t size) {
  if (size < 13) return;
  for (size_t at = 13 + colours(file[10]); at + 11 <= size;) {
    size_t payload;
    if (file[at] == 0x21) payload = at + 2;
    else if (file[at] == 0x2c) payload = lesser(size, at + 11 + colours(file[at + 9]));
    else return;
    const size_t end = past_blocks(file, size, payload);
    if (!add(chunks, (Chunk){at, end - at, payload < size ? payload : at, 1, 0, at + 1, at + 1})) return;
    at = end;
  }
}

/* OBUs (AV1 specification section 5.3); lengths of one or two bytes suffice for what is mutated. */
static void av1_chunks(Chunks *chunks, const uint8_t *file, size_t size) {
  for (size_t at = STILL_HEADER_BYTES; at + 3 <= size;) {
    const size_t length_at = at + 1 + (file[at] >> 2 & 1);
    if (!(file[at] & 2) || length_at + 2 > size) return;
    size_t payload = length_at, length = 0;
    for (int shift = 0; payload < size && shift < 28; shift += 7) {
      length |= (size_t)(file[payload] & 0x7f) << shift;
      if (!(file[payload++] & 0x80)) break;
    }
    const size_t end = lesser(size, payload + length);
    if (!add(chunks, (Chunk){at, end - at, length_at, 1, 1, at, payload})) return;
    at = end;
  }
}

Chunks chunks_of(Format format, const uint8_t *file, size_t size) {
  Chunks chunks = {.count = 0};
  switch (format) {
    case FORMAT_JPEG:
      jpeg_chunks(&chunks, file, size);
      break;
    case FORMAT_WEBP:
      webp_chunks(&chunks, file, size);
      break;
    case FORMAT_PNG:
      png_chunks(&chunks, file, size);
      break;
    case FORMAT_GIF:
      gif_chunks(&chunks, file, size);
      break;
    case FORMAT_AV1:
      av1_chunks(&chunks, file, size);
      break;
    default:
      break;
  }
  return chunks;
}
