#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "level.h"
#include "matrix.h"

Raster raster_create(int32_t width, int32_t height) {
  if (width < 1 || height < 1) engine_fail(FAIL_INTERNAL, "a raster without pixels");
  /* No format is longer; the product must fit 32 bits. */
  const int fits = width <= UINT16_MAX && height <= UINT16_MAX && (uint64_t)width * (uint64_t)height <= INT32_MAX / 4;
  if (!fits) engine_fail(FAIL_MEMORY, "a raster of this size does not fit into memory");
  return (Raster){width, height, engine_alloc((size_t)width * (size_t)height * 4)};
}

void raster_free(Raster *raster) {
  free(raster->data);
  memset(raster, 0, sizeof *raster);
}

/* To where malloc has room now. */
static void move(Raster *raster) {
  const size_t bytes = (size_t)raster->width * (size_t)raster->height * 4;
  uint8_t *other = malloc(bytes);
  if (other == NULL) return;
  memcpy(other, raster->data, bytes);
  free(raster->data);
  raster->data = other;
}

/* What is free below may be too small for it; then it is not, once the raster has moved up and left its own place. */
void raster_settle(Raster *raster) {
  const uintptr_t first = (uintptr_t)raster->data;
  move(raster);
  if ((uintptr_t)raster->data > first) move(raster);
}

/* One row of each plane. */
typedef struct {
  const uint8_t *plane[MAX_PLANES];
  const Matrix *matrix; /* of MODEL_MATRIX */
} Row;

/* Writes a row of `width` pixels. */
typedef void (*RowConversion)(uint8_t *out, Row from, int32_t width);

static void put(uint8_t *pixel, int red, int green, int blue, int alpha) {
  pixel[0] = (uint8_t)red;
  pixel[1] = (uint8_t)green;
  pixel[2] = (uint8_t)blue;
  pixel[3] = (uint8_t)alpha;
}

static void gray_row(uint8_t *out, Row from, int32_t width) {
  for (int32_t x = 0; x < width; x++) {
    const uint8_t y = from.plane[0][x];
    put(out + x * 4, y, y, y, 255);
  }
}

static void rgb_row(uint8_t *out, Row from, int32_t width) {
  for (int32_t x = 0; x < width; x++) put(out + x * 4, from.plane[0][x], from.plane[1][x], from.plane[2][x], 255);
}

/* libjpeg's conversion of JFIF's BT.601 (jdcolor.c), with its rounding: 1.402, 0.34414, 0.71414, 1.772 in 2^-16. */
static int jfif_red(int y, int cr) { return level_clamp(y + ((91881 * cr + 32768) >> 16)); }
static int jfif_green(int y, int cb, int cr) {
  return level_clamp(y + ((-22554 * cb - 46802 * cr + 32768) >> 16));
}
static int jfif_blue(int y, int cb) { return level_clamp(y + ((116130 * cb + 32768) >> 16)); }

static void ycbcr_row(uint8_t *out, Row from, int32_t width) {
  for (int32_t x = 0; x < width; x++) {
    const int y = from.plane[0][x], cb = from.plane[1][x] - 128, cr = from.plane[2][x] - 128;
    put(out + x * 4, jfif_red(y, cr), jfif_green(y, cb, cr), jfif_blue(y, cb), 255);
  }
}

/*
 * Ink is the share of light that it takes away, and inks that lie over each other multiply: red = (1 - C)(1 - K).
 * Adobe stores 1 - ink, so the samples are multiplied as they are. This is what browsers do without a profile.
 */
static void cmyk_row(uint8_t *out, Row from, int32_t width) {
  for (int32_t x = 0; x < width; x++) {
    const int key = from.plane[3][x];
    put(out + x * 4, level_product(from.plane[0][x], key), level_product(from.plane[1][x], key),
        level_product(from.plane[2][x], key), 255);
  }
}

/* YCCK codes 255 - CMY as YCbCr, and what Adobe calls CMY is itself 255 - ink: two negations, so C = 255 - red. */
static void ycck_row(uint8_t *out, Row from, int32_t width) {
  for (int32_t x = 0; x < width; x++) {
    const int y = from.plane[0][x], cb = from.plane[1][x] - 128, cr = from.plane[2][x] - 128, key = from.plane[3][x];
    put(out + x * 4, level_product(255 - jfif_red(y, cr), key), level_product(255 - jfif_green(y, cb, cr), key),
        level_product(255 - jfif_blue(y, cb), key), 255);
  }
}

/* libwebp's conversion of BT.601 studio range (src/dsp/yuv.h), with its rounding: 14 bits, 6 of them kept. */
static int studio_level(int value) { return level_clamp(value >> 6); }

static void yuv_row(uint8_t *out, Row from, int32_t width) {
  for (int32_t x = 0; x < width; x++) {
    const int y = (from.plane[0][x] * 19077) >> 8, u = from.plane[1][x], v = from.plane[2][x];
    put(out + x * 4, studio_level(y + ((v * 26149) >> 8) - 14234),
        studio_level(y - ((u * 6419) >> 8) - ((v * 13320) >> 8) + 8708),
        studio_level(y + ((u * 33050) >> 8) - 17685), 255);
  }
}

