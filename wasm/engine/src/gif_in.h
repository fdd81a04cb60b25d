/*
 * GIF in (GIF89a, W3C copy of 1990): the first frame on its transparent canvas, as its bytes come, row by row. What lies
 * behind it is not read.
 *
 * An index beyond the palette is black, as in browsers. A frame that lies beyond the canvas, and pixels that end too
 * early or are nonsense, fail the job (FAIL_BROKEN).
 *
 * Memory (src/image/memory-pictor-png.ts has the same sum), W × H being the canvas and w × h the frame, which is no
 * larger: 28 KB of state and tables, w + 4 KiB for indexes, a row of each plane, and for interlaced frames w · h / 2.
 */
#ifndef PICTOR_GIF_IN_H
#define PICTOR_GIF_IN_H

#include "engine.h"

typedef struct GifIn GifIn;

GifIn *gif_in_create(void);
/* As png_in_feed: the bytes have to stay until they are used. */
void gif_in_feed(GifIn *in, const uint8_t *bytes, size_t count, int end);
/*
 * 1 when all is known that stands before the frame's pixels, 0 when more bytes are needed. The size is the canvas'.
 * `model`: MODEL_RGBA when a colour is transparent or the frame leaves some of the canvas free, else MODEL_RGB.
 */
int gif_in_header(GifIn *in, int32_t *width, int32_t *height, ColourModel *model);
/* As png_in_rows. */
int gif_in_rows(GifIn *in, Span columns, Span rows, RowSink sink, void *context);
void gif_in_free(GifIn *in);

#endif
