/* Over a scan of which nothing is kept, to the marker that ends it. */
#include "jpeg_in_decoder.h"

int jpeg_in_skip_scan(j_decompress_ptr d) {
  struct jpeg_source_mgr *source = d->src;
  while (d->unread_marker == 0) {
    const uint8_t *end = source->next_input_byte + source->bytes_in_buffer;
    size_t count = source->bytes_in_buffer;
    const uint8_t *at = count == 0 ? NULL : memchr(source->next_input_byte, 0xFF, count);
    source->next_input_byte = at == NULL ? end : at;
    source->bytes_in_buffer = (size_t)(end - source->next_input_byte);
    if (source->bytes_in_buffer < 2) {
      if (!source->fill_input_buffer(d)) return 0;
      continue;
    }
    int code = source->next_input_byte[1];
    int is_marker = code != 0 && code != 0xFF && (code < JPEG_RST0 || code > JPEG_RST0 + 7);
    if (is_marker) d->unread_marker = code;
    size_t used = code == 0xFF ? 1 : 2;
    source->next_input_byte += used;
    source->bytes_in_buffer -= used;
  }
  return 1;
}
