/*
 * PNG in (PNG third edition, W3C): as its bytes come, row by row. Of an APNG, the picture that readers of PNG show.
 *
 * What libpng and with it browsers refuse is refused: critical chunks whose checksum is wrong or that are not known,
 * two headers or palettes, a missing palette, pixels that end too early (all FAIL_BROKEN, unknown chunks
 * FAIL_UNSUPPORTED). What comes behind the last row that is wanted is not read, and the checksum of the compressed
 * pixels (Adler-32) is not: their chunks have their own.
 *
 * Memory (src/image/memory-pictor-png.ts has the same sum), W and H being the picture's size and R the bytes of a row:
 * 34 KB of state and tables, max(32 KiB, R) + 64 KiB for what is inflated, two rows, a row of each plane, for
 * depths but 8 a row of samples, and for interlaced pictures R · H / 2.
 */
#ifndef PICTOR_PNG_IN_H
#define PICTOR_PNG_IN_H

#include "engine.h"

typedef struct PngIn PngIn;

PngIn *png_in_create(void);
/* Before any bytes: samples stay what they are, as the job converts their colours, gAMA included. */
void png_in_without_gamma(PngIn *in);
/*
 * More of the file; `end` with the last bytes. They are not copied: they have to stay until png_in_header and, once that
 * says 1, png_in_rows have been called, which use them all.
 */
void png_in_feed(PngIn *in, const uint8_t *bytes, size_t count, int end);
/*
 * 1 when all is known that stands before the pixels, 0 when more bytes are needed. `model`: MODEL_GRAY, MODEL_RGB or,
 * with alpha of any kind, MODEL_RGBA. No memory was taken by the size so far.
 */
int png_in_header(PngIn *in, int32_t *width, int32_t *height, ColourModel *model);
/*
 * Decodes as far as the bytes go; call it first right after png_in_header has said 1, and always with the same spans.
 * Rows go out in order, each plane by plane; samples outside `columns` mean nothing. 1: done, 0: more bytes.
 */
int png_in_rows(PngIn *in, Span columns, Span rows, RowSink sink, void *context);
void png_in_free(PngIn *in);

#endif
