/*
 * JPEG out: JFIF, the standard quantisation tables scaled by quality, Huffman codes made for the picture, progressive
 * by libjpeg's own script when asked. The files are the same bytes as libjpeg-turbo's (accurate DCT, optimised tables),
 * which took five to eight times as long: it walks all coefficients twice in each of ten scans. Here a block is
 * transformed and at once told to all scans, which keep what they will say as tokens (jpeg_out_tokens.h); the
 * coefficients are gone.
 *
 * Memory, besides the picture that comes in: the tokens, as many as most_tokens() says, and with the file half as much
 * more; 2 bytes for each block; 28 for each column of a raster; 48 KiB. A picture that has more tokens takes another
 * pass over its samples for each scan, and the file alone.
 */
#include <string.h>

#include "engine.h"
#include "jpeg_out_progressive.h"
#include "jpeg_out_sequential.h"
#include "jpeg_out_strip.h"

typedef struct {
  Frame frame;
  /* One of the two. */
  Progressive *progressive;
  Sequential *sequential;
  /* Where the samples come from: one of the two. */
  const Planes *planes;
  const Raster *raster;
  Strip strip; /* of the raster */
} Encoder;

/* ---- blocks of a row of MCUs; `plane`: its samples ---- */

/* Beyond the picture, its last column and row are repeated. */
static void repeat_edges(uint8_t out[64], const Plane *plane, int32_t left, int32_t top) {
  for (int32_t i = 0; i < 64; i++) {
    const int32_t x = left + i % 8, y = top + i / 8;
    const int32_t from_x = x < plane->width ? x : plane->width - 1;
    const int32_t from_y = y < plane->height ? y : plane->height - 1;
    out[i] = plane->data[from_y * plane->stride + from_x];
  }
}

static void transform(JpegBlock *block, const Plane *plane, int32_t left, int32_t top, const Quantiser *quantiser) {
  if (left + 8 <= plane->width && top + 8 <= plane->height) {
    jpeg_block_transform(block, plane->data + top * plane->stride + left, plane->stride, quantiser);
    return;
  }
  uint8_t samples[64];
  repeat_edges(samples, plane, left, top);
  jpeg_block_transform(block, samples, 8, quantiser);
}

static void encode_component(Encoder *encoder, int32_t i, const Plane *plane, int32_t mcu_row) {
  const FrameComponent *component = &encoder->frame.component[i];
  const Quantiser *quantiser = &encoder->frame.quantiser[frame_table_of(i)];
  const int32_t first = mcu_row * component->factor;
  JpegBlock block;
  for (int32_t y = first; y < first + component->factor && y < component->down; y++) {
    for (int32_t x = 0; x < component->across; x++) {
      transform(&block, plane, 8 * x, 8 * (y - first), quantiser);
      progressive_block(encoder->progressive, i, x, y, &block);
    }
  }
}

static void encode_mcu(Encoder *encoder, const Plane plane[], int32_t mcu, int32_t mcu_row) {
  JpegBlock block;
  for (int32_t i = 0; i < encoder->frame.count; i++) {
    const FrameComponent *component = &encoder->frame.component[i];
    const int32_t factor = component->factor;
    for (int32_t j = 0; j < factor * factor; j++) {
      const int32_t x = mcu * factor + j % factor, y = j / factor;
      if (x < component->across && mcu_row * factor + y < component->down) {
        transform(&block, &plane[i], 8 * x, 8 * y, &encoder->frame.quantiser[frame_table_of(i)]);
        sequential_block(encoder->sequential, i, &block);
      } else {
        sequential_block(encoder->sequential, i, NULL);
      }
    }
  }
}

static void encode_row(Encoder *encoder, const Plane plane[], int32_t mcu_row) {
  if (encoder->progressive == NULL) {
    for (int32_t mcu = 0; mcu < encoder->frame.mcus_across; mcu++) encode_mcu(encoder, plane, mcu, mcu_row);
    return;
  }
  for (int32_t i = 0; i < encoder->frame.count; i++)
    if (progressive_wants(encoder->progressive, i)) encode_component(encoder, i, &plane[i], mcu_row);
}

/* ---- all rows ---- */

static void encode_planes_row(Encoder *encoder, int32_t mcu_row) {
  Plane plane[MAX_COMPONENTS];
  for (int32_t i = 0; i < encoder->frame.count; i++) {
    const int32_t top = mcu_row * encoder->frame.component[i].factor * 8;
    plane[i] = encoder->planes->plane[i];
    plane[i].data += top * plane[i].stride;
    plane[i].height -= top;
  }
  encode_row(encoder, plane, mcu_row);
}

static void encode_rows(void *context) {
  Encoder *encoder = context;
  const int32_t rows = 8 * encoder->frame.component[0].factor;
  for (int32_t mcu_row = 0; mcu_row < encoder->frame.mcus_down; mcu_row++) {
    if (encoder->planes != NULL) {
      encode_planes_row(encoder, mcu_row);
    } else {
      strip_fill(&encoder->strip, encoder->raster, mcu_row * rows);
      encode_row(encoder, encoder->strip.plane, mcu_row);
    }
  }
}

/*
 * Bytes; memory-pictor.ts has the same sum. Photos take 0.1 to 0.7 a pixel at quality 80, about 1 at 90 and 2 at 100;
 * in 4:4:4 up to half as much again.
 */
static size_t most_tokens(const Job *job, const Frame *frame) {
  const size_t quarters = job->quality < 85 ? 3 : job->quality < 95 ? 5 : 9;
  const size_t bytes = (size_t)frame->width * (size_t)frame->height / 4 * quarters;
  return job->chroma_444 ? bytes + bytes / 2 : bytes;
}

static Bytes encode(Encoder *encoder, const Job *job) {
  const Replay replay = {encode_rows, encoder};
  const size_t tokens = most_tokens(job, &encoder->frame);
  Growing out = {0};
  if (job->progressive) {
    encoder->progressive = progressive_create(&encoder->frame, tokens);
    encode_rows(encoder);
    progressive_write(encoder->progressive, &out, replay);
  } else {
    encoder->sequential = sequential_create(&encoder->frame, tokens);
    encode_rows(encoder);
    sequential_write(encoder->sequential, &out, replay);
  }
  return growing_take(&out);
}

/* ---- from planes ---- */

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

Bytes jpeg_out_planes(const Planes *planes, const Job *job) {
  const int luma_factor = planes->model == MODEL_GRAY || job->chroma_444 ? 1 : 2;
  require_planes(planes, luma_factor);
  const Plane luma = planes->plane[0];
  Encoder encoder = {.planes = planes};
  frame_create(&encoder.frame, luma.width, luma.height, planes->count, luma_factor, job->quality);
  encoder.frame.gamut = job->gamut;
  return encode(&encoder, job);
}

/* ---- from a raster; its alpha is left out ---- */

Bytes jpeg_out_raster(const Raster *raster, const Job *job) {
  Encoder encoder = {.raster = raster};
  frame_create(&encoder.frame, raster->width, raster->height, 3, job->chroma_444 ? 1 : 2, job->quality);
  encoder.frame.gamut = job->gamut;
  strip_create(&encoder.strip, &encoder.frame);
  const Bytes bytes = encode(&encoder, job);
  strip_free(&encoder.strip);
  return bytes;
}
