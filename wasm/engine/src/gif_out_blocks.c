#include <string.h>

#include "gif_out.h"
#include "gif_out_lzw.h"

/* Tables have 2, 4 … 256 entries. One more than the colours is free for what is transparent, but of 256. */
int gif_palette_bits(const GifPalette *palette) {
  int bits = 1;
  while (bits < 8 && 1 << bits <= palette->count) bits++;
  return bits;
}

static void put_u16(uint8_t *to, uint32_t value) {
  to[0] = (uint8_t)value;
  to[1] = (uint8_t)(value >> 8);
}

static size_t put_palette(uint8_t *to, const GifPalette *palette) {
  const size_t bytes = (size_t)3 << gif_palette_bits(palette);
  memset(to, 0, bytes);
  memcpy(to, palette->colour, (size_t)palette->count * 3);
  return bytes;
}

/* Section 23. */
static void put_control(Growing *file, const GifFrameOut *frame, int disposal) {
  uint8_t block[8] = {0x21, 0xF9, 4, (uint8_t)(disposal << 2), 0, 0, 0, 0};
  put_u16(block + 4, frame->delay);
  if (frame->transparent >= 0) {
    block[3] |= 1;
    block[6] = (uint8_t)frame->transparent;
  }
  growing_append(file, block, sizeof block);
}

/* Section 20. */
static void put_descriptor(Growing *file, const GifFrameOut *frame) {
  uint8_t block[10] = {0x2C};
  put_u16(block + 1, (uint32_t)frame->rect.x);
  put_u16(block + 3, (uint32_t)frame->rect.y);
  put_u16(block + 5, (uint32_t)frame->rect.width);
  put_u16(block + 7, (uint32_t)frame->rect.height);
  if (!frame->is_global) block[9] = (uint8_t)(0x80 | (gif_palette_bits(&frame->palette) - 1));
  growing_append(file, block, sizeof block);
  if (frame->is_global) return;
  uint8_t palette[768];
  growing_append(file, palette, put_palette(palette, &frame->palette));
}

void gif_put_frame(Growing *file, const GifFrameOut *frame, int disposal) {
  const int bits = gif_palette_bits(&frame->palette);
  const ptrdiff_t stride = frame->raster.width;
  put_control(file, frame, disposal);
  put_descriptor(file, frame);
  gif_compress(file, frame->indexes + frame->rect.y * stride + frame->rect.x, frame->rect.width, frame->rect.height,
               stride, bits < 2 ? 2 : bits);
}

/* Netscape's: repeats after the first time, 0 for ever. */
static size_t put_loop(uint8_t *to, uint32_t plays) {
  static const uint8_t start[16] = {0x21, 0xFF, 11, 'N', 'E', 'T', 'S', 'C', 'A', 'P', 'E', '2', '.', '0', 3, 1};
  if (plays == 1) return 0;
  memcpy(to, start, sizeof start);
  const uint32_t repeats = plays == 0 ? 0 : plays - 1;
  put_u16(to + 16, repeats < 0xffff ? repeats : 0xffff);
  to[18] = 0;
  return 19;
}

Bytes gif_head(int32_t width, int32_t height, const GifPalette *palette, uint32_t plays) {
  uint8_t *head = engine_alloc(GIF_MOST_HEAD);
  const int bits = gif_palette_bits(palette);
  memcpy(head, "GIF89a", 6);
  put_u16(head + 6, (uint32_t)width);
  put_u16(head + 8, (uint32_t)height);
  head[10] = (uint8_t)(0x80 | (bits - 1) << 4 | (bits - 1));
  size_t size = 13;
  size += put_palette(head + size, palette);
  size += put_loop(head + size, plays);
  return (Bytes){head, size};
}
