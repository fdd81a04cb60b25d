/*
 * Reads bits of entropy-coded data. The next bit is the top bit of `bits`; `count` of them are real, those below are
 * zero or the same that the next refill puts there. Behind a marker come zeros: `count` sinks below zero when they
 * are used, and jpeg_in_fill then tells that the data ran out.
 *
 * Between MCUs the state lies in a BitState and in the source; a decoder that has to wait for bytes leaves both
 * alone and starts its MCU again.
 */
#ifndef PICTOR_JPEG_IN_BITS_H
#define PICTOR_JPEG_IN_BITS_H

#include <string.h>
#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

#include "jpeg_in_private.h"

/* What takes a reader is inlined, whatever the compiler thinks of it: else the reader lives in memory. */
#define HOT inline __attribute__((always_inline))

typedef struct {
  uint64_t bits;
  int count;
} BitState;

typedef struct {
  uint64_t bits;
  int count;
  const uint8_t *next, *end;
  const uint8_t *fast_end; /* whole words may be read up to here; `next` when nothing may be read any more */
  j_decompress_ptr d;
} BitReader;

/* Reads byte by byte: stuffing, markers, the end of the buffer. 0: more bytes must come first. */
int jpeg_in_fill(BitReader *reader);

/* The next 8 bytes, the first on top. */
static HOT uint64_t load_big_endian(const uint8_t *from) {
#ifdef __wasm_simd128__
  v128_t bytes = wasm_v128_load64_zero(from);
  return (uint64_t)wasm_i64x2_extract_lane(
      wasm_i8x16_shuffle(bytes, bytes, 7, 6, 5, 4, 3, 2, 1, 0, 8, 9, 10, 11, 12, 13, 14, 15), 0);
#else
  uint64_t word;
  memcpy(&word, from, sizeof word);
  return __builtin_bswap64(word);
#endif
}

static HOT int has_ff(uint64_t word) {
  return ((~word - 0x0101010101010101u) & word & 0x8080808080808080u) != 0;
}

static HOT BitReader reader_load(j_decompress_ptr d, BitState state) {
  BitReader reader = {.bits = state.bits, .count = state.count, .d = d};
  reader.next = d->src->next_input_byte;
  reader.end = reader.next + d->src->bytes_in_buffer;
  reader.fast_end = d->unread_marker != 0 ? reader.next : reader.end;
  return reader;
}

static HOT BitState reader_save(const BitReader *reader) {
  reader->d->src->next_input_byte = reader->next;
  reader->d->src->bytes_in_buffer = (size_t)(reader->end - reader->next);
  return (BitState){reader->bits, reader->count};
}

/*
 * After this there are at least 56 bits, or zeros behind a marker. 0: more bytes must come first. Always takes what
 * there is room for: that costs less than a branch which nobody can predict.
 */
static HOT int reader_refill(BitReader *reader) {
  if (reader->fast_end - reader->next >= 8) {
    uint64_t word = load_big_endian(reader->next);
    if (!has_ff(word)) {
      reader->bits |= word >> reader->count;
      reader->next += (63 - reader->count) >> 3;
      reader->count |= 56;
      return 1;
    }
  }
  /* A copy, so that the reader's own fields can stay in registers. */
  BitReader copy = *reader;
  int filled = jpeg_in_fill(&copy);
  *reader = copy;
  return filled;
}

/* The next `n` bits, 0 < n ≤ 31. */
static HOT uint32_t reader_peek(const BitReader *reader, int n) { return (uint32_t)(reader->bits >> (64 - n)); }

static HOT void reader_drop(BitReader *reader, int n) {
  reader->bits <<= n;
  reader->count -= n;
}

/* The value that `n` more bits stand for (Figure F.12), 1 ≤ n ≤ 15. */
static HOT int reader_value(BitReader *reader, int n) {
  int value = (int)reader_peek(reader, n);
  reader_drop(reader, n);
  return value < 1 << (n - 1) ? value - (1 << n) + 1 : value;
}

#endif
