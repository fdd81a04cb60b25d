#include "png_in_pixels.h"

#include <stdlib.h>

#include "level.h"
#include "png_in_gamma.h"
#include "png_in_split.h"

/* What the kernels write beyond a row. */
#define SLOP 16

struct PngPixels {
  const PngHeader *header;
  uint8_t *plane[4];    /* rows of the result */
  uint8_t *narrow;      /* a row of 16 bits in 8, or of less in 8 */
  uint8_t *levels;      /* by sample; NULL: they are levels already */
  uint8_t colour[4][256]; /* the palette in planes, premultiplied */
};

static void fill_palette(PngPixels *pixels) {
  const PngHeader *header = pixels->header;
  uint8_t levels[256];
  png_gamma_levels(header, levels, 255);
  /* An index beyond the palette is black, as in browsers. */
  for (int i = 0; i < 256; i++) {
    const int alpha = i < header->transparent ? header->alpha[i] : 255;
    for (int k = 0; k < 3; k++) {
      pixels->colour[k][i] = (uint8_t)(i < header->colours ? level_product(levels[header->colour[i][k]], alpha) : 0);
    }
    pixels->colour[3][i] = (uint8_t)alpha;
  }
}

PngPixels *png_pixels_create(const PngHeader *header) {
  PngPixels *pixels = engine_alloc(sizeof *pixels);
  const size_t row = (size_t)header->width + SLOP;
  pixels->header = header;
  const ColourModel model = png_model(header);
  const int planes = model == MODEL_GRAY ? 1 : model == MODEL_RGB ? 3 : 4;
  for (int i = 0; i < planes; i++) pixels->plane[i] = engine_alloc(row);
  if (header->depth != 8) pixels->narrow = engine_alloc((size_t)header->width * (size_t)png_channels(header) + SLOP);
  if (header->colour_type & PNG_PALETTE) {
    fill_palette(pixels);
  } else if (header->depth < 8 || png_gamma_counts(header)) {
    const uint32_t most = (1u << header->depth) - 1;
    /* Samples of less than 8 bits are looked up like others. */
    pixels->levels = engine_alloc(most < 255 ? 256 : (size_t)most + 1);
    png_gamma_levels(header, pixels->levels, most);
  }
  return pixels;
}

void png_pixels_free(PngPixels *pixels) {
  for (int i = 0; i < 4; i++) free(pixels->plane[i]);
  free(pixels->narrow);
  free(pixels->levels);
  free(pixels);
}

static void look_up(uint8_t *row, const uint8_t *levels, size_t count) {
  for (size_t i = 0; i < count; i++) row[i] = levels[row[i]];
}

/* Of each pixel its sample `k`. */
static void look_up16(uint8_t *to, const uint8_t *row, int k, int channels, const uint8_t *levels, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const uint8_t *sample = row + 2 * (i * (size_t)channels + (size_t)k);
    to[i] = levels[sample[0] << 8 | sample[1]];
  }
}

/* 0 where all samples are those of the key, 255 elsewhere; by the samples as they are stored. */
static void key_alpha(const PngHeader *header, uint8_t *alpha, const uint8_t *row, size_t count) {
  const size_t samples = (size_t)png_channels(header);
  for (size_t i = 0; i < count; i++) {
    int same = 1;
    for (size_t k = 0; k < samples; k++) {
      const size_t at = i * samples + k;
      const int sample = header->depth == 16 ? row[2 * at] << 8 | row[2 * at + 1] : row[at];
      same &= sample == header->key[k];
    }
    alpha[i] = same ? 0 : 255;
  }
}

/* `from`: samples of a byte. */
static void split_row(uint8_t *const *plane, const uint8_t *from, size_t count, int channels) {
  switch (channels) {
    case 1:
      for (size_t i = 0; i < count; i++) plane[0][i] = from[i];
      return;
    case 2:
      split2((uint8_t *const[]){plane[0], plane[3]}, from, count);
      return;
    case 3:
      split3(plane, from, count);
      return;
    default:
      split4(plane, from, count);
  }
}

static void convert_palette(const PngPixels *pixels, uint8_t *const *plane, const uint8_t *index, size_t count) {
  const int planes = plane[3] == NULL ? 3 : 4;
  for (int k = 0; k < planes; k++)
    for (size_t i = 0; i < count; i++) plane[k][i] = pixels->colour[k][index[i]];
}

/* `row` begins with the first of `count` pixels. */
static void convert(const PngPixels *pixels, uint8_t *const *plane, const uint8_t *row, size_t count) {
  const PngHeader *header = pixels->header;
  const int channels = png_channels(header);
  const int colours = channels < 3 ? 1 : 3;
  const uint8_t *levels = pixels->levels;
  const uint8_t *from = row;
  if (header->depth < 8) {
    unpack(pixels->narrow, row, count, header->depth);
    from = pixels->narrow;
  }
  if (header->colour_type & PNG_PALETTE) {
    convert_palette(pixels, plane, from, count);
    return;
  }
  if (header->has_key) key_alpha(header, plane[3], from, count);
  if (header->depth == 16) {
    narrow16(pixels->narrow, row, count * (size_t)channels);
    from = pixels->narrow;
  }
  split_row(plane, from, count, channels);
  for (int k = 0; k < colours; k++) {
    if (levels != NULL && header->depth < 16) look_up(plane[k], levels, count);
    if (levels != NULL && header->depth == 16) look_up16(plane[k], row, k, channels, levels, count);
    if (plane[3] != NULL) premultiply_row(plane[k], plane[3], count);
  }
}

void png_pixels_push(PngPixels *pixels, const uint8_t *row, Span columns, int32_t y, RowSink sink, void *context) {
  const PngHeader *header = pixels->header;
  const ColourModel model = png_model(header);
  /* Where a byte begins. */
  const size_t first = (size_t)columns.first & ~(size_t)7;
  const size_t count = (size_t)columns.end - first;
  const uint8_t *from = row + first * (size_t)png_pixel_bits(header) / 8;
  if (model == MODEL_GRAY && header->depth == 8 && pixels->levels == NULL) {
    sink(context, 0, y, row);
    return;
  }
  uint8_t *plane[4] = {NULL};
  for (int k = 0; k < 4; k++)
    if (pixels->plane[k] != NULL) plane[k] = pixels->plane[k] + first;
  convert(pixels, plane, from, count);
  const int is_gray = !(header->colour_type & PNG_COLOUR);
  const int planes = model == MODEL_GRAY ? 1 : model == MODEL_RGB ? 3 : 4;
  for (int k = 0; k < planes; k++) sink(context, k, y, pixels->plane[is_gray && k < 3 ? 0 : k]);
}
