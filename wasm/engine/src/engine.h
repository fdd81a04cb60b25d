/*
 * The engine's rooms and what passes between them. One job at a time; all state of a job hangs on `Engine`.
 * Nothing returns an error through C: `engine_fail` calls the import that throws, and the instance is scrubbed or
 * thrown away by its owner.
 */
#ifndef PICTOR_ENGINE_H
#define PICTOR_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#include "failure.h"
#include "job.h"

/* ---- colour planes ---- */

/* What the samples of a picture in planes mean. */
typedef enum {
  MODEL_GRAY,  /* 1 plane */
  MODEL_YCBCR, /* 3 planes, BT.601 full range (JFIF) */
  MODEL_RGB,   /* 3 planes */
  MODEL_CMYK,  /* 4 planes, 0 = full ink (Adobe's inverted form) */
  MODEL_YCCK,  /* 4 planes */
  MODEL_YUVA,  /* 3 planes BT.601 studio range (WebP lossy) and an alpha plane */
  MODEL_RGBA,  /* 4 planes, premultiplied alpha */
  MODEL_MATRIX /* 3 planes of luma and chroma in full range, coded by `Planes.matrix`; with a 4th, premultiplied by it */
} ColourModel;

#define MAX_PLANES 4

/* 8-bit samples; rows follow each other every `stride` bytes. */
typedef struct {
  uint8_t *data;
  int32_t width, height;
  ptrdiff_t stride;
} Plane;

typedef struct {
  ColourModel model;
  int32_t count;
  Plane plane[MAX_PLANES];
  uint32_t matrix; /* of MODEL_MATRIX: MatrixCoefficients of ITU-T H.273 */
} Planes;

/* From `first` to the one before `end`. */
typedef struct {
  int32_t first, end;
} Span;

/* ---- resize (resize.c): one axis-aligned affine map with Lanczos3, streaming by rows ---- */

/*
 * Centre of destination sample i lies at `scale * (i + 0.5) + offset` in source samples, whose sample k covers
 * [k, k + 1). scale < 0 mirrors. `support_scale` widens the filter when shrinking: max(1, |scale|).
 */
typedef struct {
  double scale, offset;
  /* Only samples within [low, high) are used; what lies outside counts as the edge repeated. high 0: all of them. */
  double low, high;
} AxisMap;

typedef struct Resizer Resizer;

/*
 * Source rows come top to bottom through resizer_push; the result lies complete in `out` after the last one.
 * `gain` and `bias` are folded into the filter: out = gain * filtered + bias (rounded, clamped to 0–255).
 */
Resizer *resizer_create(int32_t source_width, int32_t source_height, AxisMap x, AxisMap y, Plane out, double gain,
                        double bias);
/* The source's columns and rows that the result depends on; rows outside need not be pushed. */
void resizer_extent(const Resizer *resizer, Span *columns, Span *rows);
/* The next source row, from resizer_extent's first on; `source_width` samples, of which those columns count. */
void resizer_push(Resizer *resizer, const uint8_t *row);
void resizer_free(Resizer *resizer);
/* Bytes that resizer_create takes; the plan in TypeScript has the same formula. */
size_t resizer_bytes(int32_t source_width, int32_t source_height, AxisMap x, AxisMap y, Plane out);

/* ---- JPEG in (jpeg_in.c): suspending, shrinks on load, hands out planes by rows ---- */

typedef struct JpegIn JpegIn;
typedef struct {
  int32_t scale;        /* eighths, 1 to 8: the size that is decoded */
  ColourModel model;
  int32_t count;
  int32_t plane_width[MAX_PLANES], plane_height[MAX_PLANES]; /* of the decoded planes */
  /* Position of a plane's samples in decoded luma samples: luma = factor * (sample + 0.5) (centred siting). */
  double factor_x[MAX_PLANES], factor_y[MAX_PLANES];
} JpegLayout;

/* Where rows go: `row` is row number `y` of plane `plane`, in order for each plane. */
typedef void (*RowSink)(void *context, int32_t plane, int32_t y, const uint8_t *row);

JpegIn *jpeg_in_create(void);
/* More of the file; kept until used. `end` with the last bytes. */
void jpeg_in_feed(JpegIn *in, const uint8_t *bytes, size_t count, int end);
/*
 * 1 when the header is known (then `layout` may be asked, with the least size in stored orientation that the decoded
 * picture should have), 0 when more bytes are needed.
 */
