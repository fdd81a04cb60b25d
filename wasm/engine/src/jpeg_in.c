/*
 * JPEG in: reads a file as its bytes arrive and hands out the planes of one iMCU row at a time, each component at
 * its own size, shrunk to 1/8 … 8/8 in the inverse DCT. See engine.h for the interface.
 *
 * Rows and columns that nobody needs are not transformed; below the last one that is needed the rest of the file is not read.
 * Whole iMCU rows are handed out: the sink also gets the rows of theirs that lie outside the wanted ones.
 *
 * Memory, w × h the picture, s the scale in eighths, for each component i with factors h_i, v_i (H, V the largest):
 *   fixed       200 KiB: libjpeg's state, Huffman tables (16 KiB each, mostly 4), 64 blocks
 *   input       bytes of one jpeg_in_feed + what was left unused: 6 KiB in entropy-coded data, at most one table
 *               segment (64 KiB) in the header; at least 16 KiB. Arithmetic coding: 2.5 times the file
 *   rows        Σ (round_up(ceil(w h_i / 8H), h_i) · s + 16) · v_i · s    bytes
 *   and where scans have to be kept (progressive, or more than one scan):
 *   blocks      Σ round_up(ceil(w h_i / 8H), h_i) · round_up(ceil(h v_i / 8V), v_i) · (2 s s' + 8) bytes, the 8 only
 *               when progressive and s > 1; s' = jpeg_in_stride(s)
 * 50 MP 4:2:0, progressive: 159 MB (s = 8), 80 MB (5), 47 MB (4), 19 MB (2), 2.3 MB (1).
 */
#include <stdlib.h>

#include "jpeg_in_private.h"

JpegIn *jpeg_in_create(void) {
  JpegIn *in = engine_alloc(sizeof *in);
  jpeg_in_errors_create(in);
  in->d.client_data = in;
  jpeg_create_decompress(&in->d);
  jpeg_in_source_create(in);
  return in;
}

int jpeg_in_header(JpegIn *in, int32_t *width, int32_t *height) {
  if (in->d.global_state <= DSTATE_INHEADER && jpeg_read_header(&in->d, TRUE) == JPEG_SUSPENDED) return 0;
  int count = in->d.num_components;
  if (count != 1 && count != 3 && count != 4)
    engine_fail(FAIL_UNSUPPORTED, "JPEG: only 1, 3 or 4 components are read");
  if (in->d.arith_code && in->d.progressive_mode)
    engine_fail(FAIL_UNSUPPORTED, "JPEG: progressive arithmetic coding is not read");
  *width = (int32_t)in->d.image_width;
  *height = (int32_t)in->d.image_height;
  return 1;
}

static int32_t shrunk(JDIMENSION size, int32_t eighths) {
  return (int32_t)(((uint64_t)size * (uint32_t)eighths + 7) / 8);
}

static int32_t choose_scale(const struct jpeg_decompress_struct *d, int32_t min_width, int32_t min_height) {
  int32_t scale = 1;
  while (scale < 8 && (shrunk(d->image_width, scale) < min_width || shrunk(d->image_height, scale) < min_height)) scale++;
  return scale;
}

static ColourModel model_of(const struct jpeg_decompress_struct *d) {
  switch (d->jpeg_color_space) {
    case JCS_GRAYSCALE: return MODEL_GRAY;
    case JCS_YCbCr: return MODEL_YCBCR;
    case JCS_RGB: return MODEL_RGB;
    case JCS_CMYK: return MODEL_CMYK;
    case JCS_YCCK: return MODEL_YCCK;
    default: engine_fail(FAIL_UNSUPPORTED, "JPEG: unknown colour model");
  }
}

static void describe(const JpegIn *in, JpegLayout *layout) {
  const struct jpeg_decompress_struct *d = &in->d;
  layout->scale = in->scale;
  layout->model = model_of(d);
  layout->count = d->num_components;
  for (int i = 0; i < d->num_components; i++) {
    const jpeg_component_info *component = &d->comp_info[i];
    layout->plane_width[i] = (int32_t)component->downsampled_width;
    layout->plane_height[i] = (int32_t)component->downsampled_height;
    layout->factor_x[i] = (double)d->max_h_samp_factor / component->h_samp_factor;
    layout->factor_y[i] = (double)d->max_v_samp_factor / component->v_samp_factor;
  }
}

/* What the transform may write to the right of a block's samples. */
#define WRITE_BEYOND 8

static void make_rows(JpegIn *in) {
  for (int i = 0; i < in->d.num_components; i++) {
    const jpeg_component_info *component = &in->d.comp_info[i];
    size_t blocks = (component->width_in_blocks + (JDIMENSION)component->h_samp_factor - 1) /
                    (JDIMENSION)component->h_samp_factor * (JDIMENSION)component->h_samp_factor;
    size_t stride = blocks * (size_t)in->scale + WRITE_BEYOND;
    size_t count = (size_t)(component->v_samp_factor * in->scale);
    in->samples[i] = engine_alloc(stride * count);
    in->rows[i] = engine_alloc(count * sizeof(JSAMPROW));
    for (size_t y = 0; y < count; y++) in->rows[i][y] = in->samples[i] + y * stride;
    in->plane_height[i] = (int32_t)component->downsampled_height;
  }
}

/* Reads all scans when there are several. 0: more bytes must come. */
static int go_on_starting(JpegIn *in) {
  if (in->is_started) return 1;
  if (!jpeg_start_decompress(&in->d)) return 0;
  jpeg_in_require_all_scans(&in->d);
  in->is_started = 1;
  return 1;
}

void jpeg_in_start(JpegIn *in, int32_t min_width, int32_t min_height, JpegLayout *layout) {
  struct jpeg_decompress_struct *d = &in->d;
  in->scale = choose_scale(d, min_width, min_height);
  d->scale_num = (unsigned int)in->scale;
  d->scale_denom = 8;
  d->out_color_space = d->jpeg_color_space;
  d->raw_data_out = TRUE;
  d->dct_method = JDCT_ISLOW;
  go_on_starting(in);
  describe(in, layout);
  make_rows(in);
}

/* Hands out the planes' rows of the iMCU row that was just decoded. */
static void deliver(const JpegIn *in, int32_t imcu_row, RowSink sink, void *context) {
  for (int i = 0; i < in->d.num_components; i++) {
    int32_t count = in->d.comp_info[i].v_samp_factor * in->scale;
    int32_t top = imcu_row * count;
    for (int32_t y = 0; y < count && top + y < in->plane_height[i]; y++) sink(context, i, top + y, in->rows[i][y]);
  }
}

int jpeg_in_rows(JpegIn *in, Span columns, Span rows, RowSink sink, void *context) {
  struct jpeg_decompress_struct *d = &in->d;
  in->columns_wanted = columns;
  in->rows_wanted = rows;
  if (!go_on_starting(in)) return 0;
  int32_t height = d->max_v_samp_factor * in->scale;
  while (d->output_scanline < d->output_height && (int32_t)d->output_scanline < rows.end) {
    int32_t top = (int32_t)d->output_scanline;
    if (jpeg_read_raw_data(d, in->rows, (JDIMENSION)height) == 0) return 0;
    if (top + height > rows.first) deliver(in, top / height, sink, context);
  }
  return 1;
}

void jpeg_in_free(JpegIn *in) {
  if (in == NULL) return;
  for (int i = 0; i < MAX_PLANES; i++) {
    free(in->samples[i]);
    free(in->rows[i]);
  }
  jpeg_in_free_store(&in->d);
  jpeg_destroy_decompress(&in->d);
  free(in->buffer);
  free(in);
}
