#include "png_out_rows.h"

#include <stdlib.h>
#include <string.h>

/* A row with its margin, where packing begins with a byte for each pixel. */
static size_t line_bytes(int32_t width) { return FILTER_MARGIN + (size_t)width * 4; }

size_t png_rows_scratch(int32_t width) { return 2 * line_bytes(width); }

size_t png_rows_bytes(const PngForm *form, int32_t width, int32_t rows) {
  return (1 + png_form_row_bytes(form, width)) * (size_t)rows;
}

static void pack(const Raster *raster, const PngForm *form, int32_t y, uint8_t *row) {
  png_form_pack(form, raster->data + (size_t)y * (size_t)raster->width * 4, raster->width, row);
}

uint8_t *png_rows(const Raster *raster, const PngForm *form, int filter, Span rows, uint8_t *out) {
  const size_t line = line_bytes(raster->width);
  const size_t count = png_form_row_bytes(form, raster->width);
  const size_t step = ((size_t)png_form_bits(form) + 7) / 8;
  uint8_t *scratch = engine_alloc(2 * line);
  uint8_t *row = scratch + FILTER_MARGIN, *above = row + line;
  if (rows.first > 0) pack(raster, form, rows.first - 1, above);
  for (int32_t y = rows.first; y < rows.end; y++) {
    pack(raster, form, y, row);
    const int chosen = filter == FILTER_ADAPTIVE ? png_filter_choose(row, above, count, step) : filter;
    *out++ = (uint8_t)chosen;
    png_filter(chosen, row, above, count, step, out);
    out += count;
    uint8_t *before = above;
    above = row;
    row = before;
  }
  free(scratch);
  return out;
}
