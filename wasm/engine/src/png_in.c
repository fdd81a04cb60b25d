#include "png_in.h"

#include <stdlib.h>
#include <string.h>

#include "png_in_crc.h"
#include "png_in_header.h"
#include "png_in_inflate.h"
#include "png_in_scan.h"

#define IDAT CHUNK('I', 'D', 'A', 'T')

typedef enum { SIGNATURE, CHUNK_HEAD, SKIPPED, KEPT, PIXELS, PIXELS_SUM } Step;

struct PngIn {
  const uint8_t *next, *stop; /* of what was fed */
  int end;
  Step step;
  uint8_t bytes[8 + MOST_KEPT + 4]; /* collected for the step: at most a chunk */
  size_t held;
  uint32_t type, length; /* of the chunk */
  uint64_t left;         /* of it, in SKIPPED and PIXELS */
  uint32_t sum;
  int has_pixels; /* the first IDAT was reached */
  int done;       /* the last row that is wanted went out */
  PngHeader header;
  Crc crc;
  Inflate *inflate;
  PngScan *scan;
};

static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

PngIn *png_in_create(void) {
  PngIn *in = engine_alloc(sizeof *in);
  crc_prepare(&in->crc);
  return in;
}

void png_in_without_gamma(PngIn *in) { in->header.has_colour_space = 1; }

void png_in_free(PngIn *in) {
  if (in->inflate != NULL) inflate_free(in->inflate);
  if (in->scan != NULL) png_scan_free(in->scan);
  free(in);
}

void png_in_feed(PngIn *in, const uint8_t *bytes, size_t count, int end) {
  in->next = bytes;
  in->stop = bytes + count;
  if (end) in->end = 1;
}

/* ---- chunks ---- */

