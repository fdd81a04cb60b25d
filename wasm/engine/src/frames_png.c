/*
 * Frames of an APNG (PNG third edition, sections 6.3 and 11.3.4). The picture for readers of plain PNG is a frame only if
 * a frame control chunk stands before it.
 *
 * Chunks that are out of order, and frames outside the canvas, fail the job, as in browsers. A file that ends without
 * IEND, but behind a whole frame, has the frames so far.
 *
 * Memory (src/image/memory-pictor-frames.ts has the same sum): that of a PNG of the canvas' size (png_in.h), and a row of
 * four planes.
 */
#include <stdlib.h>
#include <string.h>

#include "frames.h"
#include "png_in_chunks.h"
#include "png_in_stream.h"
#include "source.h"

#define IDAT CHUNK('I', 'D', 'A', 'T')
#define IEND CHUNK('I', 'E', 'N', 'D')
#define ACTL CHUNK('a', 'c', 'T', 'L')
#define FCTL CHUNK('f', 'c', 'T', 'L')
#define FDAT CHUNK('f', 'd', 'A', 'T')

enum { ACTL_BYTES = 8, FCTL_BYTES = 26, SEQUENCE_BYTES = 4 };
/* Section 11.3.4.2. */
enum { DISPOSE_NONE, DISPOSE_BACKGROUND, DISPOSE_PREVIOUS };

typedef enum { SIGNATURE, CHUNK_HEAD, SKIPPED, KEPT, SEQUENCE, PIXELS, PIXELS_SUM, ENDED } Step;

typedef struct {
  Rect place;
  uint32_t delay; /* ms */
  int disposal, over;
} Control;

typedef struct {
  const Job *job;
  Canvas *canvas;
  Step step;
  PngChunks chunks;
  int has_pixels;  /* IDAT was reached */
  uint32_t sequence; /* of the next chunk that has such a number */
  uint32_t plays;
  PngHeader header; /* the file's; for a frame, of the frame's size */
  int has_control;  /* of a frame whose pixels have not all come */
  Control control, shown;
  int has_shown;
  int drawing;
  PngStream pixels; /* of the frame */
  uint8_t *row[CANVAS_PLANES];
} Reader;

static void *reader_create(const Job *job, Canvas *canvas) {
  Reader *reader = engine_alloc(sizeof *reader);
  reader->job = job;
  reader->canvas = canvas;
  png_chunks_prepare(&reader->chunks);
  for (int i = 0; i < CANVAS_PLANES; i++) reader->row[i] = engine_alloc((size_t)job->source_width);
  return reader;
}

static void reader_free(void *opaque) {
  Reader *reader = opaque;
  png_stream_free(&reader->pixels);
  for (int i = 0; i < CANVAS_PLANES; i++) free(reader->row[i]);
  free(reader);
}

static void reader_feed(void *opaque, const uint8_t *bytes, size_t count, int end) {
  Reader *reader = opaque;
  png_chunks_feed(&reader->chunks, bytes, count, end);
}

static uint32_t reader_plays(const void *reader) { return ((const Reader *)reader)->plays; }

static uint32_t read16(const uint8_t *at) { return (uint32_t)at[0] << 8 | at[1]; }

/* ---- a frame's pixels ---- */

/* A RowSink. Pixels without alpha are opaque, grey ones come in one plane. */
static void take_row(void *context, int32_t plane, int32_t y, const uint8_t *row) {
  Reader *reader = context;
  const ColourModel model = png_model(&reader->header);
  const int last = model == MODEL_GRAY ? 0 : model == MODEL_RGB ? 2 : 3;
  const Rect place = reader->control.place;
  const size_t width = (size_t)place.width;
  memcpy(reader->row[plane], row, width);
  if (plane < last) return;
  if (model == MODEL_GRAY) {
    memcpy(reader->row[1], row, width);
    memcpy(reader->row[2], row, width);
  }
  if (model != MODEL_RGBA) memset(reader->row[3], 255, width);
  const uint8_t *const planes[CANVAS_PLANES] = {reader->row[0], reader->row[1], reader->row[2], reader->row[3]};
  canvas_row(reader->canvas, place.x, place.y + y, place.width, planes, reader->control.over);
}

/* The frame before is disposed of when the next one comes. "Previous" of the first one is "background". */
static void dispose(Reader *reader) {
  if (!reader->has_shown) return;
  if (reader->shown.disposal == DISPOSE_BACKGROUND) canvas_clear(reader->canvas, reader->shown.place);
  if (reader->shown.disposal == DISPOSE_PREVIOUS) canvas_restore(reader->canvas, reader->shown.place);
}

