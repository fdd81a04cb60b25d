#include "jpeg_out_frame.h"

#include <string.h>

/* ITU-T T.81, K.1. */
static const uint8_t LUMA[64] = {
    16, 11, 10, 16, 24,  40,  51,  61,
    12, 12, 14, 19, 26,  58,  60,  55,
    14, 13, 16, 24, 40,  57,  69,  56,
    14, 17, 22, 29, 51,  87,  80,  62,
    18, 22, 37, 56, 68,  109, 103, 77,
    24, 35, 55, 64, 81,  104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
};
static const uint8_t CHROMA[64] = {
    17, 18, 24, 47, 99, 99, 99, 99,
    18, 21, 26, 66, 99, 99, 99, 99,
    24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
};

/* libjpeg's scale of quality: 50 takes the table as it is, 100 makes all quantisers 1. */
static void scale_table(uint8_t out[64], const uint8_t table[64], uint32_t quality) {
  const int32_t q = quality < 1 ? 1 : quality > 100 ? 100 : (int32_t)quality;
  const int32_t percent = q < 50 ? 5000 / q : 200 - 2 * q;
  for (int i = 0; i < 64; i++) {
    const int32_t value = (table[i] * percent + 50) / 100;
    out[i] = (uint8_t)(value < 1 ? 1 : value > 255 ? 255 : value);
  }
}

static int32_t quotient_up(int32_t n, int32_t by) { return (n + by - 1) / by; }

void frame_create(Frame *frame, int32_t width, int32_t height, int32_t count, int32_t luma_factor, uint32_t quality) {
  memset(frame, 0, sizeof *frame);
  /* libjpeg's own limit, and so that of many readers. */
  if (width > 65500 || height > 65500) engine_fail(FAIL_UNSUPPORTED, "a JPEG has at most 65500 pixels a side");
  frame->width = width;
  frame->height = height;
  frame->count = count;
  frame->mcus_across = quotient_up(width, 8 * luma_factor);
  frame->mcus_down = quotient_up(height, 8 * luma_factor);
  for (int32_t i = 0; i < count; i++) {
    FrameComponent *component = &frame->component[i];
    component->factor = i == 0 ? luma_factor : 1;
    component->across = quotient_up(width * component->factor, 8 * luma_factor);
    component->down = quotient_up(height * component->factor, 8 * luma_factor);
  }
  for (int i = 0; i < 2; i++) {
    scale_table(frame->table[i], i == 0 ? LUMA : CHROMA, quality);
    frame->quantiser[i] = quantiser_of(frame->table[i]);
  }
}
