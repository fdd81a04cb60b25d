/* A raster's rows as a PNG's: in its form, filtered. */
#ifndef PICTOR_PNG_OUT_ROWS_H
#define PICTOR_PNG_OUT_ROWS_H

#include "png_out_filter.h"
#include "png_out_form.h"

/* Beside png_out_filter.h's: the one that png_filter_choose says, for each row. */
enum { FILTER_ADAPTIVE = FILTERS };

/* Bytes of `rows` rows. */
size_t png_rows_bytes(const PngForm *form, int32_t width, int32_t rows);
/* The raster's rows from `rows.first` on, each with its filter's byte before it; says where `out` ends. */
uint8_t *png_rows(const Raster *raster, const PngForm *form, int filter, Span rows, uint8_t *out);
/* What png_rows takes for itself, at most. */
size_t png_rows_scratch(int32_t width);

#endif
