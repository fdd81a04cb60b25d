/* The module's exports: OBUs in, a picture out, rows of it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "av1.h"
#include "failure.h"

/*
 * Most frames that one still may be made of. Layers are four at most (AVIF section 4.6, `a1lx`), each perhaps scaled
 * (super-resolution takes a second one). A hostile stream could hold one in every fifty bytes, none of them shown.
 */
#define MAX_FRAMES 8
/* As dav1d_default_picture_alloc: the decoder writes whole blocks of 128 × 128. */
#define BLOCK 128

/* What the picture that is being decoded may be. */
typedef struct {
  int32_t width, height;
  int32_t frames;
} Allowed;

static uint8_t *input;

/* Where the OBUs of the next picture are to be put; the last one's are forgotten. */
__attribute__((export_name("av1_input"))) uint8_t *av1_input(size_t bytes) {
  free(input);
  input = NULL;
  return input = engine_alloc(bytes);
}

/* Padding so that rows do not fall on the same lines of the processor's cache. */
static ptrdiff_t stride_of(ptrdiff_t bytes) { return bytes % 1024 == 0 ? bytes + DAV1D_PICTURE_ALIGNMENT : bytes; }

/* dav1d's own limits come first (sides up to 65536); a frame that is not the announced one's size ends here. */
static int allocate(Dav1dPicture *picture, void *cookie) {
  Allowed *allowed = cookie;
  const Dav1dPictureParameters *p = &picture->p;
  if (p->w > allowed->width || p->h > allowed->height) {
    engine_fail(FAIL_MISMATCH, "the AV1 picture is larger than the file's header said");
  }
  if (++allowed->frames > MAX_FRAMES) engine_fail(FAIL_UNSUPPORTED, "the AV1 picture has too many layers");
  const int wide = p->bpc > 8;
  const int chroma = p->layout != DAV1D_PIXEL_LAYOUT_I400;
  const ptrdiff_t columns = ((ptrdiff_t)p->w + BLOCK - 1) / BLOCK * BLOCK;
  const ptrdiff_t rows = ((ptrdiff_t)p->h + BLOCK - 1) / BLOCK * BLOCK;
  const ptrdiff_t half = p->layout != DAV1D_PIXEL_LAYOUT_I444;
  picture->stride[0] = stride_of(columns << wide);
  picture->stride[1] = chroma ? stride_of((columns << wide) >> half) : 0;
  const uint64_t luma_bytes = (uint64_t)picture->stride[0] * (uint64_t)rows;
  const uint64_t chroma_bytes =
      (uint64_t)picture->stride[1] * (uint64_t)(p->layout == DAV1D_PIXEL_LAYOUT_I420 ? rows / 2 : rows);
  /* A multiple of the alignment, as both are of BLOCK's rows. */
  const uint64_t bytes = luma_bytes + 2 * chroma_bytes;
  void *data = bytes > INT32_MAX ? NULL : aligned_alloc(DAV1D_PICTURE_ALIGNMENT, (size_t)bytes);
  if (data == NULL) engine_fail(FAIL_MEMORY, "the AV1 picture needs more memory than was planned");
  picture->allocator_data = data;
  picture->data[0] = data;
  picture->data[1] = chroma ? (uint8_t *)data + luma_bytes : NULL;
  picture->data[2] = chroma ? (uint8_t *)data + luma_bytes + chroma_bytes : NULL;
  return 0;
}

static void release(Dav1dPicture *picture, void *cookie) {
  (void)cookie;
  free(picture->allocator_data);
}

static void keep(const uint8_t *data, void *cookie) { (void)data, (void)cookie; }

/* dav1d holds frames to this on 32-bit systems (lib.c), whatever limit it is given. */
#define MOST_PIXELS (8192 * 8192)

static uint64_t pixels_of(const Allowed *allowed) { return (uint64_t)allowed->width * (uint64_t)allowed->height; }

_Noreturn static void fail(int result) {
  switch (-result) {
    case ENOMEM:
      engine_fail(FAIL_MEMORY, "the AV1 picture needs more memory than was planned");
    case ERANGE:
      engine_fail(FAIL_MISMATCH, "the AV1 picture is larger than the file's header said");
    case ENOPROTOOPT:
      engine_fail(FAIL_UNSUPPORTED, "the AV1 picture uses a feature that is not read");
    case EAGAIN:
      engine_fail(FAIL_BROKEN, "the AV1 data holds no whole picture");
    default:
      engine_fail(FAIL_BROKEN, "the AV1 data is broken");
  }
}

