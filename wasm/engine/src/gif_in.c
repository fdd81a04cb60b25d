#include "gif_in.h"

#include <stdlib.h>
#include <string.h>

#include "gif_in_blocks.h"
#include "gif_in_lzw.h"

struct GifIn {
  const uint8_t *next, *stop; /* of what was fed */
  int end;
  GifBlocks blocks;
  Lzw *lzw;
  size_t left;      /* of the sub-block */
  uint8_t *indexes; /* of the row under way, and what was written beyond it */
  size_t held;
  uint8_t *kept;    /* the even rows of an interlaced frame */
  int pass;
  int32_t row;      /* of the frame, that comes next in the file */
  int32_t y;        /* of the canvas, that goes out next */
  Span columns, rows;
  uint8_t *plane[4];
  uint8_t colour[4][256];
};

GifIn *gif_in_create(void) {
  GifIn *in = engine_alloc(sizeof *in);
  gif_blocks_begin(&in->blocks);
  return in;
}

void gif_in_free(GifIn *in) {
  if (in->lzw != NULL) lzw_free(in->lzw);
  for (int i = 0; i < 4; i++) free(in->plane[i]);
  free(in->indexes);
  free(in->kept);
  free(in);
}

void gif_in_feed(GifIn *in, const uint8_t *bytes, size_t count, int end) {
  in->next = bytes;
  in->stop = bytes + count;
  if (end) in->end = 1;
}

static int ends_too_early(const GifIn *in) {
  if (in->end) engine_fail(FAIL_BROKEN, "GIF: it ends too early");
  return 0;
}

static ColourModel model_of(const GifFrame *frame) {
  const int covers = frame->across == frame->width && frame->down == frame->height;
  return covers && frame->transparent < 0 ? MODEL_RGB : MODEL_RGBA;
}

int gif_in_header(GifIn *in, int32_t *width, int32_t *height, ColourModel *model) {
  if (gif_blocks_read(&in->blocks, &in->next, in->stop) != GIF_PIXELS) return ends_too_early(in);
  *width = in->blocks.frame.width;
  *height = in->blocks.frame.height;
  *model = model_of(&in->blocks.frame);
  return 1;
}

/* ---- rows of the canvas ---- */

/* What is transparent is 0 in all planes: they are premultiplied. */
static void fill_colours(GifIn *in) {
  const GifFrame *frame = &in->blocks.frame;
  for (int i = 0; i < 256; i++) {
    if (i == frame->transparent) continue;
    for (int k = 0; k < 3 && i < frame->colours; k++) in->colour[k][i] = frame->colour[i][k];
    in->colour[3][i] = 255;
  }
}

static void push_canvas_row(GifIn *in, RowSink sink, void *context) {
  const int32_t y = in->y++;
  if (y < in->rows.first || y >= in->rows.end) return;
  const int planes = model_of(&in->blocks.frame) == MODEL_RGB ? 3 : 4;
  for (int k = 0; k < planes; k++) sink(context, k, y, in->plane[k]);
}

/* Rows that the frame leaves free. */
static void push_free_rows(GifIn *in, int32_t end, RowSink sink, void *context) {
  if (in->y >= end) return;
  for (int k = 0; k < 4; k++) memset(in->plane[k], 0, (size_t)in->blocks.frame.width);
  if (end > in->rows.end) end = in->rows.end;
  while (in->y < end) push_canvas_row(in, sink, context);
}

static void push_frame_row(GifIn *in, const uint8_t *indexes, RowSink sink, void *context) {
  const GifFrame *frame = &in->blocks.frame;
  if (in->y >= in->rows.first && in->y < in->rows.end) {
    for (int k = 0; k < 4; k++) {
      uint8_t *row = in->plane[k] + frame->x;
      for (int32_t x = 0; x < frame->across; x++) row[x] = in->colour[k][indexes[x]];
    }
  }
  push_canvas_row(in, sink, context);
}

/* ---- rows of the frame ---- */

