/*
 * JPEG out through libjpeg-turbo: JFIF, the standard quantisation tables scaled by quality, Huffman tables made for
 * the picture, progressive by libjpeg's own script when asked.
 *
 * Memory, besides the picture that comes in. Tables made for the picture need two passes, so all coefficients are
 * kept, 2 bytes each: with width and height rounded up to whole MCUs (16 for 4:2:0, else 8), 3 bytes a pixel (4:2:0),
 * 6 (4:4:4) or 2 (grey). Progressive needs no more. Then the output (see growing.h) and 0.2 MB. Measured in all, in
 * bytes a pixel, on top of 0.2 MB: 4:2:0 3.4 (photo, quality 80) to 5.7 (noise, 100); 4:4:4 6.4 to 11.7.
 */
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "jpeg_encoder.h"

/* ---- from planes ---- */

enum { MOST_STRIP_ROWS = 2 * DCTSIZE };

/* One row of MCUs of a component, its edges repeated to whole blocks. */
typedef struct {
  int32_t rows, width; /* in samples */
  uint8_t *samples;
  JSAMPROW row[MOST_STRIP_ROWS];
} Strip;

static Strip strip_create(const jpeg_component_info *component) {
  Strip strip = {.rows = component->v_samp_factor * DCTSIZE, .width = (int32_t)component->width_in_blocks * DCTSIZE};
  strip.samples = engine_alloc((size_t)strip.rows * strip.width);
  for (int32_t y = 0; y < strip.rows; y++) strip.row[y] = strip.samples + (size_t)y * strip.width;
  return strip;
}

static void strip_fill(Strip *strip, const Plane *plane, int32_t top) {
  for (int32_t y = 0; y < strip->rows; y++) {
    const int32_t from = top + y < plane->height ? top + y : plane->height - 1;
    const uint8_t *row = plane->data + from * plane->stride;
    memcpy(strip->row[y], row, (size_t)plane->width);
    memset(strip->row[y] + plane->width, row[plane->width - 1], (size_t)(strip->width - plane->width));
  }
}

static void require_planes(const Planes *planes, int luma_factor) {
  const int32_t count = planes->model == MODEL_GRAY ? 1 : 3;
  if (planes->model != MODEL_GRAY && planes->model != MODEL_YCBCR) {
    engine_fail(FAIL_INTERNAL, "planes of a colour model that JPEG does not have");
  }
  const Plane luma = planes->plane[0];
  int fits = planes->count == count;
  for (int32_t i = 1; i < count; i++) {
    const Plane chroma = planes->plane[i];
    fits = fits && chroma.width == (luma.width + luma_factor - 1) / luma_factor &&
           chroma.height == (luma.height + luma_factor - 1) / luma_factor;
  }
  if (!fits) engine_fail(FAIL_INTERNAL, "planes of other sizes than JPEG's sampling has");
}

static void write_planes(JpegEncoder *encoder, const Planes *planes) {
  j_compress_ptr compress = &encoder->compress;
  Strip strip[MAX_PLANES];
  JSAMPARRAY rows[MAX_PLANES];
  for (int32_t i = 0; i < planes->count; i++) {
    strip[i] = strip_create(&compress->comp_info[i]);
    rows[i] = strip[i].row;
  }
  const int32_t step = compress->max_v_samp_factor * DCTSIZE;
  for (int32_t top = 0; top < planes->plane[0].height; top += step) {
    for (int32_t i = 0; i < planes->count; i++) {
      strip_fill(&strip[i], &planes->plane[i], top / step * strip[i].rows);
    }
    jpeg_write_raw_data(compress, rows, (JDIMENSION)step);
  }
  for (int32_t i = 0; i < planes->count; i++) free(strip[i].samples);
}

Bytes jpeg_out_planes(const Planes *planes, const Job *job) {
  const int is_grey = planes->model == MODEL_GRAY;
  const int luma_factor = is_grey || job->chroma_444 ? 1 : 2;
  require_planes(planes, luma_factor);
  JpegEncoder encoder;
  jpeg_encoder_create(&encoder);
  const J_COLOR_SPACE space = is_grey ? JCS_GRAYSCALE : JCS_YCbCr;
  encoder.compress.image_width = (JDIMENSION)planes->plane[0].width;
  encoder.compress.image_height = (JDIMENSION)planes->plane[0].height;
  encoder.compress.input_components = planes->count;
  encoder.compress.in_color_space = space;
  jpeg_encoder_configure(&encoder, job, space, luma_factor);
  encoder.compress.raw_data_in = TRUE;
  jpeg_start_compress(&encoder.compress, TRUE);
  write_planes(&encoder, planes);
  return jpeg_encoder_finish(&encoder);
}

/* ---- from a raster; its alpha is left out ---- */

Bytes jpeg_out_raster(const Raster *raster, const Job *job) {
  JpegEncoder encoder;
  jpeg_encoder_create(&encoder);
  encoder.compress.image_width = (JDIMENSION)raster->width;
  encoder.compress.image_height = (JDIMENSION)raster->height;
  encoder.compress.input_components = 4;
  encoder.compress.in_color_space = JCS_EXT_RGBX;
  jpeg_encoder_configure(&encoder, job, JCS_YCbCr, job->chroma_444 ? 1 : 2);
  jpeg_start_compress(&encoder.compress, TRUE);
  for (int32_t y = 0; y < raster->height; y++) {
    JSAMPROW row = raster->data + (size_t)y * raster->width * 4;
    jpeg_write_scanlines(&encoder.compress, &row, 1);
  }
  return jpeg_encoder_finish(&encoder);
}