static Dav1dContext *open_decoder(Allowed *allowed, int32_t operating_point) {
  Dav1dSettings settings;
  dav1d_default_settings(&settings);
  settings.n_threads = 1;
  settings.max_frame_delay = 1;
  settings.all_layers = 0;  /* the highest layer alone is shown */
  settings.apply_grain = 0; /* film_grain_apply does it in place */
  settings.operating_point = operating_point;
  settings.frame_size_limit = (unsigned)pixels_of(allowed);
  settings.allocator = (Dav1dPicAllocator){allowed, allocate, release};
  settings.logger.callback = NULL;
  Dav1dContext *decoder;
  const int result = dav1d_open(&decoder, &settings);
  if (result != 0) fail(result);
  return decoder;
}

static Av1Layout layout_of(const Dav1dPicture *picture) {
  const Dav1dSequenceHeader *sequence = picture->seq_hdr;
  const enum Dav1dPixelLayout layout = picture->p.layout;
  return (Av1Layout){
      .width = picture->p.w,
      .height = picture->p.h,
      .depth = picture->p.bpc,
      .monochrome = layout == DAV1D_PIXEL_LAYOUT_I400,
      .subsampling_x = layout == DAV1D_PIXEL_LAYOUT_I420 || layout == DAV1D_PIXEL_LAYOUT_I422,
      .subsampling_y = layout == DAV1D_PIXEL_LAYOUT_I420,
      .primaries = (int32_t)sequence->pri,
      .transfer = (int32_t)sequence->trc,
      .matrix = (int32_t)sequence->mtrx,
      .full_range = sequence->color_range,
  };
}

/* `size` bytes of OBUs lie in the input; the picture must be exactly `width` × `height`. */
__attribute__((export_name("av1_decode"))) Av1Picture *av1_decode(size_t size, int32_t width, int32_t height,
                                                                 int32_t operating_point) {
  Allowed allowed = {width, height, 0};
  if (width <= 0 || height <= 0) engine_fail(FAIL_BROKEN, "the AV1 picture has no extent");
  if (pixels_of(&allowed) > MOST_PIXELS) engine_fail(FAIL_MEMORY, "the AV1 picture has more than 67 megapixels");
  Av1Picture *out = engine_alloc(sizeof(*out));
  Dav1dContext *decoder = open_decoder(&allowed, operating_point);
  Dav1dData data = {0};
  if (input == NULL || size == 0) engine_fail(FAIL_BROKEN, "the AV1 data is empty");
  int result = dav1d_data_wrap(&data, input, size, keep, NULL);
  if (result == 0) result = dav1d_send_data(decoder, &data);
  if (result == 0) result = dav1d_get_picture(decoder, &out->picture);
  /* A picture with layers waits for a higher one until it is asked again without new data. */
  if (result == DAV1D_ERR(EAGAIN)) result = dav1d_get_picture(decoder, &out->picture);
  if (result != 0) fail(result);
  dav1d_data_unref(&data);
  dav1d_close(&decoder);
  free(input);
  input = NULL;
  if (out->picture.p.w != width || out->picture.p.h != height) {
    engine_fail(FAIL_MISMATCH, "the AV1 picture has another size than the file's header said");
  }
  film_grain_apply(&out->picture);
  out->layout = layout_of(&out->picture);
  return out;
}

__attribute__((export_name("av1_release"))) void av1_release(Av1Picture *picture) {
  dav1d_picture_unref(&picture->picture);
  free(picture->rows);
  free(picture);
}

/*
 * Rows `first` to `first + count - 1` of plane 0 to 2 as 8-bit samples, one row directly behind the other; they are
 * there until the next call. At most MAX_ROWS. `stretch`: limited range becomes full range, for alpha.
 */
__attribute__((export_name("av1_rows"))) const uint8_t *av1_rows(Av1Picture *picture, int32_t plane, int32_t first,
                                                                int32_t count, int32_t stretch) {
  const Av1Layout *layout = &picture->layout;
  const int32_t ss_x = plane > 0 ? layout->subsampling_x : 0, ss_y = plane > 0 ? layout->subsampling_y : 0;
  const int32_t width = (layout->width + ss_x) >> ss_x, height = (layout->height + ss_y) >> ss_y;
  if (plane < 0 || plane > (layout->monochrome ? 0 : 2) || count < 0 || count > MAX_ROWS || first < 0 ||
      first > height - count) {
    engine_fail(FAIL_INTERNAL, "rows outside of the picture");
  }
  if (picture->rows == NULL) picture->rows = engine_alloc((size_t)layout->width * MAX_ROWS);
  const Narrowing how = narrowing_of(layout, plane > 0, stretch);
  const int plain = layout->depth == 8 && (layout->full_range || !stretch);
  const uint8_t *row = (const uint8_t *)picture->picture.data[plane] + first * picture->picture.stride[plane > 0];
  uint8_t *out = picture->rows;
  for (int32_t y = 0; y < count; y++, out += width, row += picture->picture.stride[plane > 0]) {
    if (plain) memcpy(out, row, (size_t)width);
    else if (layout->depth == 8) narrow_8(out, row, width, how);
    else narrow_16(out, (const uint16_t *)row, width, how);
  }
  return picture->rows;
}
