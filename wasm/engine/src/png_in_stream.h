/* The compressed pixels of a PNG's picture, or of a frame, → its rows, as they come. */
#ifndef PICTOR_PNG_IN_STREAM_H
#define PICTOR_PNG_IN_STREAM_H

#include "png_in_inflate.h"
#include "png_in_scan.h"

typedef struct {
  Inflate *inflate; /* NULL: it has not begun */
  PngScan *scan;
  int done; /* the last row that is wanted went out */
} PngStream;

/* `header` has to outlive it; see png_scan_create. */
void png_stream_begin(PngStream *stream, const PngHeader *header, Span columns, Span rows);
/* More of it. Fails the job where it ends before its rows do; what comes behind them is not looked at. */
void png_stream_read(PngStream *stream, const uint8_t *bytes, size_t count, RowSink sink, void *context);
/* It may begin anew. */
void png_stream_free(PngStream *stream);

#endif