static void yuva_row(uint8_t *out, Row from, int32_t width) {
  yuv_row(out, from, width);
  for (int32_t x = 0; x < width; x++) out[x * 4 + 3] = from.plane[3][x];
}

/* Back to straight alpha. What lies under full transparency is black, as in the reference. */
static void premultiplied_row(uint8_t *out, Row from, int32_t width) {
  for (int32_t x = 0; x < width; x++) {
    const int alpha = from.plane[3][x];
    if (alpha == 0)
      put(out + x * 4, 0, 0, 0, 0);
    else
      put(out + x * 4, level_quotient(from.plane[0][x], alpha), level_quotient(from.plane[1][x], alpha),
          level_quotient(from.plane[2][x], alpha), alpha);
  }
}

typedef struct {
  int red, green, blue;
} Colours;

static int rounded(int32_t sum) { return (sum + 32768) >> 16; }

static Colours matrix_colours(Row from, int32_t x) {
  const Matrix *m = from.matrix;
  const int y = from.plane[0][x], cb = from.plane[1][x] - 128, cr = from.plane[2][x] - 128;
  return (Colours){level_clamp(y + rounded(m->red_cb * cb + m->red_cr * cr)),
                   level_clamp(y + rounded(m->green_cb * cb + m->green_cr * cr)),
                   level_clamp(y + rounded(m->blue_cb * cb + m->blue_cr * cr))};
}

static void matrix_row(uint8_t *out, Row from, int32_t width) {
  for (int32_t x = 0; x < width; x++) {
    const Colours colours = matrix_colours(from, x);
    put(out + x * 4, colours.red, colours.green, colours.blue, 255);
  }
}

/* Luma and chroma are premultiplied, and so are the colours that they make. */
static void matrix_alpha_row(uint8_t *out, Row from, int32_t width) {
  for (int32_t x = 0; x < width; x++) {
    const int alpha = from.plane[3][x];
    const Colours colours = matrix_colours(from, x);
    if (alpha == 0)
      put(out + x * 4, 0, 0, 0, 0);
    else
      put(out + x * 4, level_quotient(colours.red, alpha), level_quotient(colours.green, alpha),
          level_quotient(colours.blue, alpha), alpha);
  }
}

static const struct {
  int32_t planes;
  RowConversion convert;
} CONVERSIONS[] = {
    [MODEL_GRAY] = {1, gray_row},  [MODEL_YCBCR] = {3, ycbcr_row}, [MODEL_RGB] = {3, rgb_row},
    [MODEL_CMYK] = {4, cmyk_row},  [MODEL_YCCK] = {4, ycck_row},   [MODEL_YUVA] = {4, yuva_row},
    [MODEL_RGBA] = {4, premultiplied_row}, [MODEL_MATRIX] = {3, matrix_row},
};

static void cmyk_inks_row(uint8_t *out, Row from, int32_t width) {
  for (int32_t x = 0; x < width; x++)
    put(out + x * 4, from.plane[0][x], from.plane[1][x], from.plane[2][x], from.plane[3][x]);
}

static void ycck_inks_row(uint8_t *out, Row from, int32_t width) {
  for (int32_t x = 0; x < width; x++) {
    const int y = from.plane[0][x], cb = from.plane[1][x] - 128, cr = from.plane[2][x] - 128;
    put(out + x * 4, 255 - jfif_red(y, cr), 255 - jfif_green(y, cb, cr), 255 - jfif_blue(y, cb), from.plane[3][x]);
  }
}

static Raster raster_by(const Planes *planes, RowConversion convert, int32_t needed);

Raster raster_of_inks(const Planes *planes) {
  if (planes->model != MODEL_CMYK && planes->model != MODEL_YCCK) engine_fail(FAIL_MISMATCH, "a picture without inks");
  return raster_by(planes, planes->model == MODEL_CMYK ? cmyk_inks_row : ycck_inks_row, 4);
}

Raster raster_from_planes(const Planes *planes) {
  RowConversion convert = CONVERSIONS[planes->model].convert;
  int32_t needed = CONVERSIONS[planes->model].planes;
  /* WebP without alpha has no fourth plane. */
  if (planes->model == MODEL_YUVA && planes->count == 3) {
    convert = yuv_row;
    needed = 3;
  }
  if (planes->model == MODEL_MATRIX && planes->count == 4) {
    convert = matrix_alpha_row;
    needed = 4;
  }
  return raster_by(planes, convert, needed);
}

static Raster raster_by(const Planes *planes, RowConversion convert, int32_t needed) {
  const Matrix matrix = matrix_of(planes->matrix);
  const Plane *first = &planes->plane[0];
  if (planes->count < needed) engine_fail(FAIL_INTERNAL, "a plane of the picture is missing");
  for (int32_t i = 1; i < needed; i++)
    if (planes->plane[i].width < first->width || planes->plane[i].height < first->height)
      engine_fail(FAIL_INTERNAL, "the planes differ in size");
  Raster raster = raster_create(first->width, first->height);
  for (int32_t y = 0; y < raster.height; y++) {
    Row row = {.matrix = &matrix};
    for (int32_t i = 0; i < needed; i++) row.plane[i] = planes->plane[i].data + y * planes->plane[i].stride;
    convert(raster.data + (size_t)y * (size_t)raster.width * 4, row, raster.width);
  }
  return raster;
}
