/* PNG and GIF: rows of whole pixels, as the bytes come. */
#include <stdlib.h>

#include "gif_in.h"
#include "png_in.h"
#include "source.h"

typedef struct {
  const Job *job;
  void *in; /* the format's own reader */
  int started;
  Span columns, rows; /* that the result needs */
} Reader;

static void *create_reader(const Job *job, void *in) {
  Reader *reader = engine_alloc(sizeof *reader);
  reader->job = job;
  reader->in = in;
  return reader;
}

static void start(Reader *reader, Flow *flow, int32_t width, int32_t height, ColourModel model) {
  source_require_size(reader->job, width, height);
  SourcePlanes source = {.model = model, .count = model == MODEL_GRAY ? 1 : model == MODEL_RGB ? 3 : 4};
  for (int32_t i = 0; i < source.count; i++) {
    source.width[i] = width;
    source.height[i] = height;
    source.factor_x[i] = source.factor_y[i] = 1;
  }
  flow_open(flow, &source);
  reader->columns = flow->target.columns[0];
  reader->rows = flow->target.rows[0];
  reader->started = 1;
}

static void *png_create(const Job *job) {
  PngIn *in = png_in_create();
  if (job->conversion != CONVERT_NOT) png_in_without_gamma(in);
  return create_reader(job, in);
}

static int png_feed(void *opaque, Flow *flow, const uint8_t *bytes, size_t count, int end) {
  Reader *reader = opaque;
  int32_t width, height;
  ColourModel model;
  png_in_feed(reader->in, bytes, count, end);
  if (!reader->started) {
    if (!png_in_header(reader->in, &width, &height, &model)) return 0;
    start(reader, flow, width, height, model);
  }
  return png_in_rows(reader->in, reader->columns, reader->rows, flow_row, flow);
}

static void png_free(void *opaque) {
  png_in_free(((Reader *)opaque)->in);
  free(opaque);
}

static void *gif_create(const Job *job) { return create_reader(job, gif_in_create()); }

static int gif_feed(void *opaque, Flow *flow, const uint8_t *bytes, size_t count, int end) {
  Reader *reader = opaque;
  int32_t width, height;
  ColourModel model;
  gif_in_feed(reader->in, bytes, count, end);
  if (!reader->started) {
    if (!gif_in_header(reader->in, &width, &height, &model)) return 0;
    start(reader, flow, width, height, model);
  }
  return gif_in_rows(reader->in, reader->columns, reader->rows, flow_row, flow);
}

static void gif_free(void *opaque) {
  gif_in_free(((Reader *)opaque)->in);
  free(opaque);
}

const SourceReader png_reader = {png_create, png_feed, png_free, NULL};
const SourceReader gif_reader = {gif_create, gif_feed, gif_free, NULL};
