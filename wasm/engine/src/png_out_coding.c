#include "png_out_coding.h"

#include <stdlib.h>

#include "png_out_chunks.h"
#include "png_out_deflate.h"

/*
 * Pictures of at most so many bytes are tried whole; of others, bands of rows that have as many together. Less, or more
 * bands, and what repeats at a distance is missed: files come out up to a fifth larger than they should.
 */
enum { SAMPLE_BYTES = 128 * 1024, SAMPLE_BANDS = 4 };
/* What a sample of noise shrinks to, at least. */
#define NOISE_RATIO 0.4
/* Of the sample, by png_deflate's scale: little effort shows as much where it is noise. */
enum { NOISE_LEVEL = 1, ORDER_LEVEL = 4 };

typedef struct {
  const Raster *raster;
  int32_t bands, rows; /* of each band */
  int level;
  uint8_t *bytes, *compressed;
  size_t room; /* of `compressed` */
} Sample;

/*
 * The file's effort, by what it brings: least where the rows hardly shrink, which is also where it takes longest. A
 * photo's file takes about as long as sharp's default (which does not filter), and is a third smaller: one level more
 * costs a seventh more time for 0.3 % of the bytes.
 */
static int level_for(size_t picture_bytes, int filter, double ratio) {
  if (picture_bytes <= 3 * SAMPLE_BYTES) return ratio > 0.35 ? 4 : 7;
  if (ratio > 0.35) return 2;
  if (ratio > 0.2) return 4;
  return filter != FILTER_NONE && ratio > 0.06 ? 5 : 6;
}

static Sample sample_create(const Raster *raster, const PngForm *widest) {
  const size_t row = png_rows_bytes(widest, raster->width, 1);
  Sample sample = {.raster = raster, .bands = 1, .rows = raster->height};
  if (row * (size_t)raster->height > SAMPLE_BYTES) {
    const int32_t rows = (int32_t)(SAMPLE_BYTES / row);
    sample.rows = rows / SAMPLE_BANDS > 1 ? rows / SAMPLE_BANDS : 1;
    sample.bands = rows < 1 ? 1 : rows < SAMPLE_BANDS ? rows : SAMPLE_BANDS;
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
  double ratio; /* of what is compressed to what there was */
} Best;

static void consider(const Sample *sample, const PngForm *form, int filter, Best *best) {
  const Trial trial = try_coding(sample, form, filter);
  const size_t picture_bytes = png_rows_bytes(form, sample->raster->width, sample->raster->height);
  const double ratio = (double)trial.after / (double)trial.before;
  const double bytes = ratio * (double)picture_bytes + palette_bytes(form);
  if (best->bytes > 0 && best->bytes <= bytes) return;
  best->bytes = bytes;
  best->ratio = ratio;
  best->coding = (PngCoding){*form, filter, level_for(picture_bytes, filter, ratio), GAMUT_SRGB};
}

/* Samples of less than a byte, and palettes, have no neighbours that they resemble. */
static void consider_filters(Sample *sample, const PngForm *form, Best *best) {
  sample->level = NOISE_LEVEL;
  consider(sample, form, FILTER_NONE, best);
  if (best->ratio < NOISE_RATIO) {
    sample->level = ORDER_LEVEL;
    *best = (Best){.bytes = 0};
    consider(sample, form, FILTER_NONE, best);
    if (form->depth == 8) consider(sample, form, FILTER_PAETH, best);
  }
  if (form->depth == 8) consider(sample, form, FILTER_ADAPTIVE, best);
}

PngCoding png_coding_choose(const Raster *raster, const Colours *colours) {
  const PngForm direct = png_form_direct(colours);
  Sample sample = sample_create(raster, &direct);
  Best best = {.bytes = 0};
  consider_filters(&sample, &direct, &best);
  if (colours->set.count <= MOST_COLOURS) {
    const PngForm indexed = png_form_indexed(colours);
    if (png_form_bits(&indexed) < png_form_bits(&direct)) consider(&sample, &indexed, FILTER_NONE, &best);
  }
  sample_free(&sample);
  return best.coding;
}
