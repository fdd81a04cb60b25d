/*
 * WebP out through libwebp: VP8 with or without an alpha plane, or VP8L.
 *
 * Memory, besides the picture that comes in, measured at 0.5 and 3 MP; px are the result's pixels, the first number is
 * for a photo at quality 80, the second for noise at 100 (VP8 keeps 2 bytes for each coded bit until the end):
 *
 *   planes                2 px + 0.6 MB    27 px + 0.3 MB
 *   planes with alpha     33 px + 6.5 MB   the same (VP8L codes the alpha, before the colours' bits are kept)
 *   raster                1.5 px more, with alpha 2.5 px: the planes
 *   raster, 4:4:4         12.6 px + 0.2 MB 34 px + 0.2 MB: ARGB, and 16-bit planes of the sharper conversion
 *   lossless              32 px + 4.5 MB   40 px + 4.5 MB
 */
#include <stdlib.h>
#include <string.h>

#include "display_p3.h"
#include "engine.h"
#include "growing.h"
#include "metadata.h"
#include "src/webp/encode.h"

/* libwebp's default, and the effort that others compare with. */
enum { LOSSY_METHOD = 4 };
/*
 * VP8L: method and quality are both effort. Against method 4 and quality 75: 2 to 4 % larger files, in half to four
 * fifths of the time and, for photos, two thirds of the memory.
 */
enum { LOSSLESS_METHOD = 2, LOSSLESS_QUALITY = 50 };

static int write_bytes(const uint8_t *bytes, size_t count, const WebPPicture *picture) {
  Growing *output = picture->custom_ptr;
  if (output->size == 0 && count >= 8) {
    /* The file begins with its own length, less RIFF's 8 bytes: no need to grow. */
    const size_t rest = bytes[4] | (size_t)bytes[5] << 8 | (size_t)bytes[6] << 16 | (size_t)bytes[7] << 24;
    growing_reserve(output, rest + 8);
  }
  growing_append(output, bytes, count);
  return 1;
}

static WebPConfig config_for(const Job *job) {
  WebPConfig config;
  if (!WebPConfigInit(&config)) engine_fail(FAIL_INTERNAL, "libwebp's headers and code differ");
  config.lossless = job->lossless != 0;
  config.method = job->lossless ? LOSSLESS_METHOD : LOSSY_METHOD;
  config.quality = job->lossless ? (float)LOSSLESS_QUALITY : (float)job->quality;
  return config;
}

static void picture_init(WebPPicture *picture, int32_t width, int32_t height) {
  if (!WebPPictureInit(picture)) engine_fail(FAIL_INTERNAL, "libwebp's headers and code differ");
  picture->width = width;
  picture->height = height;
}

static void require(int ok, const WebPPicture *picture) {
  if (ok) return;
  switch (picture->error_code) {
    case VP8_ENC_ERROR_OUT_OF_MEMORY:
    case VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY:
      engine_fail(FAIL_MEMORY, "no memory for the WebP encoder");
    case VP8_ENC_ERROR_BAD_DIMENSION:
      engine_fail(FAIL_UNSUPPORTED, "a WebP has at most 16383 pixels a side");
    default:
      engine_fail(FAIL_INTERNAL, "the WebP encoder failed");
  }
}

/*
 * VP8's encoder keeps the picture's tokens: 1 to 4 bytes a pixel for photos at quality 80, up to 25 for noise. The plan
 * has room for those of photos. Where there are more, the picture is encoded again without keeping them: in half as
 * much time again, to within a few bytes of the same file.
 */
static int encode_lossy(WebPConfig *config, WebPPicture *picture) {
  if (WebPEncode(config, picture)) return 1;
  if (picture->error_code != VP8_ENC_ERROR_OUT_OF_MEMORY && picture->error_code != VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY) return 0;
  config->low_memory = 1;
  picture->error_code = VP8_ENC_OK;
  return WebPEncode(config, picture);
}

static Bytes encode(WebPConfig *config, WebPPicture *picture) {
  Growing output = {0};
  picture->writer = write_bytes;
  picture->custom_ptr = &output;
  require(config->lossless ? WebPEncode(config, picture) : encode_lossy(config, picture), picture);
  WebPPictureFree(picture);
  return growing_take(&output);
}

static void require_planes(const Planes *planes, const Job *job) {
  const Plane luma = planes->plane[0];
  int fits = planes->model == MODEL_YUVA && !job->lossless && (planes->count == 3 || planes->count == 4);
  for (int32_t i = 1; fits && i < 3; i++) {
    const Plane chroma = planes->plane[i];
    fits = chroma.width == (luma.width + 1) / 2 && chroma.height == (luma.height + 1) / 2 &&
           chroma.stride == planes->plane[1].stride;
  }
  if (fits && planes->count == 4) fits = planes->plane[3].width == luma.width && planes->plane[3].height == luma.height;
  if (!fits) engine_fail(FAIL_INTERNAL, "planes that VP8 does not have");
}

/* The file, with a profile where it is not sRGB. */
static Bytes tagged(Bytes webp, const Job *job) {
  if (job->gamut != GAMUT_DISPLAY_P3) return webp;
  const Metadata metadata = {.icc = DISPLAY_P3_PROFILE, .icc_size = DISPLAY_P3_BYTES};
  const Bytes with = webp_with_metadata(webp, &metadata);
  free(webp.data);
  return with;
}

/* The planes are used where they lie. libwebp may change colours under fully transparent pixels there. */
Bytes webp_out_planes(const Planes *planes, const Job *job) {
  require_planes(planes, job);
  WebPConfig config = config_for(job);
  const Plane *plane = planes->plane;
  WebPPicture picture;
  picture_init(&picture, plane[0].width, plane[0].height);
  picture.y = plane[0].data;
  picture.u = plane[1].data;
  picture.v = plane[2].data;
  picture.y_stride = (int)plane[0].stride;
  picture.uv_stride = (int)plane[1].stride;
  if (planes->count == 4 && job->alpha) {
    picture.colorspace = WEBP_YUV420A;
    picture.a = plane[3].data;
    picture.a_stride = (int)plane[3].stride;
  }
  return tagged(encode(&config, &picture), job);
}

/* The raster is given back as soon as libwebp has its own copy. */
Bytes webp_out_raster(Raster *raster, const Job *job) {
  WebPConfig config = config_for(job);
  /* Chroma is half size whatever is asked; 4:4:4 asks for the conversion that keeps its edges. */
  config.use_sharp_yuv = !job->lossless && job->chroma_444;
  WebPPicture picture;
  picture_init(&picture, raster->width, raster->height);
  picture.use_argb = config.lossless || config.use_sharp_yuv;
  const int stride = raster->width * 4;
  const int imported = job->alpha ? WebPPictureImportRGBA(&picture, raster->data, stride)
                                  : WebPPictureImportRGBX(&picture, raster->data, stride);
  require(imported, &picture);
  raster_free(raster);
  /* Not left to WebPEncode: when it fails halfway, a second attempt would take what is there for the picture. */
  if (config.use_sharp_yuv) require(WebPPictureSharpARGBToYUVA(&picture), &picture);
  return tagged(encode(&config, &picture), job);
}
