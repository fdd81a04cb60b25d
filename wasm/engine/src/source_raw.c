/*
 * Planes that another module has decoded. They come in bands of 16 rows of the whole picture (fewer in the last one):
 * the rows of luma, then of Cb and Cr (halved sizes are rounded up), then of alpha, all tight and of 8 bits.
 *
 * With alpha, colours are premultiplied before the resize, as everywhere. That is done on luma and chroma themselves:
 * colours are sums of the two, so what scales both scales the colours, and no plane has to be made larger for it.
 */
#include <stdlib.h>
#include <string.h>

#include "level.h"
#include "matrix.h"
#include "source.h"

#define BAND_ROWS 16

typedef struct {
  const Job *job;
  int is_open;
  int32_t count;             /* of planes, alpha included */
  int32_t chroma_x, chroma_y; /* luma samples for each of chroma, across and down: 1 or 2 */
  int32_t width[MAX_PLANES];
  int32_t top;               /* first row of luma in the band */
  int32_t end;               /* row of luma behind the last one that the result needs */
  uint8_t *band;
  size_t filled, wanted;
} Reader;

static int32_t halved(int32_t size, int32_t factor) { return (size + factor - 1) / factor; }

static int has_chroma(const Job *job) { return job->raw_chroma != CHROMA_NONE; }
static int is_identity(const Job *job) { return has_chroma(job) && job->raw_matrix == MATRIX_IDENTITY; }
static int is_chroma(const Job *job, int32_t plane) { return has_chroma(job) && (plane == 1 || plane == 2); }

static int32_t band_rows(const Reader *reader) {
  const int32_t left = reader->job->source_height - reader->top;
  return left < BAND_ROWS ? left : BAND_ROWS;
}

static int32_t rows_of(const Reader *reader, int32_t plane) {
  return is_chroma(reader->job, plane) ? halved(band_rows(reader), reader->chroma_y) : band_rows(reader);
}

static void begin_band(Reader *reader) {
  reader->filled = reader->wanted = 0;
  for (int32_t i = 0; i < reader->count; i++) {
    reader->wanted += (size_t)reader->width[i] * (size_t)rows_of(reader, i);
  }
}

static void *reader_create(const Job *job) {
  if (job->source_width < 1 || job->source_height < 1) engine_fail(FAIL_INTERNAL, "a picture without pixels");
  if (has_chroma(job) && !is_identity(job) && !matrix_is_known(job->raw_matrix)) {
    engine_fail(FAIL_UNSUPPORTED, "colours that are coded by a matrix that is not read");
  }
  if (is_identity(job) && job->raw_chroma != CHROMA_444) {
    engine_fail(FAIL_UNSUPPORTED, "red, green and blue of different sizes");
  }
  Reader *reader = engine_alloc(sizeof *reader);
  reader->job = job;
  reader->chroma_x = job->raw_chroma == CHROMA_444 ? 1 : 2;
  reader->chroma_y = job->raw_chroma == CHROMA_420 ? 2 : 1;
  const int32_t colours = has_chroma(job) ? 3 : 1;
  reader->count = colours + (job->raw_alpha ? 1 : 0);
  for (int32_t i = 0; i < reader->count; i++) {
    reader->width[i] = is_chroma(job, i) ? halved(job->source_width, reader->chroma_x) : job->source_width;
  }
  begin_band(reader);
  reader->band = engine_alloc(reader->wanted);
  return reader;
}

/* ---- what the planes become ---- */

static ColourModel model_of(const Job *job) {
  if (!has_chroma(job)) return job->raw_alpha ? MODEL_RGBA : MODEL_GRAY;
  if (is_identity(job)) return job->raw_alpha ? MODEL_RGBA : MODEL_RGB;
  if (job->raw_alpha || !matrix_is_bt601(job->raw_matrix)) return MODEL_MATRIX;
  return job->raw_full_range ? MODEL_YCBCR : MODEL_YUVA;
}

/* The row of luma behind all that the planes' resizers need. */
static int32_t last_row(const Flow *flow, const SourcePlanes *source) {
  int32_t end = 0;
  for (int32_t i = 0; i < source->count; i++) {
    const int32_t rows = flow->target.rows[i].end * (int32_t)source->factor_y[i];
    if (rows > end) end = rows;
  }
  return end;
}

/*
 * Grey with alpha is three equal colours with alpha; green, blue and red come in the order red, green, blue. The row
 * of luma behind the last one that is needed.
 */
static int32_t open_flow(const Reader *reader, Flow *flow) {
  const Job *job = reader->job;
  SourcePlanes source = {.model = model_of(job), .matrix = job->raw_matrix};
  source.count = source.model == MODEL_RGBA ? 4 : reader->count;
  /* Premultiplying has made full range of it. */
  source.studio = !job->raw_full_range && !job->raw_alpha;
  for (int32_t i = 0; i < source.count; i++) {
    const int halves = source.model != MODEL_RGBA && source.model != MODEL_RGB && is_chroma(job, i);
    const int32_t x = halves ? reader->chroma_x : 1, y = halves ? reader->chroma_y : 1;
    source.width[i] = halved(job->source_width, x);
    source.height[i] = halved(job->source_height, y);
    source.factor_x[i] = x;
    source.factor_y[i] = y;
  }
  flow_open(flow, &source);
  return last_row(flow, &source);
}

