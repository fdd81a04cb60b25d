#include "png_out_coding.h"

#include <stdlib.h>

#include "png_out_chunks.h"
#include "png_out_deflate.h"

/* Pictures of at most so many bytes are tried whole; of others, bands of rows that have as many together. */
enum { SAMPLE_BYTES = 48 * 1024, SAMPLE_BANDS = 8, SAMPLE_LEVEL = 1 };

typedef struct {
  const Raster *raster;
  int32_t bands, rows; /* of each band */
  int level;
  uint8_t *bytes, *compressed;
  size_t room; /* of `compressed` */
} Sample;

/* Effort by what it brings: little where the sample hardly shrinks, which is where it takes longest. */
static int level_for(size_t picture_bytes, double ratio) {
  if (picture_bytes <= 4 * SAMPLE_BYTES) return 7;
  return ratio > 0.35 ? 3 : ratio > 0.2 ? 5 : 6;
}

static Sample sample_create(const Raster *raster, const PngForm *widest) {
  const size_t row = png_rows_bytes(widest, raster->width, 1);
  Sample sample = {.raster = raster, .bands = 1, .rows = raster->height, .level = level_for(0, 0)};
  if (row * (size_t)raster->height > SAMPLE_BYTES) {
    const int32_t rows = (int32_t)(SAMPLE_BYTES / row);
    sample.rows = rows / SAMPLE_BANDS > 1 ? rows / SAMPLE_BANDS : 1;
    sample.bands = rows < 1 ? 1 : rows < SAMPLE_BANDS ? rows : SAMPLE_BANDS;
    sample.level = SAMPLE_LEVEL;
  }
  const size_t bytes = row * (size_t)sample.rows * (size_t)sample.bands;
  sample.room = png_deflate_bound(bytes);
  sample.bytes = engine_alloc(bytes);
  sample.compressed = engine_alloc(sample.room);
  return sample;
}

static void sample_free(Sample *sample) {
  free(sample->bytes);
  free(sample->compressed);
}

/* The first row of a band: they lie at equal distances from the top to the bottom. */
static int32_t band_first(const Sample *sample, int32_t band) {
  const int64_t most = sample->raster->height - sample->rows;
  return sample->bands == 1 ? (int32_t)(most / 2) : (int32_t)(most * band / (sample->bands - 1));
}

/* What a coding makes of the sample. */
typedef struct {
  size_t before, after;
} Trial;

static Trial try_coding(const Sample *sample, const PngForm *form, int filter) {
  uint8_t *end = sample->bytes;
  for (int32_t band = 0; band < sample->bands; band++) {
    const int32_t first = band_first(sample, band);
    end = png_rows(sample->raster, form, filter, (Span){first, first + sample->rows}, end);
  }
  const size_t before = (size_t)(end - sample->bytes);
  return (Trial){before, png_deflate(sample->level, sample->bytes, before, sample->compressed, sample->room)};
}

/* Bytes of PLTE and tRNS. */
static double palette_bytes(const PngForm *form) {
  if (form->type != PNG_INDEXED) return 0;
  return PNG_CHUNK_BYTES + 3 * form->set->count + (form->transparent > 0 ? PNG_CHUNK_BYTES + form->transparent : 0);
}

typedef struct {
  PngCoding coding;
  double bytes; /* expected of the whole file */
} Best;

static void consider(const Sample *sample, const PngForm *form, int filter, Best *best) {
  const Trial trial = try_coding(sample, form, filter);
  const size_t picture_bytes = png_rows_bytes(form, sample->raster->width, sample->raster->height);
  const double ratio = (double)trial.after / (double)trial.before;
  const double bytes = ratio * (double)picture_bytes + palette_bytes(form);
  if (best->bytes > 0 && best->bytes <= bytes) return;
  best->bytes = bytes;
  best->coding = (PngCoding){*form, filter, level_for(picture_bytes, ratio)};
}

PngCoding png_coding_choose(const Raster *raster, const Colours *colours) {
  const PngForm direct = png_form_direct(colours);
  Sample sample = sample_create(raster, &direct);
  Best best = {.bytes = 0};
  consider(&sample, &direct, FILTER_NONE, &best);
  if (direct.depth == 8) {
    consider(&sample, &direct, FILTER_PAETH, &best);
    consider(&sample, &direct, FILTER_ADAPTIVE, &best);
  }
  if (colours->set.count <= MOST_COLOURS) {
    const PngForm indexed = png_form_indexed(colours);
    if (png_form_bits(&indexed) < png_form_bits(&direct)) consider(&sample, &indexed, FILTER_NONE, &best);
  }
  sample_free(&sample);
  return best.coding;
}