static uint32_t read32(const uint8_t *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int ends_too_early(const PngIn *in) {
  if (in->end) engine_fail(FAIL_BROKEN, "PNG: it ends too early");
  return 0;
}

/* 1 when `count` bytes are there, since the step began. */
static int collect(PngIn *in, size_t count) {
  const size_t there = (size_t)(in->stop - in->next), wanted = count - in->held;
  const size_t more = there < wanted ? there : wanted;
  if (more > 0) memcpy(in->bytes + in->held, in->next, more);
  in->next += more;
  in->held += more;
  return in->held == count;
}

static void begin(PngIn *in, Step step) {
  in->step = step;
  in->held = 0;
}

static int read_signature(PngIn *in) {
  if (!collect(in, 8)) return 0;
  if (memcmp(in->bytes, signature, 8) != 0) engine_fail(FAIL_BROKEN, "PNG: it does not begin as one");
  begin(in, CHUNK_HEAD);
  return 1;
}

/* Pixels are the chunks that follow the first one of theirs without another in between (section 5.6). */
static void begin_pixels(PngIn *in) {
  if (!in->has_pixels) png_header_end(&in->header);
  in->has_pixels = 1;
  in->left = in->length;
  in->sum = crc_add(&in->crc, 0, in->bytes + 4, 4);
  begin(in, PIXELS);
}

static int read_chunk_head(PngIn *in) {
  if (!collect(in, 8)) return 0;
  in->length = read32(in->bytes);
  in->type = read32(in->bytes + 4);
  if (in->has_pixels && in->type != IDAT) engine_fail(FAIL_BROKEN, "PNG: its pixels end too early");
  if (in->has_pixels && in->length > INT32_MAX) engine_fail(FAIL_BROKEN, "PNG: a chunk has an impossible length");
  const int is_wanted = !in->has_pixels && png_header_wants(&in->header, in->type, in->length);
  if (in->type == IDAT) {
    begin_pixels(in);
  } else if (is_wanted) {
    in->step = KEPT; /* the type stays in front, the checksum is of both */
  } else {
    in->left = (uint64_t)in->length + 4;
    begin(in, SKIPPED);
  }
  return 1;
}

static int skip(PngIn *in) {
  const size_t there = (size_t)(in->stop - in->next);
  const size_t count = there < in->left ? there : (size_t)in->left;
  in->next += count;
  in->left -= count;
  if (in->left > 0) return 0;
  begin(in, CHUNK_HEAD);
  return 1;
}

static int read_kept(PngIn *in) {
  const size_t end = 8 + (size_t)in->length;
  if (!collect(in, end + 4)) return 0;
  const int intact = crc_add(&in->crc, 0, in->bytes + 4, end - 4) == read32(in->bytes + end);
  png_header_read(&in->header, in->type, in->bytes + 8, in->length, intact);
  begin(in, CHUNK_HEAD);
  return 1;
}

int png_in_header(PngIn *in, int32_t *width, int32_t *height, ColourModel *model) {
  while (!in->has_pixels) {
    int goes_on = 0;
    switch (in->step) {
      case SIGNATURE: goes_on = read_signature(in); break;
      case CHUNK_HEAD: goes_on = read_chunk_head(in); break;
      case SKIPPED: goes_on = skip(in); break;
      default: goes_on = read_kept(in); break;
    }
    if (!goes_on) return ends_too_early(in);
  }
  *width = in->header.width;
  *height = in->header.height;
  *model = png_model(&in->header);
  return 1;
}

/* ---- pixels ---- */

/* Whole rows of what is inflated. 1: done. */
static int take_rows(PngIn *in, RowSink sink, void *context) {
  size_t waiting;
  const uint8_t *filtered = inflate_waiting(in->inflate, &waiting);
  size_t taken = 0;
  while (!in->done) {
    const size_t row = png_scan_row_bytes(in->scan);
    if (waiting - taken < row) break;
    in->done = png_scan_row(in->scan, filtered + taken, sink, context);
    taken += row;
  }
  inflate_take(in->inflate, taken);
  return in->done;
}

static void inflate_rows(PngIn *in, const uint8_t *bytes, const uint8_t *end, RowSink sink, void *context) {
  for (;;) {
    const InflateState state = inflate_run(in->inflate, &bytes, end);
    if (take_rows(in, sink, context) || state == INFLATE_WANTS) return;
    if (state == INFLATE_ENDED) engine_fail(FAIL_BROKEN, "PNG: its pixels end too early");
  }
}

/* What there is of the chunk. Once the last row was there, the rest only counts for the checksum. */
static int read_pixels(PngIn *in, RowSink sink, void *context) {
  const size_t there = (size_t)(in->stop - in->next);
  const size_t count = there < in->left ? there : (size_t)in->left;
  const uint8_t *bytes = in->next;
  in->sum = crc_add(&in->crc, in->sum, bytes, count);
  in->next += count;
  in->left -= count;
  if (!in->done) inflate_rows(in, bytes, bytes + count, sink, context);
  if (in->left > 0) return 0;
  begin(in, PIXELS_SUM);
  return 1;
}

static int read_pixels_sum(PngIn *in) {
  if (!collect(in, 4)) return 0;
  if (read32(in->bytes) != in->sum) engine_fail(FAIL_BROKEN, "PNG: its pixels have a wrong checksum");
  begin(in, CHUNK_HEAD);
  return 1;
}

static void start(PngIn *in, Span columns, Span rows) {
  in->scan = png_scan_create(&in->header, columns, rows);
  in->inflate = inflate_create(png_scan_most_row_bytes(&in->header));
}

int png_in_rows(PngIn *in, Span columns, Span rows, RowSink sink, void *context) {
  if (in->scan == NULL) start(in, columns, rows);
  for (;;) {
    int goes_on = 0;
    switch (in->step) {
      case PIXELS: goes_on = read_pixels(in, sink, context); break;
      case PIXELS_SUM: goes_on = read_pixels_sum(in); break;
      default: goes_on = read_chunk_head(in); break;
    }
    /* With all of the picture, its last chunk is checked, too; a part of it is done before the chunk's end. */
    const int is_checked = in->step == CHUNK_HEAD || !png_scan_is_whole(in->scan);
    if (in->done && is_checked) return 1;
    if (!goes_on) return ends_too_early(in);
  }
}
