/* The slow half of the bit reader: as jpeg_fill_bit_buffer in jdhuff.c, with the next bit on top. */
#include "jpeg_in_bits.h"

#include "jerror.h"

static int next_byte(BitReader *reader) {
  if (reader->next == reader->end) {
    struct jpeg_source_mgr *source = reader->d->src;
    if (!source->fill_input_buffer(reader->d)) return -1;
    reader->next = source->next_input_byte;
    reader->end = reader->next + source->bytes_in_buffer;
    reader->fast_end = reader->end;
  }
  return *reader->next++;
}

static void run_out(BitReader *reader) {
  j_decompress_ptr d = reader->d;
  if (!d->entropy->insufficient_data) {
    d->entropy->insufficient_data = TRUE;
    WARNMS(d, JWRN_HIT_MARKER);
  }
  reader->bits = 0;
  reader->count = 56;
}

int jpeg_in_fill(BitReader *reader) {
  if (reader->count < 0) run_out(reader);
  while (reader->count < 56 && reader->d->unread_marker == 0) {
    int byte = next_byte(reader);
    if (byte == 0xFF) {
      do byte = next_byte(reader);
      while (byte == 0xFF);
      if (byte > 0) {
        reader->d->unread_marker = byte;
        reader->fast_end = reader->next;
        return 1;
      }
      if (byte == 0) byte = 0xFF;
    }
    if (byte < 0) return 0;
    reader->bits |= (uint64_t)byte << (56 - reader->count);
    reader->count += 8;
  }
  return 1;
}
