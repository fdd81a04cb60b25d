/* The bits of a scan, into a growing buffer; a byte of ones gets a zero byte behind it. */
#ifndef PICTOR_JPEG_OUT_BITS_H
#define PICTOR_JPEG_OUT_BITS_H

#include <string.h>

#include "growing.h"
#include "jpeg_out_tokens.h"

typedef struct {
  Growing *out;
  uint8_t *next, *end;
  uint64_t bits; /* the last ones */
  int32_t used;  /* how many of them are not written yet: 0–64 */
} BitWriter;

/* What so many bits will most likely take as bytes: of noise, one in 256 is followed by a zero byte. */
static inline size_t scan_bytes(size_t bits) { return bits / 8 + bits / 8 / 128 + 256; }

BitWriter bits_begin(Growing *out);
/* Fills up the last byte with ones. */
void bits_end(BitWriter *writer);

/* Whether a byte is 255: then adding 1 to it takes its highest bit away, or a carry came from one that is. */
static inline int bits_may_have_ff(uint64_t bits) {
  return (bits & ~(bits + 0x0101010101010101) & 0x8080808080808080) != 0;
}

/* With room made and zero bytes put in. By value, so that a writer whose address nobody takes stays in registers. */
BitWriter bits_write_carefully(BitWriter writer, uint64_t bits);

static inline void bits_write(BitWriter *writer, uint64_t bits) {
  if (writer->end - writer->next < (ptrdiff_t)sizeof bits || bits_may_have_ff(bits)) {
    *writer = bits_write_carefully(*writer, bits);
    return;
  }
  const uint64_t big_endian = __builtin_bswap64(bits);
  memcpy(writer->next, &big_endian, sizeof big_endian);
  writer->next += sizeof big_endian;
}

/* `count` ≤ 48 bits, of which `bits` has no others set. */
static inline void bits_put(BitWriter *writer, uint64_t bits, int count) {
  if (writer->used + count <= 64) {
    writer->bits = writer->bits << count | bits;
    writer->used += count;
    return;
  }
  const int rest = writer->used + count - 64;
  bits_write(writer, writer->bits << (count - rest) | bits >> rest);
  writer->bits = bits;
  writer->used = rest;
}

/* The next `count` symbols of a chunk and the bits that follow them, by the code of huffman_code. */
void bits_put_tokens(BitWriter *writer, TokenReader *from, const uint32_t code[256], int32_t count);

#endif