int jpeg_in_header(JpegIn *in, int32_t *width, int32_t *height);
/* Chooses the largest shrink whose size is still at least `min_width` × `min_height`. Call once, after the header. */
void jpeg_in_start(JpegIn *in, int32_t min_width, int32_t min_height, JpegLayout *layout);
/* Decodes as far as the bytes go, only what the columns and rows of luma (decoded size) need. 1: done, 0: more bytes. */
int jpeg_in_rows(JpegIn *in, Span columns, Span rows, RowSink sink, void *context);
void jpeg_in_free(JpegIn *in);

/* ---- WebP in (webp_in.c): whole file first; scaled by the library where that keeps the margin ---- */

/* Decodes to planes (YUVA or RGBA) of at least min size, at most the picture's own. First frame of an animation, on its canvas. */
void webp_in_decode(const uint8_t *file, size_t size, int32_t source_width, int32_t source_height, int32_t min_width,
                    int32_t min_height, Planes *out);

/* ---- rasters (ops_*.c): the small result, RGBA, straight alpha ---- */

typedef struct {
  int32_t width, height;
  uint8_t *data; /* width * height * 4, owned */
} Raster;

Raster raster_create(int32_t width, int32_t height);
void raster_free(Raster *raster);
/* Moves it down in memory where there is room, so that what is free lies together above it. */
void raster_settle(Raster *raster);
/* Planes of one size → raster; converts the colour model. */
Raster raster_from_planes(const Planes *planes);
/* The same of CMYK and YCCK, as it is: four inks a pixel (0 = full ink) instead of red, green, blue and alpha. */
Raster raster_of_inks(const Planes *planes);
void op_canvas(Raster *raster, Rect canvas, uint32_t colour);
void op_flip(Raster *raster);
void op_rotate(Raster *raster, uint32_t degrees);
void op_adjust(Raster *raster, float brightness, float contrast, float saturation, float gamma);
void op_blur(Raster *raster, float sigma);
void op_sharpen(Raster *raster, float amount);
/* Lays an overlay of just `draw`'s size over the raster, in place; what hangs over is cut. */
void op_draw(Raster *raster, const Raster *overlay, const Draw *draw);
void op_pad(Raster *raster, int32_t top, int32_t right, int32_t bottom, int32_t left, uint32_t colour);
void op_flatten(Raster *raster, uint32_t colour);

/* ---- colours (op_colour.c) ---- */

/* What engine_colours got. */
typedef struct {
  uint8_t *data; /* owned */
  size_t size;
} Numbers;

/* Fails unless they are as many as the job's conversion takes. */
void colours_check(const Job *job, Numbers numbers);
/* Converts as `job->conversion` says; after it, the raster is red, green, blue and alpha. */
void op_colour(Raster *raster, const Job *job, Numbers numbers);
/* Its half that goes by a table (op_colour_table.c): of grid³ or grid⁴ points. */
void op_colour_table(Raster *raster, const uint16_t *table, int32_t channels, int32_t grid);

/* ---- out (jpeg_out.c, webp_out.c, png_out.c, planes_out.c) ---- */

typedef struct {
  uint8_t *data; /* owned */
  size_t size;
} Bytes;

/* From planes (MODEL_YCBCR with 4:2:0 or 4:4:4 planes, or MODEL_GRAY), no colour conversion on the way. */
Bytes jpeg_out_planes(const Planes *planes, const Job *job);
Bytes jpeg_out_raster(const Raster *raster, const Job *job);
/* From planes in studio range (BT.601), chroma half size. */
Bytes webp_out_planes(const Planes *planes, const Job *job);
Bytes webp_out_raster(Raster *raster, const Job *job);
/*
 * Takes the raster's memory over; what is under transparent pixels is kept. Lossless: `quality` does not reduce colours.
 */
Bytes png_out_raster(Raster *raster, const Job *job);
/*
 * For an encoder in another module: tight 8-bit planes, one after the other. Y, or Y, Cb, Cr (JFIF's BT.601 in full
 * range; chroma as `job` has it), or G, B, R where it is lossless; then alpha (straight) if the result has it.
 */
Bytes planes_out_planes(const Planes *planes);
Bytes planes_out_raster(const Raster *raster, const Job *job);

#endif
