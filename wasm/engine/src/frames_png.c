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
#include "png_in_crc.h"
#include "png_in_header.h"
#include "png_in_inflate.h"
#include "png_in_scan.h"
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
  const uint8_t *next, *stop; /* of what was fed */
  int end;
  Step step;
  uint8_t bytes[8 + MOST_KEPT + 4]; /* collected for the step: at most a chunk */
  size_t held;
  uint32_t type, length; /* of the chunk */
  uint64_t left;         /* of it, in SKIPPED and PIXELS */
  uint32_t sum;
  int has_pixels;  /* IDAT was reached */
  uint32_t sequence; /* of the next chunk that has such a number */
  uint32_t plays;
  Crc crc;
  PngHeader header; /* the file's; for a frame, of the frame's size */
  int has_control;  /* of a frame whose pixels have not all come */
  Control control, shown;
  int has_shown;
  int drawing;
  Inflate *inflate;
  PngScan *scan;
  int done; /* the frame's last row was there */
  uint8_t *row[CANVAS_PLANES];
} Reader;

static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

static void *reader_create(const Job *job, Canvas *canvas) {
  Reader *reader = engine_alloc(sizeof *reader);
  reader->job = job;
  reader->canvas = canvas;
  crc_prepare(&reader->crc);
  for (int i = 0; i < CANVAS_PLANES; i++) reader->row[i] = engine_alloc((size_t)job->source_width);
  return reader;
}

static void free_pixels(Reader *reader) {
  if (reader->inflate != NULL) inflate_free(reader->inflate);
  if (reader->scan != NULL) png_scan_free(reader->scan);
  reader->inflate = NULL;
  reader->scan = NULL;
}

static void reader_free(void *opaque) {
  Reader *reader = opaque;
  free_pixels(reader);
  for (int i = 0; i < CANVAS_PLANES; i++) free(reader->row[i]);
  free(reader);
}

static void reader_feed(void *opaque, const uint8_t *bytes, size_t count, int end) {
  Reader *reader = opaque;
  reader->next = bytes;
  reader->stop = bytes + count;
  if (end) reader->end = 1;
}

static uint32_t reader_plays(const void *reader) { return ((const Reader *)reader)->plays; }

/* ---- bytes ---- */

static uint32_t read32(const uint8_t *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint32_t read16(const uint8_t *at) { return (uint32_t)at[0] << 8 | at[1]; }

/* 1 when `count` bytes are there, since the step began. */
static int collect(Reader *reader, size_t count) {
  const size_t there = (size_t)(reader->stop - reader->next), wanted = count - reader->held;
  const size_t more = there < wanted ? there : wanted;
  if (more > 0) memcpy(reader->bytes + reader->held, reader->next, more);
  reader->next += more;
  reader->held += more;
  return reader->held == count;
}

static void begin(Reader *reader, Step step) {
  reader->step = step;
  reader->held = 0;
}

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
  reader->scan = png_scan_create(&reader->header, (Span){0, place.width}, (Span){0, place.height});
  reader->inflate = inflate_create(png_scan_most_row_bytes(&reader->header));
  reader->done = 0;
  reader->drawing = 1;
}

static void end_frame(Reader *reader) {
  if (!reader->done) engine_fail(FAIL_BROKEN, "PNG: a frame's pixels end too early");
  free_pixels(reader);
  reader->shown = reader->control;
  reader->has_shown = 1;
  reader->has_control = reader->drawing = 0;
}

static void take_rows(Reader *reader) {
  size_t waiting;
  const uint8_t *filtered = inflate_waiting(reader->inflate, &waiting);
  size_t taken = 0;
  while (!reader->done) {
    const size_t row = png_scan_row_bytes(reader->scan);
    if (waiting - taken < row) break;
    reader->done = png_scan_row(reader->scan, filtered + taken, take_row, reader);
    taken += row;
  }
  inflate_take(reader->inflate, taken);
}

static void inflate_rows(Reader *reader, const uint8_t *bytes, const uint8_t *end) {
  for (;;) {
    const InflateState state = inflate_run(reader->inflate, &bytes, end);
    take_rows(reader);
    if (reader->done || state == INFLATE_WANTS) return;
    if (state == INFLATE_ENDED) engine_fail(FAIL_BROKEN, "PNG: a frame's pixels end too early");
  }
}

/* ---- chunks: each answers 0 when bytes are missing ---- */

