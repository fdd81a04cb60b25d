#include "png_in_header.h"

#include <string.h>

static uint32_t read32(const uint8_t *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint16_t read16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }

int png_channels(const PngHeader *header) {
  if (header->colour_type & PNG_PALETTE) return 1;
  return (header->colour_type & PNG_COLOUR ? 3 : 1) + (header->colour_type & PNG_ALPHA ? 1 : 0);
}

int png_pixel_bits(const PngHeader *header) { return png_channels(header) * header->depth; }

size_t png_row_bytes(const PngHeader *header, int32_t width) {
  const uint64_t bytes = ((uint64_t)width * (uint64_t)png_pixel_bits(header) + 7) / 8;
  if (bytes > 1 << 28) engine_fail(FAIL_MEMORY, "PNG: a row is longer than there is memory");
  return (size_t)bytes;
}

ColourModel png_model(const PngHeader *header) {
  if ((header->colour_type & PNG_ALPHA) || header->has_key || header->transparent > 0) return MODEL_RGBA;
  return header->colour_type & PNG_COLOUR ? MODEL_RGB : MODEL_GRAY;
}

/* Table 8. */
static int is_type(int colour_type, int depth) {
  switch (colour_type) {
    case 0:
      return depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
    case PNG_COLOUR | PNG_PALETTE:
      return depth == 1 || depth == 2 || depth == 4 || depth == 8;
    case PNG_COLOUR:
    case PNG_ALPHA:
    case PNG_COLOUR | PNG_ALPHA:
      return depth == 8 || depth == 16;
    default:
      return 0;
  }
}

static void read_ihdr(PngHeader *header, const uint8_t *data) {
  const uint32_t width = read32(data), height = read32(data + 4);
  if (width == 0 || height == 0) engine_fail(FAIL_BROKEN, "PNG: the picture has a side of 0 px");
  if (width > INT32_MAX || height > INT32_MAX) engine_fail(FAIL_BROKEN, "PNG: the picture has an impossible size");
  header->width = (int32_t)width;
  header->height = (int32_t)height;
  header->depth = data[8];
  header->colour_type = data[9];
  if (!is_type(header->colour_type, header->depth)) {
    engine_fail(FAIL_BROKEN, "PNG: its colour type does not exist with this depth");
  }
  if (data[10] != 0) engine_fail(FAIL_BROKEN, "PNG: its compression method does not exist");
  if (data[11] != 0) engine_fail(FAIL_BROKEN, "PNG: its filter method does not exist");
  if (data[12] > 1) engine_fail(FAIL_BROKEN, "PNG: its interlace method does not exist");
  header->interlaced = data[12];
}

/* More colours than the depth can tell apart are left out, as in libpng. */
static void read_palette(PngHeader *header, const uint8_t *data, uint32_t length) {
  const int most = 1 << header->depth;
  const int colours = (int)(length / 3);
  header->colours = colours < most ? colours : most;
  memcpy(header->colour, data, (size_t)header->colours * 3);
}

/* One of a length that its colour type does not have counts for nothing, as in libpng. */
static void read_transparency(PngHeader *header, const uint8_t *data, uint32_t length) {
  if (header->transparent > 0 || header->has_key) return;
  if (header->colour_type & PNG_PALETTE) {
    if (length == 0 || length > (uint32_t)header->colours) return;
    header->transparent = (int)length;
    memcpy(header->alpha, data, length);
    return;
  }
  const uint32_t samples = (uint32_t)png_channels(header);
  if ((header->colour_type & PNG_ALPHA) || length != samples * 2) return;
  header->has_key = 1;
  /* Of less than 16 bits, the others are none of the sample's (section 11.3.1.1). */
  const uint32_t mask = (1u << header->depth) - 1;
  for (uint32_t i = 0; i < samples; i++) header->key[i] = (uint16_t)(read16(data + 2 * i) & mask);
}

/* What libpng takes for a gamma. */
static void read_gamma(PngHeader *header, const uint8_t *data) {
  const uint32_t gamma = read32(data);
  if (header->gamma == 0 && gamma >= 16 && gamma <= 625000000) header->gamma = gamma;
}

static int is_letter(uint32_t byte) { return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z'); }

/* Section 5.3, 5.4. */
static void require_type(uint32_t type) {
  for (int shift = 0; shift < 32; shift += 8)
    if (!is_letter(type >> shift & 255)) engine_fail(FAIL_BROKEN, "PNG: something that is no chunk");
}

static int is_critical(uint32_t type) { return (type >> 24 & 32) == 0; }

static int wants_palette(const PngHeader *header, uint32_t length) {
  if (!(header->colour_type & PNG_PALETTE)) return 0;
  if (header->colours > 0) engine_fail(FAIL_BROKEN, "PNG: there are two palettes");
  if (length == 0 || length > MOST_KEPT || length % 3 != 0) engine_fail(FAIL_BROKEN, "PNG: its palette has an impossible length");
  return 1;
}

int png_header_wants(PngHeader *header, uint32_t type, uint32_t length) {
  require_type(type);
  if (length > INT32_MAX) engine_fail(FAIL_BROKEN, "PNG: a chunk has an impossible length");
  if ((header->width == 0) != (type == CHUNK('I', 'H', 'D', 'R'))) {
    engine_fail(FAIL_BROKEN, header->width == 0 ? "PNG: it does not begin with IHDR" : "PNG: there are two headers");
  }
  switch (type) {
    case CHUNK('I', 'H', 'D', 'R'):
      if (length != 13) engine_fail(FAIL_BROKEN, "PNG: its header has an impossible length");
      return 1;
    case CHUNK('P', 'L', 'T', 'E'):
      return wants_palette(header, length);
    case CHUNK('I', 'D', 'A', 'T'):
      return 0;
    case CHUNK('I', 'E', 'N', 'D'):
      engine_fail(FAIL_BROKEN, "PNG: it ends before its pixels");
    case CHUNK('t', 'R', 'N', 'S'):
      return length <= 256;
    case CHUNK('g', 'A', 'M', 'A'):
      return length == 4;
    case CHUNK('s', 'R', 'G', 'B'):
    case CHUNK('i', 'C', 'C', 'P'):
    case CHUNK('c', 'I', 'C', 'P'):
      header->has_colour_space = 1;
      return 0;
    default:
      if (is_critical(type)) engine_fail(FAIL_UNSUPPORTED, "PNG: a critical chunk that is not known");
      return 0;
  }
}

void png_header_read(PngHeader *header, uint32_t type, const uint8_t *data, uint32_t length, int intact) {
  if (!intact) {
    if (!is_critical(type)) return;
    engine_fail(FAIL_BROKEN, header->width == 0 ? "PNG: its header has a wrong checksum" : "PNG: its palette has a wrong checksum");
  }
  switch (type) {
    case CHUNK('I', 'H', 'D', 'R'):
      read_ihdr(header, data);
      return;
    case CHUNK('P', 'L', 'T', 'E'):
      read_palette(header, data, length);
      return;
    case CHUNK('t', 'R', 'N', 'S'):
      read_transparency(header, data, length);
      return;
    default:
      read_gamma(header, data);
  }
}

void png_header_end(const PngHeader *header) {
  if ((header->colour_type & PNG_PALETTE) && header->colours == 0) {
    engine_fail(FAIL_BROKEN, "PNG: its palette is missing");
  }
}