static void begin_frame(Reader *reader) {
  const Rect place = reader->control.place;
  dispose(reader);
  if (!reader->has_shown && reader->control.disposal == DISPOSE_PREVIOUS) reader->control.disposal = DISPOSE_BACKGROUND;
  if (reader->control.disposal == DISPOSE_PREVIOUS) canvas_save(reader->canvas, place);
  reader->header.width = place.width;
  reader->header.height = place.height;
  png_stream_begin(&reader->pixels, &reader->header, (Span){0, place.width}, (Span){0, place.height});
  reader->drawing = 1;
}

static void end_frame(Reader *reader) {
  if (!reader->pixels.done) engine_fail(FAIL_BROKEN, "PNG: a frame's pixels end too early");
  png_stream_free(&reader->pixels);
  reader->shown = reader->control;
  reader->has_shown = 1;
  reader->has_control = reader->drawing = 0;
}

/* ---- chunks: each answers 0 when bytes are missing ---- */

/* Says `done`, and goes on to the step when it is. */
static int then(Reader *reader, int done, Step step) {
  if (done) reader->step = step;
  return done;
}

static void take_number(Reader *reader, uint32_t number) {
  if (number != reader->sequence) engine_fail(FAIL_BROKEN, "PNG: its frames are out of order");
  reader->sequence++;
}

/* Seconds as a fraction, of hundredths where the denominator is 0. */
static uint32_t milliseconds(uint32_t numerator, uint32_t denominator) {
  if (denominator == 0) denominator = 100;
  return (numerator * 1000 + denominator / 2) / denominator;
}

static void read_control(Reader *reader, const uint8_t *data) {
  const Job *job = reader->job;
  if (reader->has_control) engine_fail(FAIL_BROKEN, "PNG: a frame has no pixels");
  take_number(reader, png_read32(data));
  const uint32_t width = png_read32(data + 4), height = png_read32(data + 8), x = png_read32(data + 12), y = png_read32(data + 16);
  const uint32_t canvas_width = (uint32_t)job->source_width, canvas_height = (uint32_t)job->source_height;
  const int fits = width > 0 && height > 0 && width <= canvas_width && height <= canvas_height &&
                   x <= canvas_width - width && y <= canvas_height - height;
  if (!fits) engine_fail(FAIL_BROKEN, "PNG: a frame lies outside the canvas");
  if (data[24] > DISPOSE_PREVIOUS || data[25] > 1) engine_fail(FAIL_BROKEN, "PNG: a frame is shown in a way that does not exist");
  const int is_default = !reader->has_pixels;
  if (is_default && (x != 0 || y != 0 || width != canvas_width || height != canvas_height)) {
    engine_fail(FAIL_BROKEN, "PNG: its first frame does not fill the canvas");
  }
  reader->control = (Control){{(int32_t)x, (int32_t)y, (int32_t)width, (int32_t)height},
                              milliseconds(read16(data + 20), read16(data + 22)), data[24], data[25]};
  reader->has_control = 1;
}

static void skip_chunk(Reader *reader) {
  png_chunk_begin_skip(&reader->chunks);
  reader->step = SKIPPED;
}

static void begin_pixels(Reader *reader) {
  const PngChunks *chunks = &reader->chunks;
  const int is_numbered = chunks->type == FDAT;
  if (is_numbered && chunks->length < SEQUENCE_BYTES) engine_fail(FAIL_BROKEN, "PNG: a chunk has an impossible length");
  png_chunk_begin_data(&reader->chunks);
  reader->step = is_numbered ? SEQUENCE : PIXELS;
  if (!reader->drawing) begin_frame(reader);
}

/* The file's own picture, which is a frame only where one was announced. */
static void begin_default(Reader *reader) {
  if (!reader->has_pixels) {
    png_header_end(&reader->header);
    source_require_size(reader->job, reader->header.width, reader->header.height);
  }
  reader->has_pixels = 1;
  if (reader->has_control) begin_pixels(reader);
  else skip_chunk(reader);
}

static int is_own(uint32_t type) { return type == ACTL || type == FCTL; }

/* Another chunk than its pixels' ends a frame. Says whether one did. */
static int ends_frame(Reader *reader) {
  if (!reader->drawing || reader->chunks.type == IDAT || reader->chunks.type == FDAT) return 0;
  end_frame(reader);
  return 1;
}

static void require_length(const Reader *reader, uint32_t length) {
  if (reader->chunks.length != length) engine_fail(FAIL_BROKEN, "PNG: a chunk has an impossible length");
}

