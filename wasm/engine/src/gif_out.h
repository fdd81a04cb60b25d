/*
 * GIF out (GIF89a): stills and animations. A frame is the rectangle in which something changes, with what does not
 * change left transparent there, which its compression likes. What must become transparent again is cleared by the frame
 * before it ("restore to background"), so each frame waits until the next one is known.
 *
 * Colours: up to 256, or 255 where some pixels are transparent. As many as there are come out exactly; more are
 * quantised (gif_palette.h) and dithered (gif_map.h). The first frame's palette serves the others where it has their
 * colours, or loses little more with them than it did at first; other frames have their own. Half-transparent pixels
 * are opaque from 128 on, else transparent.
 *
 * Memory (src/image/memory-pictor-gif-out.ts has the same sum): the raster, an index a pixel, a byte a pixel for what
 * changed, and 1.7 MiB for colours and compression, beside the next frame's raster.
 */
#ifndef PICTOR_GIF_OUT_H
#define PICTOR_GIF_OUT_H

#include "gif_map.h"
#include "gif_palette.h"
#include "growing.h"

enum { GIF_DISPOSE_NONE = 1, GIF_DISPOSE_BACKGROUND = 2 };

/* A frame that waits for the next one: `raster` is what is shown, thresholded. */
typedef struct {
  Raster raster;
  uint8_t *indexes; /* of all pixels; `transparent` where nothing is drawn */
  Rect rect;        /* where something is drawn; maybe empty */
  GifPalette palette;
  int is_global;    /* the palette is the first frame's */
  int32_t transparent; /* index; -1: every pixel is drawn */
  uint32_t delay;   /* 1/100 s */
} GifFrameOut;

/* gif_out_blocks.c: what stands in the file for a frame, and before all of them. */
void gif_put_frame(Growing *file, const GifFrameOut *frame, int disposal);
enum { GIF_MOST_HEAD = 13 + 768 + 19 };
/* `plays`: 1 leaves the loop out. */
Bytes gif_head(int32_t width, int32_t height, const GifPalette *palette, uint32_t plays);
/* Bits of a palette's indexes, with a transparent one if there is one: 1 to 8. */
int gif_palette_bits(const GifPalette *palette);

#endif
