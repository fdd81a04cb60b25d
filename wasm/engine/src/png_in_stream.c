#include "png_in_stream.h"

void png_stream_begin(PngStream *stream, const PngHeader *header, Span columns, Span rows) {
  stream->scan = png_scan_create(header, columns, rows);
  stream->inflate = inflate_create(png_scan_most_row_bytes(header));
  stream->done = 0;
}

/* Whole rows of what is inflated. */
static void take_rows(PngStream *stream, RowSink sink, void *context) {
  size_t waiting;
  const uint8_t *filtered = inflate_waiting(stream->inflate, &waiting);
  size_t taken = 0;
  while (!stream->done) {
    const size_t row = png_scan_row_bytes(stream->scan);
    if (waiting - taken < row) break;
    stream->done = png_scan_row(stream->scan, filtered + taken, sink, context);
    taken += row;
  }
  inflate_take(stream->inflate, taken);
}

void png_stream_read(PngStream *stream, const uint8_t *bytes, size_t count, RowSink sink, void *context) {
  const uint8_t *end = bytes + count;
  while (!stream->done) {
    const InflateState state = inflate_run(stream->inflate, &bytes, end);
    take_rows(stream, sink, context);
    if (stream->done || state == INFLATE_WANTS) return;
    if (state == INFLATE_ENDED) engine_fail(FAIL_BROKEN, "PNG: its pixels end too early");
  }
}

void png_stream_free(PngStream *stream) {
  if (stream->inflate != NULL) inflate_free(stream->inflate);
  if (stream->scan != NULL) png_scan_free(stream->scan);
  *stream = (PngStream){0};
}
