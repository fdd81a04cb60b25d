#include "png_out_chunks.h"

#include <libdeflate.h>
#include <string.h>

static void append_u32(Growing *file, uint32_t value) {
  const uint8_t bytes[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};
  growing_append(file, bytes, sizeof bytes);
}

void png_out_signature(Growing *file) {
  static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  growing_append(file, signature, sizeof signature);
}

void png_out_chunk(Growing *file, const char *type, const uint8_t *data, size_t count) {
  append_u32(file, (uint32_t)count);
  const size_t begin = file->size;
  growing_append(file, type, 4);
  growing_append(file, data, count);
  append_u32(file, libdeflate_crc32(0, file->data + begin, count + 4));
}
