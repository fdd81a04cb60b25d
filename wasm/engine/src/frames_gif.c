/*
 * Frames of a GIF (GIF89a): what browsers show of it. The canvas is transparent where no frame was drawn, whatever
 * background colour the file names; frames but the first may hang out of it.
 *
 * What hangs out is work all the same, and a few kilobytes can stand for 65,535 × 65,535 pixels of it. So rows that lie
 * below the canvas are not decoded, and pixels that are decoded count against those of as many canvases as the job takes.
 *
 * Memory (src/image/memory-pictor-frames.ts has the same sum): 36 KB of state and tables, a row of each plane, 4 KiB and
 * a row of indexes of the widest frame, which may be 65,535 wide whatever the canvas is, beside the canvas.
 */
#include <stdlib.h>
#include <string.h>

#include "frames.h"
#include "gif_in_blocks.h"
#include "gif_in_lzw.h"
#include "source.h"

typedef struct {
  const Job *job;
  Canvas *canvas;
  const uint8_t *next, *stop; /* of what was fed */
  int end;
  GifBlocks blocks;
  Lzw *lzw;
  int drawing;     /* the frame's sub-blocks are being read */
  int is_checked;  /* that the canvas has the planned size */
  size_t left;     /* of the sub-block */
  uint8_t *indexes; /* of the row under way, and what was written beyond it */
  size_t held, room;
  uint8_t *plane[CANVAS_PLANES]; /* a row of the canvas */
  uint8_t colour[CANVAS_PLANES][256];
  int pass;
  int32_t row;     /* of the frame, that comes next in the file */
  int32_t rows;    /* of the frame, that are decoded */
  uint64_t pixels; /* that are decoded of all frames so far */
  int disposal;    /* of the frame that is shown */
  Rect shown;
} Reader;

static void *reader_create(const Job *job, Canvas *canvas) {
  Reader *reader = engine_alloc(sizeof *reader);
  reader->job = job;
  reader->canvas = canvas;
  gif_blocks_begin(&reader->blocks);
  reader->lzw = lzw_create(2);
  for (int i = 0; i < CANVAS_PLANES; i++) reader->plane[i] = engine_alloc((size_t)job->source_width);
  return reader;
}

static void reader_free(void *opaque) {
  Reader *reader = opaque;
  for (int i = 0; i < CANVAS_PLANES; i++) free(reader->plane[i]);
  free(reader->indexes);
  lzw_free(reader->lzw);
  free(reader);
}

static void reader_feed(void *opaque, const uint8_t *bytes, size_t count, int end) {
  Reader *reader = opaque;
  reader->next = bytes;
  reader->stop = bytes + count;
  if (end) reader->end = 1;
}

/* Repeats come after the first time. */
static uint32_t reader_plays(const void *opaque) {
  const int repeats = ((const Reader *)opaque)->blocks.repeats;
  return repeats == 0 ? 0 : repeats < 0 ? 1 : (uint32_t)repeats + 1;
}

/* ---- a frame begins ---- */

static void dispose(Reader *reader) {
  if (reader->disposal == GIF_BACKGROUND) canvas_clear(reader->canvas, reader->shown);
  if (reader->disposal == GIF_PREVIOUS) canvas_restore(reader->canvas, reader->shown);
  reader->disposal = GIF_KEEP;
}

static void fill_colours(Reader *reader) {
  const GifFrame *frame = &reader->blocks.frame;
  memset(reader->colour, 0, sizeof reader->colour);
  for (int i = 0; i < 256; i++) {
    if (i == frame->transparent) continue;
    for (int k = 0; k < 3 && i < frame->colours; k++) reader->colour[k][i] = frame->colour[i][k];
    reader->colour[3][i] = 255;
  }
}

/* A row as wide as the widest frame so far. */
static void make_room(Reader *reader, size_t across) {
  if (across + LZW_MOST_STRING <= reader->room) return;
  reader->room = across + LZW_MOST_STRING;
  free(reader->indexes);
  reader->indexes = engine_alloc(reader->room);
}

/* None of a frame that is not seen at all. Interlaced rows that are seen come until the end. */
static int32_t rows_to_decode(const GifFrame *frame) {
  const int32_t there = frame->height - frame->y;
  if (frame->across == 0 || frame->x >= frame->width || there <= 0) return 0;
  return frame->interlaced || frame->down < there ? frame->down : there;
}

/* Of frames inside the canvas, it takes more of them than `most_frames`. Of others, each is less than 2^32. */
static void count_pixels(Reader *reader) {
  const GifFrame *frame = &reader->blocks.frame;
  const uint64_t canvas = (uint64_t)frame->width * (uint64_t)frame->height;
  reader->pixels += (uint64_t)frame->across * (uint64_t)reader->rows;
  if (reader->pixels > reader->job->most_frames * canvas) {
    engine_fail(FAIL_FRAMES, "the animation has more frames, or larger ones, than a request may take");
  }
}

