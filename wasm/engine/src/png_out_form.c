#include "png_out_form.h"

#include <string.h>

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

#include "png_out_chunks.h"

static int is_opaque(uint32_t colour) { return colour >> 24 == 255; }

/* Fewest bits in which a gray level is stored: a sample v of `depth` bits means v * 255 / (2^depth - 1). */
static int32_t level_depth(uint32_t level) {
  if (level % 255 == 0) return 1;
  if (level % 85 == 0) return 2;
  return level % 17 == 0 ? 4 : 8;
}

static int32_t gray_depth(const ColourSet *set) {
  if (set->count > 16) return 8;
  int32_t depth = 1;
  for (int32_t i = 0; i < set->count; i++) {
    const int32_t needed = level_depth(set->colour[i] & 255);
    if (needed > depth) depth = needed;
  }
  return depth;
}

PngForm png_form_direct(const Colours *colours) {
  PngForm form = {.type = PNG_RGBA, .depth = 8, .channels = 4};
  if (colours->gray) {
    form.type = colours->opaque ? PNG_GRAY : PNG_GRAY_ALPHA;
    form.channels = colours->opaque ? 1 : 2;
    if (colours->opaque) form.depth = gray_depth(&colours->set);
  } else if (colours->opaque) {
    form.type = PNG_RGB;
    form.channels = 3;
  }
  return form;
}

PngForm png_form_indexed(const Colours *colours) {
  const ColourSet *set = &colours->set;
  PngForm form = {.type = PNG_INDEXED, .channels = 1, .set = set};
  form.depth = set->count <= 2 ? 1 : set->count <= 4 ? 2 : set->count <= 16 ? 4 : 8;
  for (int32_t i = 0; i < set->count; i++)
    if (!is_opaque(set->colour[i])) form.index[i] = (uint8_t)form.transparent++;
  int32_t next = form.transparent;
  for (int32_t i = 0; i < set->count; i++)
    if (is_opaque(set->colour[i])) form.index[i] = (uint8_t)next++;
  return form;
}

int32_t png_form_bits(const PngForm *form) { return form->depth * form->channels; }

size_t png_form_row_bytes(const PngForm *form, int32_t width) {
  return ((size_t)width * (size_t)png_form_bits(form) + 7) / 8;
}

static void pack_gray_alpha(const uint8_t *pixels, int32_t width, uint8_t *out) {
  for (int32_t x = 0; x < width; x++) {
    out[x * 2] = pixels[x * 4];
    out[x * 2 + 1] = pixels[x * 4 + 3];
  }
}

static void pack_rgb(const uint8_t *pixels, int32_t width, uint8_t *out) {
  int32_t x = 0;
#ifdef __wasm_simd128__
  /* Four pixels at a time. The last four bytes written are no pixel's; there is room for four bytes each pixel. */
  for (; x + 4 <= width; x += 4) {
    const v128_t four = wasm_v128_load(pixels + x * 4);
    wasm_v128_store(out + x * 3, wasm_i8x16_shuffle(four, four, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0, 0, 0, 0));
  }
#endif
  for (; x < width; x++) memcpy(out + x * 3, pixels + x * 4, 3);
}

static void pack_gray(const uint8_t *pixels, int32_t width, uint8_t *out) {
  for (int32_t x = 0; x < width; x++) out[x] = pixels[x * 4];
}

static void pack_indices(const PngForm *form, const uint8_t *pixels, int32_t width, uint8_t *out) {
  uint32_t last = colour_at(pixels);
  uint8_t index = form->index[colours_index(form->set, last)];
  for (int32_t x = 0; x < width; x++) {
    const uint32_t colour = colour_at(pixels + x * 4);
    if (colour != last) index = form->index[colours_index(form->set, colour)];
    last = colour;
    out[x] = index;
  }
}

/* One sample a byte, in place, to `depth` bits each; the first lies in the highest bits. */
static void pack_bits(uint8_t *row, int32_t width, int32_t depth) {
  const int32_t each = 8 / depth;
  for (int32_t x = 0; x < width; x += each) {
    uint32_t bits = 0;
    for (int32_t i = 0; i < each; i++) bits = bits << depth | (x + i < width ? row[x + i] : 0u);
    row[x / each] = (uint8_t)bits;
  }
}

void png_form_pack(const PngForm *form, const uint8_t *pixels, int32_t width, uint8_t *out) {
  switch (form->type) {
    case PNG_RGBA:
      memcpy(out, pixels, (size_t)width * 4);
      return;
    case PNG_RGB:
      pack_rgb(pixels, width, out);
      return;
    case PNG_GRAY_ALPHA:
      pack_gray_alpha(pixels, width, out);
      return;
    case PNG_INDEXED:
      pack_indices(form, pixels, width, out);
      break;
    case PNG_GRAY:
      pack_gray(pixels, width, out);
      for (int32_t x = 0; form->depth < 8 && x < width; x++) out[x] = (uint8_t)(out[x] >> (8 - form->depth));
  }
  if (form->depth < 8) pack_bits(out, width, form->depth);
}

uint8_t *png_put_palette(uint8_t *at, const PngForm *form) {
  if (form->type != PNG_INDEXED) return at;
  const ColourSet *set = form->set;
  for (int32_t i = 0; i < set->count; i++) {
    uint8_t *entry = at + PNG_CHUNK_HEAD_BYTES + form->index[i] * 3;
    for (int32_t c = 0; c < 3; c++) entry[c] = (uint8_t)(set->colour[i] >> 8 * c);
  }
  at = png_put_chunk(at, "PLTE", (size_t)set->count * 3);
  if (form->transparent == 0) return at;
  for (int32_t i = 0; i < set->count; i++)
    if (!is_opaque(set->colour[i])) at[PNG_CHUNK_HEAD_BYTES + form->index[i]] = (uint8_t)(set->colour[i] >> 24);
  return png_put_chunk(at, "tRNS", (size_t)form->transparent);
}