/* Appendix E: every 8th row from 0, every 8th from 4, every 4th from 2, every 2nd from 1. */
static const struct {
  int32_t first, step;
} passes[4] = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};
#define LAST_PASS 3

static int has_more_rows(const GifIn *in) { return in->row < in->blocks.frame.down; }

static const uint8_t *kept_row(const GifIn *in, int32_t row) {
  return in->kept + (size_t)(row / 2) * (size_t)in->blocks.frame.across;
}

static void next_interlaced_row(GifIn *in) {
  in->row += passes[in->pass].step;
  while (!has_more_rows(in) && in->pass < LAST_PASS) in->row = passes[++in->pass].first;
}

/* All passes but the last have the even rows; the last one has the odd ones, before each of which an even one goes out. */
static void take_interlaced_row(GifIn *in, const uint8_t *indexes, RowSink sink, void *context) {
  const int32_t across = in->blocks.frame.across, down = in->blocks.frame.down;
  if (in->pass == LAST_PASS) {
    push_frame_row(in, kept_row(in, in->row - 1), sink, context);
    push_frame_row(in, indexes, sink, context);
  } else {
    memcpy(in->kept + (size_t)(in->row / 2) * (size_t)across, indexes, (size_t)across);
  }
  next_interlaced_row(in);
  if (!has_more_rows(in) && down % 2 == 1) push_frame_row(in, kept_row(in, down - 1), sink, context);
}

static void take_row(GifIn *in, RowSink sink, void *context) {
  if (in->blocks.frame.interlaced) {
    take_interlaced_row(in, in->indexes, sink, context);
    return;
  }
  push_frame_row(in, in->indexes, sink, context);
  in->row++;
}

static int is_done(const GifIn *in) { return in->y >= in->rows.end; }

/* Of bytes of one sub-block, until they are used or no more are needed. */
static void read_rows(GifIn *in, const uint8_t *bytes, const uint8_t *end, RowSink sink, void *context) {
  const size_t across = (size_t)in->blocks.frame.across;
  while (has_more_rows(in) && !is_done(in)) {
    if (in->held < across) in->held += lzw_run(in->lzw, &bytes, end, in->indexes + in->held, across - in->held);
    if (in->held < across) return;
    take_row(in, sink, context);
    in->held -= across;
    memmove(in->indexes, in->indexes + across, in->held);
  }
}

/* ---- the whole ---- */

static void start(GifIn *in, Span columns, Span rows) {
  const GifFrame *frame = &in->blocks.frame;
  in->columns = columns;
  in->rows = rows;
  in->lzw = lzw_create(frame->code_bits);
  in->indexes = engine_alloc((size_t)frame->across + LZW_MOST_STRING);
  for (int k = 0; k < 4; k++) in->plane[k] = engine_alloc((size_t)frame->width);
  if (frame->interlaced) in->kept = engine_alloc((size_t)frame->across * (((size_t)frame->down + 1) / 2));
  if (frame->across == 0) in->row = frame->down;
  fill_colours(in);
}

/* 0: bytes are missing. */
static int read_sub_block(GifIn *in, RowSink sink, void *context) {
  if (in->next == in->stop) return 0;
  if (in->left == 0) {
    in->left = *in->next++;
    if (in->left == 0) engine_fail(FAIL_BROKEN, "GIF: its pixels end too early");
  }
  const size_t there = (size_t)(in->stop - in->next);
  const size_t count = there < in->left ? there : in->left;
  read_rows(in, in->next, in->next + count, sink, context);
  in->next += count;
  in->left -= count;
  return 1;
}

int gif_in_rows(GifIn *in, Span columns, Span rows, RowSink sink, void *context) {
  const GifFrame *frame = &in->blocks.frame;
  if (in->lzw == NULL) {
    start(in, columns, rows);
    push_free_rows(in, has_more_rows(in) ? frame->y : frame->height, sink, context);
  }
  while (has_more_rows(in) && !is_done(in))
    if (!read_sub_block(in, sink, context)) return ends_too_early(in);
  push_free_rows(in, frame->height, sink, context);
  return 1;
}
