/* How a raster becomes a PNG: chosen by trying, on the whole picture where it is small, else on rows taken from it. */
#ifndef PICTOR_PNG_OUT_CODING_H
#define PICTOR_PNG_OUT_CODING_H

#include "png_out_rows.h"

typedef struct {
  PngForm form;
  int filter; /* of all rows, or FILTER_ADAPTIVE */
  int level;  /* of png_deflate */
  uint32_t gamut; /* GAMUT_* */
} PngCoding;

PngCoding png_coding_choose(const Raster *raster, const Colours *colours);

#endif
