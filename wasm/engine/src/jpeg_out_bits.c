#include "jpeg_out_bits.h"

/* What 64 bits take when each of their bytes is followed by a zero. */
enum { MOST_BYTES = 16 };

static void find_room(BitWriter *writer) {
  writer->next = writer->out->data + writer->out->size;
  writer->end = writer->out->data + writer->out->room;
}

BitWriter bits_begin(Growing *out) {
  BitWriter writer = {.out = out};
  find_room(&writer);
  return writer;
}

static void make_room(BitWriter *writer) {
  Growing *out = writer->out;
  out->size = (size_t)(writer->next - out->data);
  /* The buffer was made as large as the scans will be, but for the zero bytes, which are guessed. */
  growing_reserve(out, out->room + out->room / 32 + 1024);
  find_room(writer);
}

static void put_byte(BitWriter *writer, uint8_t byte) {
  *writer->next++ = byte;
  if (byte == 0xFF) *writer->next++ = 0;
}

BitWriter bits_write_carefully(BitWriter writer, uint64_t bits) {
  if (writer.end - writer.next < MOST_BYTES) make_room(&writer);
  for (int shift = 56; shift >= 0; shift -= 8) put_byte(&writer, (uint8_t)(bits >> shift));
  return writer;
}

void bits_end(BitWriter *writer) {
  if (writer->end - writer->next < MOST_BYTES) make_room(writer);
  for (; writer->used >= 8; writer->used -= 8) put_byte(writer, (uint8_t)(writer->bits >> (writer->used - 8)));
  const int unused = 8 - writer->used;
  if (unused < 8) put_byte(writer, (uint8_t)(writer->bits << unused | ((1u << unused) - 1)));
  writer->used = 0;
  writer->out->size = (size_t)(writer->next - writer->out->data);
}

void bits_put_tokens(BitWriter *writer, TokenReader *from, const uint32_t code[256], int32_t count) {
  /* Copies, so that they can stay in registers. */
  BitWriter to = *writer;
  TokenReader reader = *from;
  for (int32_t i = 0; i < count; i++) {
    const uint32_t entry = code[*reader.symbol++];
    const int follow = (int)(entry & 0xFF), length = (int)(entry >> 8 & 0xFF);
    if (reader.left < follow) {
      reader.bits = reader.bits << 32 | *--reader.word;
      reader.left += 32;
    }
    reader.left -= follow;
    const uint64_t bits = reader.bits >> reader.left & (((uint64_t)1 << follow) - 1);
    bits_put(&to, (uint64_t)(entry >> 16) << follow | bits, length + follow);
  }
  *writer = to;
  *from = reader;
}
