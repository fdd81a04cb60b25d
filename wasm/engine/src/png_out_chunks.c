#include "png_out_chunks.h"

#include <libdeflate.h>
#include <string.h>

void png_put_u32(uint8_t *at, uint32_t value) {
  at[0] = (uint8_t)(value >> 24);
  at[1] = (uint8_t)(value >> 16);
  at[2] = (uint8_t)(value >> 8);
  at[3] = (uint8_t)value;
}

uint8_t *png_put_signature(uint8_t *at) {
  static const uint8_t signature[PNG_SIGNATURE_BYTES] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  memcpy(at, signature, sizeof signature);
  return at + sizeof signature;
}

uint8_t *png_put_chunk(uint8_t *at, const char *type, size_t count) {
  png_put_u32(at, (uint32_t)count);
  memcpy(at + 4, type, 4);
  uint8_t *end = at + PNG_CHUNK_HEAD_BYTES + count;
  /* Of the type and the data. */
  png_put_u32(end, libdeflate_crc32(0, at + 4, count + 4));
  return end + 4;
}
