/*
 * WebP in through libwebp. Lossy without alpha comes as the planes that it is coded in; everything else as
 * premultiplied RGBA (RGB when there is no alpha), since filtering colours that alpha does not weigh would bleed.
 *
 * Scaled to exactly the least size that is wanted: libwebp's area average loses nothing that counts under the margin
 * (at least 49.7 dB against the full decode, at margin 2), and memory then depends on the result.
 *
 * Memory besides the file, measured at 0.75 and 6 MP; src and out are pixels before and after scaling, W is the width:
 *
 *   lossy                1.5 out + 128 W + 64 KB
 *   lossy with alpha     5 to 5.7 src + 4 out + 196 W + 0.1 MB: alpha is decoded whole, in 4 bytes a pixel, and kept
 *   lossless             4.4 src + 3 out (4 with alpha) + 0.4 MB, at least 6 out (8)
 *
 * What is not a whole number of bytes a pixel are tables of Huffman codes, 5 to 7 KB for each of up to some hundreds.
 *   frame on a canvas    4 bytes more for each pixel of the scaled canvas
 */
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "src/webp/decode.h"
#include "webp_chunks.h"
#include "webp_in_status.h"

typedef struct {
  int32_t x, y, width, height;
} Place;

static Plane plane_create(int32_t width, int32_t height) {
  return (Plane){engine_alloc((size_t)width * height), width, height, width};
}

/* ---- the two ways through libwebp ---- */

/* `config` has the size; planes are created in `out`. */
static void decode_yuv(const uint8_t *data, size_t size, WebPDecoderConfig *config, Place place, Planes *out) {
  out->model = MODEL_YUVA;
  out->count = 3;
  for (int32_t i = 0; i < 3; i++) {
    const int32_t factor = i == 0 ? 1 : 2;
    out->plane[i] = plane_create((place.width + factor - 1) / factor, (place.height + factor - 1) / factor);
  }
  const Plane *plane = out->plane;
  WebPYUVABuffer *yuv = &config->output.u.YUVA;
  config->output.colorspace = MODE_YUV;
  config->output.is_external_memory = 1;
  yuv->y = plane[0].data;
  yuv->u = plane[1].data;
  yuv->v = plane[2].data;
  yuv->y_stride = (int)plane[0].stride;
  yuv->u_stride = (int)plane[1].stride;
  yuv->v_stride = (int)plane[2].stride;
  yuv->y_size = (size_t)plane[0].stride * plane[0].height;
  yuv->u_size = (size_t)plane[1].stride * plane[1].height;
  yuv->v_size = (size_t)plane[2].stride * plane[2].height;
  webp_require(WebPDecode(data, size, config));
}

/* Interleaved samples of `count` channels into the planes, at `place`. */
static void split(const uint8_t *samples, int32_t count, Place place, Planes *out) {
  for (int32_t y = 0; y < place.height; y++) {
    for (int32_t i = 0; i < count; i++) {
      uint8_t *row = out->plane[i].data + (place.y + y) * out->plane[i].stride + place.x;
      const uint8_t *from = samples + (size_t)y * place.width * count + i;
      for (int32_t x = 0; x < place.width; x++) row[x] = from[x * count];
    }
  }
}

/* On a transparent canvas when the picture does not fill it; then there is alpha whatever the picture has. */
static void decode_rgb(const uint8_t *data, size_t size, WebPDecoderConfig *config, Place place, int32_t width,
                       int32_t height, int alpha, Planes *out) {
  config->output.colorspace = alpha ? MODE_rgbA : MODE_RGB;
  webp_require(WebPDecode(data, size, config));
  out->model = alpha ? MODEL_RGBA : MODEL_RGB;
  out->count = alpha ? 4 : 3;
  for (int32_t i = 0; i < out->count; i++) out->plane[i] = plane_create(width, height);
  split(config->output.u.RGBA.rgba, out->count, place, out);
  WebPFreeDecBuffer(&config->output);
}

/* ---- sizes ---- */

static int32_t scaled_size(int32_t source, int32_t least) {
  if (least < 1) return 1;
  return least < source ? least : source;
}

/* `at` of a canvas of `source`, scaled to `target`; edges to whole pixels. */
static int32_t scaled_edge(int32_t at, int32_t source, int32_t target) {
  return (int32_t)(((int64_t)at * target * 2 + source) / (2 * (int64_t)source));
}

static Place scaled_place(Place place, int32_t source_width, int32_t source_height, int32_t width, int32_t height) {
  int32_t left = scaled_edge(place.x, source_width, width);
  int32_t top = scaled_edge(place.y, source_height, height);
  const int32_t right = scaled_edge(place.x + place.width, source_width, width);
  const int32_t bottom = scaled_edge(place.y + place.height, source_height, height);
  /* No frame vanishes, and none begins behind the canvas. */
  if (left == right && left > 0) left--;
  if (top == bottom && top > 0) top--;
  return (Place){left, top, right > left ? right - left : 1, bottom > top ? bottom - top : 1};
}

/* ---- the whole ---- */

void webp_in_decode(const uint8_t *file, size_t size, int32_t source_width, int32_t source_height, int32_t min_width,
                    int32_t min_height, Planes *out) {
  memset(out, 0, sizeof *out);
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) engine_fail(FAIL_INTERNAL, "libwebp's headers and code differ");
  webp_require(WebPGetFeatures(file, size, &config.input));
  if (config.input.width != source_width || config.input.height != source_height) {
    engine_fail(FAIL_MISMATCH, "the WebP has another size than its header said");
  }
  Place place = {0, 0, source_width, source_height};
  WebpFrame frame = {.data = file, .size = size};
  if (webp_first_frame(file, size, &frame)) {
    place = (Place){frame.x, frame.y, frame.width, frame.height};
    if (place.x > source_width - place.width || place.y > source_height - place.height) {
      engine_fail(FAIL_BROKEN, "a frame lies outside the canvas");
    }
    webp_require(WebPGetFeatures(frame.data, frame.size, &config.input));
    if (config.input.width != frame.width || config.input.height != frame.height) {
      engine_fail(FAIL_BROKEN, "a frame's size differs from its header");
    }
  }
  const int32_t width = scaled_size(source_width, min_width);
  const int32_t height = scaled_size(source_height, min_height);
  const Place scaled = scaled_place(place, source_width, source_height, width, height);
  config.options.use_scaling = scaled.width != place.width || scaled.height != place.height;
  config.options.scaled_width = scaled.width;
  config.options.scaled_height = scaled.height;
  const int fills = place.width == source_width && place.height == source_height;
  const int alpha = config.input.has_alpha || !fills;
  if (config.input.format == 1 && !alpha) {
    decode_yuv(frame.data, frame.size, &config, scaled, out);
  } else {
    decode_rgb(frame.data, frame.size, &config, scaled, width, height, alpha, out);
  }
}