static void begin_frame(Reader *reader) {
  const GifFrame *frame = &reader->blocks.frame;
  if (!reader->is_checked) source_require_size(reader->job, frame->width, frame->height);
  reader->is_checked = 1;
  reader->rows = rows_to_decode(frame);
  count_pixels(reader);
  dispose(reader);
  reader->shown = (Rect){frame->x, frame->y, frame->across, frame->down};
  if (frame->disposal == GIF_PREVIOUS) canvas_save(reader->canvas, reader->shown);
  fill_colours(reader);
  make_room(reader, (size_t)frame->across);
  lzw_begin(reader->lzw, frame->code_bits);
  reader->held = reader->left = 0;
  reader->pass = 0;
  reader->row = 0;
  reader->drawing = 1;
}

/* ---- its rows ---- */

/* Appendix E. */
static const struct {
  int32_t first, step;
} passes[4] = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};

static int has_more_rows(const Reader *reader) { return reader->row < reader->rows; }

static void next_row(Reader *reader) {
  if (!reader->blocks.frame.interlaced) {
    reader->row++;
    return;
  }
  reader->row += passes[reader->pass].step;
  while (!has_more_rows(reader) && reader->pass < 3) reader->row = passes[++reader->pass].first;
}

/* Colours are opaque or transparent: over is a choice, and what is not drawn is what lies there. */
static void draw_row(Reader *reader) {
  const GifFrame *frame = &reader->blocks.frame;
  const int32_t there = frame->width - frame->x, width = frame->across < there ? frame->across : there;
  for (int k = 0; k < CANVAS_PLANES; k++) {
    for (int32_t x = 0; x < width; x++) reader->plane[k][x] = reader->colour[k][reader->indexes[x]];
  }
  const uint8_t *const row[CANVAS_PLANES] = {reader->plane[0], reader->plane[1], reader->plane[2], reader->plane[3]};
  canvas_row(reader->canvas, frame->x, frame->y + reader->row, width, row, frame->transparent >= 0);
}

static void read_rows(Reader *reader, const uint8_t *bytes, const uint8_t *end) {
  const size_t across = (size_t)reader->blocks.frame.across;
  while (has_more_rows(reader)) {
    if (reader->held < across)
      reader->held += lzw_run(reader->lzw, &bytes, end, reader->indexes + reader->held, across - reader->held);
    if (reader->held < across) return;
    draw_row(reader);
    next_row(reader);
    reader->held -= across;
    memmove(reader->indexes, reader->indexes + across, reader->held);
  }
}

/* ---- its end ---- */

static void end_frame(Reader *reader) {
  if (has_more_rows(reader)) engine_fail(FAIL_BROKEN, "GIF: its pixels end too early");
  reader->disposal = reader->blocks.frame.disposal;
  reader->drawing = 0;
}

/* 1: the frame is there. 0: bytes are missing. Behind the last row, sub-blocks are skipped. */
static int read_frame(Reader *reader) {
  while (reader->next < reader->stop) {
    if (reader->left == 0) {
      reader->left = *reader->next++;
      if (reader->left == 0) {
        end_frame(reader);
        return 1;
      }
    }
    const size_t there = (size_t)(reader->stop - reader->next);
    const size_t count = there < reader->left ? there : reader->left;
    if (has_more_rows(reader)) read_rows(reader, reader->next, reader->next + count);
    reader->next += count;
    reader->left -= count;
  }
  return 0;
}

/* Where the file ends: after a whole frame it may, also after the last rows of one whose end is not marked. */
static FrameState at_the_end(Reader *reader) {
  if (reader->drawing && !has_more_rows(reader)) return FRAME_SHOWN;
  if (reader->drawing || !gif_blocks_is_between(&reader->blocks)) engine_fail(FAIL_BROKEN, "GIF: it ends too early");
  return FRAME_ENDED;
}

static FrameState wants(Reader *reader) { return reader->end ? at_the_end(reader) : FRAME_WANTS; }

static FrameState reader_next(void *opaque, uint32_t *delay) {
  Reader *reader = opaque;
  if (!reader->drawing) {
    const GifState state = gif_blocks_read(&reader->blocks, &reader->next, reader->stop);
    if (state == GIF_ENDED) return FRAME_ENDED;
    if (state == GIF_WANTS) return wants(reader);
    begin_frame(reader);
  }
  if (!read_frame(reader)) {
    if (wants(reader) == FRAME_WANTS) return FRAME_WANTS;
    end_frame(reader);
  }
  *delay = (uint32_t)reader->blocks.frame.delay * 10;
  gif_blocks_next(&reader->blocks);
  return FRAME_SHOWN;
}

const FrameReader gif_frames = {reader_create, reader_feed, reader_next, reader_plays, reader_free};
