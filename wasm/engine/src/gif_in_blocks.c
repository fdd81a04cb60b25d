#include "gif_in_blocks.h"

#include <string.h>

enum { SCREEN, GLOBAL_PALETTE, BLOCK, LABEL, SIZE, DATA, DESCRIPTOR, LOCAL_PALETTE, CODE_BITS, PIXELS, TRAILER };

#define EXTENSION 0x21
#define IMAGE 0x2C
#define GRAPHIC_CONTROL 0xF9
#define APPLICATION 0xFF

static int32_t read16(const uint8_t *at) { return at[0] | at[1] << 8; }

/* The step's bytes are collected first. */
static void begin(GifBlocks *blocks, int step, size_t wanted) {
  blocks->step = step;
  blocks->wanted = wanted;
  blocks->held = 0;
}

void gif_blocks_begin(GifBlocks *blocks) {
  memset(blocks, 0, sizeof *blocks);
  blocks->frame.transparent = -1;
  blocks->repeats = -1;
  begin(blocks, SCREEN, 13);
}

void gif_blocks_next(GifBlocks *blocks) {
  GifFrame *frame = &blocks->frame;
  frame->transparent = -1;
  frame->disposal = frame->delay = 0;
  frame->colours = blocks->colours;
  memcpy(frame->colour, blocks->colour, sizeof frame->colour);
  begin(blocks, BLOCK, 1);
}

int gif_blocks_is_between(const GifBlocks *blocks) { return blocks->frames > 0 && blocks->step == BLOCK; }

static size_t palette_bytes(int flags) { return flags & 0x80 ? (size_t)3 << ((flags & 7) + 1) : 0; }

static void read_screen(GifBlocks *blocks) {
  const uint8_t *at = blocks->bytes;
  if (memcmp(at, "GIF", 3) != 0) engine_fail(FAIL_BROKEN, "GIF: it does not begin as one");
  blocks->frame.width = read16(at + 6);
  blocks->frame.height = read16(at + 8);
  begin(blocks, GLOBAL_PALETTE, palette_bytes(at[10]));
}

static void read_palette(GifBlocks *blocks) {
  if (blocks->held == 0) return;
  memcpy(blocks->frame.colour, blocks->bytes, blocks->held);
  blocks->frame.colours = (int)(blocks->held / 3);
}

static void read_global_palette(GifBlocks *blocks) {
  read_palette(blocks);
  blocks->colours = blocks->frame.colours;
  memcpy(blocks->colour, blocks->frame.colour, sizeof blocks->colour);
}

static void read_kind(GifBlocks *blocks) {
  switch (blocks->bytes[0]) {
    case IMAGE:
      begin(blocks, DESCRIPTOR, 9);
      return;
    case EXTENSION:
      begin(blocks, LABEL, 1);
      return;
    default:
      if (blocks->frames == 0) engine_fail(FAIL_BROKEN, "GIF: a block is none that there is");
      begin(blocks, TRAILER, 0);
  }
}

static void read_size(GifBlocks *blocks) {
  const size_t size = blocks->bytes[0];
  if (size == 0) begin(blocks, BLOCK, 1);
  else begin(blocks, DATA, size);
}

static void read_graphic_control(GifBlocks *blocks) {
  GifFrame *frame = &blocks->frame;
  frame->transparent = blocks->bytes[0] & 1 ? blocks->bytes[3] : -1;
  frame->disposal = blocks->bytes[0] >> 2 & 7;
  frame->delay = read16(blocks->bytes + 1);
}

/* Netscape's and its twin of other makers: a first sub-block with the name, then 1 and the number. The first one counts. */
static void read_application(GifBlocks *blocks) {
  const uint8_t *at = blocks->bytes;
  if (blocks->first) {
    blocks->netscape = blocks->held == 11 && (memcmp(at, "NETSCAPE2.0", 11) == 0 || memcmp(at, "ANIMEXTS1.0", 11) == 0);
  } else if (blocks->netscape && blocks->held >= 3 && (at[0] & 7) == 1 && blocks->repeats < 0) {
    blocks->repeats = read16(at + 1);
  }
}

static void read_data(GifBlocks *blocks) {
  if (blocks->label == GRAPHIC_CONTROL && blocks->first && blocks->held >= 4) read_graphic_control(blocks);
  if (blocks->label == APPLICATION) read_application(blocks);
  blocks->first = 0;
  begin(blocks, SIZE, 1);
}

static void read_descriptor(GifBlocks *blocks) {
  GifFrame *frame = &blocks->frame;
  const uint8_t *at = blocks->bytes;
  frame->x = read16(at);
  frame->y = read16(at + 2);
  frame->across = read16(at + 4);
  frame->down = read16(at + 6);
  frame->interlaced = (at[8] & 0x40) != 0;
  const int hangs_out = frame->x + frame->across > frame->width || frame->y + frame->down > frame->height;
  if (blocks->frames++ == 0 && hangs_out) engine_fail(FAIL_BROKEN, "GIF: its first frame lies outside the canvas");
  begin(blocks, LOCAL_PALETTE, palette_bytes(at[8]));
}

static void read_code_bits(GifBlocks *blocks) {
  blocks->frame.code_bits = blocks->bytes[0];
  if (blocks->frame.code_bits < 1 || blocks->frame.code_bits > 11) {
    engine_fail(FAIL_BROKEN, "GIF: its pixels have an impossible code size");
  }
  begin(blocks, PIXELS, 0);
}

static void read_step(GifBlocks *blocks) {
  switch (blocks->step) {
    case SCREEN:
      read_screen(blocks);
      return;
    case GLOBAL_PALETTE:
      read_global_palette(blocks);
      begin(blocks, BLOCK, 1);
      return;
    case BLOCK:
      read_kind(blocks);
      return;
    case LABEL:
      blocks->label = blocks->bytes[0];
      blocks->first = 1;
      begin(blocks, SIZE, 1);
      return;
    case SIZE:
      read_size(blocks);
      return;
    case DATA:
      read_data(blocks);
      return;
    case DESCRIPTOR:
      read_descriptor(blocks);
      return;
    case LOCAL_PALETTE:
      read_palette(blocks);
      begin(blocks, CODE_BITS, 1);
      return;
    default:
      read_code_bits(blocks);
  }
}

GifState gif_blocks_read(GifBlocks *blocks, const uint8_t **bytes, const uint8_t *end) {
  while (blocks->step != PIXELS && blocks->step != TRAILER) {
    const size_t there = (size_t)(end - *bytes), missing = blocks->wanted - blocks->held;
    const size_t count = there < missing ? there : missing;
    if (count > 0) memcpy(blocks->bytes + blocks->held, *bytes, count);
    blocks->held += count;
    *bytes += count;
    if (blocks->held < blocks->wanted) return GIF_WANTS;
    read_step(blocks);
  }
  return blocks->step == PIXELS ? GIF_PIXELS : GIF_ENDED;
}
