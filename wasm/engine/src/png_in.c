#include "png_in.h"

#include <stdlib.h>

#include "png_in_chunks.h"
#include "png_in_stream.h"

#define IDAT CHUNK('I', 'D', 'A', 'T')

typedef enum { SIGNATURE, CHUNK_HEAD, SKIPPED, KEPT, PIXELS, PIXELS_SUM } Step;

struct PngIn {
  Step step;
  PngChunks chunks;
  PngHeader header;
  int has_pixels; /* the first IDAT was reached */
  PngStream pixels;
};

PngIn *png_in_create(void) {
  PngIn *in = engine_alloc(sizeof *in);
  png_chunks_prepare(&in->chunks);
  return in;
}

void png_in_without_gamma(PngIn *in) { in->header.has_colour_space = 1; }

void png_in_free(PngIn *in) {
  png_stream_free(&in->pixels);
  free(in);
}

void png_in_feed(PngIn *in, const uint8_t *bytes, size_t count, int end) {
  png_chunks_feed(&in->chunks, bytes, count, end);
}

static int ends_too_early(const PngIn *in) {
  if (in->chunks.end) engine_fail(FAIL_BROKEN, "PNG: it ends too early");
  return 0;
}

/* Says `done`, and goes on to the step when it is. */
static int then(PngIn *in, int done, Step step) {
  if (done) in->step = step;
  return done;
}

/* Pixels are the chunks that follow the first one of theirs without another in between (section 5.6). */
static void begin_pixels(PngIn *in) {
  if (!in->has_pixels) png_header_end(&in->header);
  in->has_pixels = 1;
  png_chunk_begin_data(&in->chunks);
  in->step = PIXELS;
}

static int read_chunk_head(PngIn *in) {
  PngChunks *chunks = &in->chunks;
  if (!png_chunk_head(chunks)) return 0;
  if (in->has_pixels && chunks->type != IDAT) engine_fail(FAIL_BROKEN, "PNG: its pixels end too early");
  if (chunks->type == IDAT) {
    begin_pixels(in);
  } else if (png_header_wants(&in->header, chunks->type, chunks->length)) {
    in->step = KEPT;
  } else {
    png_chunk_begin_skip(chunks);
    in->step = SKIPPED;
  }
  return 1;
}

static int read_kept(PngIn *in) {
  PngChunks *chunks = &in->chunks;
  int intact;
  if (!png_chunk_keep(chunks, &intact)) return 0;
  png_header_read(&in->header, chunks->type, png_chunk_kept_data(chunks), chunks->length, intact);
  return then(in, 1, CHUNK_HEAD);
}

int png_in_header(PngIn *in, int32_t *width, int32_t *height, ColourModel *model) {
  while (!in->has_pixels) {
    int goes_on = 0;
    switch (in->step) {
      case SIGNATURE: goes_on = then(in, png_signature(&in->chunks), CHUNK_HEAD); break;
      case CHUNK_HEAD: goes_on = read_chunk_head(in); break;
      case SKIPPED: goes_on = then(in, png_chunk_skip(&in->chunks), CHUNK_HEAD); break;
      default: goes_on = read_kept(in); break;
    }
    if (!goes_on) return ends_too_early(in);
  }
  *width = in->header.width;
  *height = in->header.height;
  *model = png_model(&in->header);
  return 1;
}

/* What there is of the chunk. Once the last row was there, the rest only counts for the checksum. */
static int read_pixels(PngIn *in, RowSink sink, void *context) {
  const uint8_t *bytes;
  size_t count;
  const int is_all = png_chunk_data(&in->chunks, &bytes, &count);
  png_stream_read(&in->pixels, bytes, count, sink, context);
  return then(in, is_all, PIXELS_SUM);
}

int png_in_rows(PngIn *in, Span columns, Span rows, RowSink sink, void *context) {
  PngStream *pixels = &in->pixels;
  if (pixels->inflate == NULL) png_stream_begin(pixels, &in->header, columns, rows);
  for (;;) {
    int goes_on = 0;
    switch (in->step) {
      case PIXELS: goes_on = read_pixels(in, sink, context); break;
      case PIXELS_SUM: goes_on = then(in, png_chunk_end_data(&in->chunks), CHUNK_HEAD); break;
      default: goes_on = read_chunk_head(in); break;
    }
    /* With all of the picture, its last chunk is checked, too; a part of it is done before the chunk's end. */
    const int is_checked = in->step == CHUNK_HEAD || !png_scan_is_whole(pixels->scan);
    if (pixels->done && is_checked) return 1;
    if (!goes_on) return ends_too_early(in);
  }
}