static void take_number(Reader *reader, const uint8_t *at) {
  if (read32(at) != reader->sequence) engine_fail(FAIL_BROKEN, "PNG: its frames are out of order");
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
  take_number(reader, data);
  const uint32_t width = read32(data + 4), height = read32(data + 8), x = read32(data + 12), y = read32(data + 16);
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

static int read_signature(Reader *reader) {
  if (!collect(reader, 8)) return 0;
  if (memcmp(reader->bytes, signature, 8) != 0) engine_fail(FAIL_BROKEN, "PNG: it does not begin as one");
  begin(reader, CHUNK_HEAD);
  return 1;
}

static void skip_chunk(Reader *reader) {
  reader->left = (uint64_t)reader->length + 4;
  begin(reader, SKIPPED);
}

static void begin_pixels(Reader *reader) {
  reader->left = reader->length;
  reader->sum = crc_add(&reader->crc, 0, reader->bytes + 4, 4);
  const int is_numbered = reader->type == FDAT;
  if (is_numbered && reader->length < SEQUENCE_BYTES) engine_fail(FAIL_BROKEN, "PNG: a chunk has an impossible length");
  begin(reader, is_numbered ? SEQUENCE : PIXELS);
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
  if (!reader->drawing || reader->type == IDAT || reader->type == FDAT) return 0;
  end_frame(reader);
  return 1;
}

static void require_length(const Reader *reader, uint32_t length) {
  if (reader->length != length) engine_fail(FAIL_BROKEN, "PNG: a chunk has an impossible length");
}

static void begin_chunk(Reader *reader) {
  if (reader->length > INT32_MAX) engine_fail(FAIL_BROKEN, "PNG: a chunk has an impossible length");
  switch (reader->type) {
    case IDAT:
      begin_default(reader);
      return;
    case FDAT:
      if (!reader->has_pixels || !reader->has_control) engine_fail(FAIL_BROKEN, "PNG: its frames are out of order");
      begin_pixels(reader);
      return;
    case IEND:
      if (!reader->has_pixels) engine_fail(FAIL_BROKEN, "PNG: it ends before its pixels");
      begin(reader, ENDED);
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
      if (!reader->has_pixels && png_header_wants(&reader->header, reader->type, reader->length)) reader->step = KEPT;
      else skip_chunk(reader);
  }
}

static int skip(Reader *reader) {
  const size_t there = (size_t)(reader->stop - reader->next);
  const size_t count = there < reader->left ? there : (size_t)reader->left;
  reader->next += count;
  reader->left -= count;
  if (reader->left > 0) return 0;
  begin(reader, CHUNK_HEAD);
  return 1;
}

static int read_kept(Reader *reader) {
  const size_t end = 8 + (size_t)reader->length;
  if (!collect(reader, end + 4)) return 0;
  const int intact = crc_add(&reader->crc, 0, reader->bytes + 4, end - 4) == read32(reader->bytes + end);
  if (is_own(reader->type)) {
    if (!intact) engine_fail(FAIL_BROKEN, "PNG: a frame's header has a wrong checksum");
    if (reader->type == ACTL) reader->plays = read32(reader->bytes + 12);
    else read_control(reader, reader->bytes + 8);
  } else {
    png_header_read(&reader->header, reader->type, reader->bytes + 8, reader->length, intact);
  }
  begin(reader, CHUNK_HEAD);
  return 1;
}

static int read_sequence(Reader *reader) {
  if (!collect(reader, SEQUENCE_BYTES)) return 0;
  take_number(reader, reader->bytes);
  reader->sum = crc_add(&reader->crc, reader->sum, reader->bytes, SEQUENCE_BYTES);
  reader->left -= SEQUENCE_BYTES;
  begin(reader, PIXELS);
  return 1;
}

static int read_pixels(Reader *reader) {
  const size_t there = (size_t)(reader->stop - reader->next);
  const size_t count = there < reader->left ? there : (size_t)reader->left;
  const uint8_t *bytes = reader->next;
  reader->sum = crc_add(&reader->crc, reader->sum, bytes, count);
  reader->next += count;
  reader->left -= count;
  if (!reader->done) inflate_rows(reader, bytes, bytes + count);
  if (reader->left > 0) return 0;
  begin(reader, PIXELS_SUM);
  return 1;
}

static int read_pixels_sum(Reader *reader) {
  if (!collect(reader, 4)) return 0;
  if (read32(reader->bytes) != reader->sum) engine_fail(FAIL_BROKEN, "PNG: a frame's pixels have a wrong checksum");
  begin(reader, CHUNK_HEAD);
  return 1;
}

/* ---- the whole ---- */

/* 1 when a frame ended with it; its chunk is begun all the same. */
static int read_chunk_head(Reader *reader, int *goes_on) {
  *goes_on = collect(reader, 8);
  if (!*goes_on) return 0;
  reader->length = read32(reader->bytes);
  reader->type = read32(reader->bytes + 4);
  const int ended = ends_frame(reader);
  begin_chunk(reader);
  return ended;
}

static int run_step(Reader *reader) {
  switch (reader->step) {
    case SIGNATURE: return read_signature(reader);
    case SKIPPED: return skip(reader);
    case KEPT: return read_kept(reader);
    case SEQUENCE: return read_sequence(reader);
    case PIXELS: return read_pixels(reader);
    default: return read_pixels_sum(reader);
  }
}

/* Where the file ends without IEND: between two chunks, with the last frame whole, it may. */
static FrameState at_the_end(Reader *reader) {
  const int is_between = reader->step == CHUNK_HEAD && reader->held == 0;
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
    if (!reader->end) return FRAME_WANTS;
    const FrameState state = at_the_end(reader);
    if (state == FRAME_SHOWN) *delay = reader->shown.delay;
    return state;
  }
}

const FrameReader png_frames = {reader_create, reader_feed, reader_next, reader_plays, reader_free};