static void begin_chunk(Reader *reader) {
  if (reader->chunks.length > INT32_MAX) engine_fail(FAIL_BROKEN, "PNG: a chunk has an impossible length");
  switch (reader->chunks.type) {
    case IDAT:
      begin_default(reader);
      return;
    case FDAT:
      if (!reader->has_pixels || !reader->has_control) engine_fail(FAIL_BROKEN, "PNG: its frames are out of order");
      begin_pixels(reader);
      return;
    case IEND:
      if (!reader->has_pixels) engine_fail(FAIL_BROKEN, "PNG: it ends before its pixels");
      reader->step = ENDED;
      return;
    case ACTL:
      require_length(reader, ACTL_BYTES);
      reader->step = KEPT;
      return;
    case FCTL:
      require_length(reader, FCTL_BYTES);
      reader->step = KEPT;
      return;
    default: /* behind the pixels there is nothing for the header */
      if (!reader->has_pixels && png_header_wants(&reader->header, reader->chunks.type, reader->chunks.length)) reader->step = KEPT;
      else skip_chunk(reader);
  }
}

static int read_kept(Reader *reader) {
  const PngChunks *chunks = &reader->chunks;
  const uint8_t *data = png_chunk_kept_data(chunks);
  int intact;
  if (!png_chunk_keep(&reader->chunks, &intact)) return 0;
  if (is_own(chunks->type)) {
    if (!intact) engine_fail(FAIL_BROKEN, "PNG: a frame's header has a wrong checksum");
    if (chunks->type == ACTL) reader->plays = png_read32(data + 4);
    else read_control(reader, data);
  } else {
    png_header_read(&reader->header, chunks->type, data, chunks->length, intact);
  }
  return then(reader, 1, CHUNK_HEAD);
}

static int read_sequence(Reader *reader) {
  uint32_t number;
  if (!png_chunk_number(&reader->chunks, &number)) return 0;
  take_number(reader, number);
  return then(reader, 1, PIXELS);
}

static int read_pixels(Reader *reader) {
  const uint8_t *bytes;
  size_t count;
  const int is_all = png_chunk_data(&reader->chunks, &bytes, &count);
  png_stream_read(&reader->pixels, bytes, count, take_row, reader);
  return then(reader, is_all, PIXELS_SUM);
}

/* ---- the whole ---- */

/* 1 when a frame ended with it; its chunk is begun all the same. */
static int read_chunk_head(Reader *reader, int *goes_on) {
  *goes_on = png_chunk_head(&reader->chunks);
  if (!*goes_on) return 0;
  const int ended = ends_frame(reader);
  begin_chunk(reader);
  return ended;
}

static int run_step(Reader *reader) {
  switch (reader->step) {
    case SIGNATURE: return then(reader, png_signature(&reader->chunks), CHUNK_HEAD);
    case SKIPPED: return then(reader, png_chunk_skip(&reader->chunks), CHUNK_HEAD);
    case KEPT: return read_kept(reader);
    case SEQUENCE: return read_sequence(reader);
    case PIXELS: return read_pixels(reader);
    default: return then(reader, png_chunk_end_data(&reader->chunks), CHUNK_HEAD);
  }
}

/* Where the file ends without IEND: between two chunks, with the last frame whole, it may. */
static FrameState at_the_end(Reader *reader) {
  const int is_between = reader->step == CHUNK_HEAD && reader->chunks.held == 0;
  if (!is_between || (reader->has_control && !reader->drawing) || !(reader->drawing || reader->has_shown)) {
    engine_fail(FAIL_BROKEN, "PNG: it ends too early");
  }
  if (!reader->drawing) return FRAME_ENDED;
  end_frame(reader);
  return FRAME_SHOWN;
}

static FrameState reader_next(void *opaque, uint32_t *delay) {
  Reader *reader = opaque;
  for (;;) {
    if (reader->step == ENDED) {
      if (!reader->has_shown) engine_fail(FAIL_BROKEN, "PNG: it has no frame");
      return FRAME_ENDED;
    }
    int goes_on = 1;
    if (reader->step == CHUNK_HEAD) {
      if (read_chunk_head(reader, &goes_on)) {
        *delay = reader->shown.delay;
        return FRAME_SHOWN;
      }
    } else {
      goes_on = run_step(reader);
    }
    if (goes_on) continue;
    if (!reader->chunks.end) return FRAME_WANTS;
    const FrameState state = at_the_end(reader);
    if (state == FRAME_SHOWN) *delay = reader->shown.delay;
    return state;
  }
}

const FrameReader png_frames = {reader_create, reader_feed, reader_next, reader_plays, reader_free};