/* Plane of the flow for a plane of the band. */
static int32_t flow_plane(const Job *job, int32_t plane) {
  static const int32_t FROM_GREEN_BLUE_RED[] = {1, 2, 0, 3};
  if (is_identity(job)) return FROM_GREEN_BLUE_RED[plane];
  return !has_chroma(job) && plane == 1 ? 3 : plane;
}

/* ---- alpha ---- */

/* A sample of luma (or of a colour) in full range. */
static int full_luma(int sample) { return level_clamp(((sample - 16) * 255 + 109) / 219); }
/* Its distance from neutral, in full range. */
static int full_chroma(int sample) {
  const int distance = (sample - 128) * 255;
  return (distance + (distance < 0 ? -112 : 112)) / 224;
}

static void premultiply_luma(const Job *job, uint8_t *row, const uint8_t *alpha, int32_t width) {
  for (int32_t x = 0; x < width; x++) {
    const int level = job->raw_full_range ? row[x] : full_luma(row[x]);
    row[x] = (uint8_t)(job->raw_premultiplied ? level : level_product(level, alpha[x]));
  }
}

/* The mean alpha under a sample of chroma. `lower` is `upper` where there is no other row. */
static int mean_alpha(const Reader *reader, const uint8_t *upper, const uint8_t *lower, int32_t x) {
  const int32_t left = x * reader->chroma_x, last = reader->job->source_width - 1;
  const int32_t right = left + reader->chroma_x - 1 < last ? left + reader->chroma_x - 1 : last;
  return (upper[left] + upper[right] + lower[left] + lower[right] + 2) / 4;
}

static void premultiply_chroma(const Reader *reader, uint8_t *row, const uint8_t *upper, const uint8_t *lower) {
  for (int32_t x = 0; x < reader->width[1]; x++) {
    const int distance = reader->job->raw_full_range ? row[x] - 128 : full_chroma(row[x]);
    const int alpha = reader->job->raw_premultiplied ? 255 : mean_alpha(reader, upper, lower, x);
    const int product = distance * alpha;
    row[x] = (uint8_t)level_clamp(128 + (product + (product < 0 ? -127 : 127)) / 255);
  }
}

/* The planes of the band, one after the other. */
static void planes_of(const Reader *reader, uint8_t *plane[MAX_PLANES]) {
  uint8_t *at = reader->band;
  for (int32_t i = 0; i < reader->count; i++) {
    plane[i] = at;
    at += (size_t)reader->width[i] * (size_t)rows_of(reader, i);
  }
}

static void premultiply_band(const Reader *reader, uint8_t *const plane[MAX_PLANES]) {
  const Job *job = reader->job;
  const int32_t rows = band_rows(reader), width = job->source_width;
  const uint8_t *alpha = plane[reader->count - 1];
  for (int32_t i = 0; i < reader->count - 1; i++) {
    const int is_luma = i == 0 || is_identity(job);
    for (int32_t y = 0; y < rows_of(reader, i); y++) {
      uint8_t *row = plane[i] + (ptrdiff_t)y * reader->width[i];
      const int32_t upper = is_luma ? y : y * reader->chroma_y;
      const int32_t lower = is_luma || upper + reader->chroma_y > rows ? upper : upper + reader->chroma_y - 1;
      const uint8_t *above = alpha + (ptrdiff_t)upper * width, *below = alpha + (ptrdiff_t)lower * width;
      if (is_luma)
        premultiply_luma(job, row, above, width);
      else
        premultiply_chroma(reader, row, above, below);
    }
  }
}

/* ---- bands ---- */

static void push_band(const Reader *reader, Flow *flow) {
  const Job *job = reader->job;
  uint8_t *plane[MAX_PLANES];
  planes_of(reader, plane);
  if (job->raw_alpha) premultiply_band(reader, plane);
  for (int32_t i = 0; i < reader->count; i++) {
    const int32_t first = is_chroma(job, i) ? reader->top / reader->chroma_y : reader->top;
    for (int32_t y = 0; y < rows_of(reader, i); y++) {
      const uint8_t *row = plane[i] + (ptrdiff_t)y * reader->width[i];
      flow_row(flow, flow_plane(job, i), first + y, row);
      /* Grey: the same for the other two colours. */
      if (!has_chroma(job) && job->raw_alpha && i == 0) {
        flow_row(flow, 1, first + y, row);
        flow_row(flow, 2, first + y, row);
      }
    }
  }
}

static int is_enough(const Reader *reader) {
  return reader->top >= reader->job->source_height || reader->top >= reader->end;
}

static int reader_feed(void *opaque, Flow *flow, const uint8_t *bytes, size_t count, int end) {
  Reader *reader = opaque;
  if (!reader->is_open) reader->end = open_flow(reader, flow);
  reader->is_open = 1;
  while (count > 0) {
    const size_t room = reader->wanted - reader->filled, part = count < room ? count : room;
    memcpy(reader->band + reader->filled, bytes, part);
    reader->filled += part;
    bytes += part;
    count -= part;
    if (reader->filled < reader->wanted) break;
    push_band(reader, flow);
    reader->top += BAND_ROWS;
    if (is_enough(reader)) return 1;
    begin_band(reader);
  }
  if (end) engine_fail(FAIL_INTERNAL, "fewer rows than the picture has");
  return 0;
}

static void reader_free(void *opaque) {
  Reader *reader = opaque;
  free(reader->band);
  free(reader);
}

const SourceReader raw_reader = {reader_create, reader_feed, reader_free, NULL};
