/* JPEG, as its bytes come; shrunk while it is decoded. */
#include <stdlib.h>

#include "map.h"
#include "source.h"

typedef struct {
  const Job *job;
  JpegIn *jpeg;
  int started;
  Span columns, rows; /* of decoded luma that the result needs */
} Reader;

static void *reader_create(const Job *job) {
  Reader *reader = engine_alloc(sizeof *reader);
  reader->job = job;
  reader->jpeg = jpeg_in_create();
  return reader;
}

/* The span of decoded luma from which all planes' spans come. */
static Span luma_span(const Span *spans, const double *factors, int32_t count) {
  Span luma = {INT32_MAX, 0};
  for (int32_t i = 0; i < count; i++) {
    const int32_t first = (int32_t)(spans[i].first * factors[i]);
    const int32_t end = (int32_t)(spans[i].end * factors[i] + 0.999);
    if (first < luma.first) luma.first = first;
    if (end > luma.end) luma.end = end;
  }
  return luma;
}

static int start(Reader *reader, Flow *flow) {
  int32_t width, height, least_width, least_height;
  if (!jpeg_in_header(reader->jpeg, &width, &height)) return 0;
  source_require_size(reader->job, width, height);
  /* Turned or not, the map shrinks by the same factors. */
  const Map map = map_of(reader->job, 0);
  map_least_source(reader->job, &map, &least_width, &least_height);
  JpegLayout layout;
  jpeg_in_start(reader->jpeg, least_width, least_height, &layout);
  SourcePlanes source = {.model = layout.model, .count = layout.count};
  for (int32_t i = 0; i < layout.count; i++) {
    source.width[i] = layout.plane_width[i];
    source.height[i] = layout.plane_height[i];
    source.factor_x[i] = layout.factor_x[i] * 8 / layout.scale;
    source.factor_y[i] = layout.factor_y[i] * 8 / layout.scale;
  }
  flow_open(flow, &source);
  reader->columns = luma_span(flow->target.columns, layout.factor_x, layout.count);
  reader->rows = luma_span(flow->target.rows, layout.factor_y, layout.count);
  reader->started = 1;
  return 1;
}

static int reader_feed(void *opaque, Flow *flow, const uint8_t *bytes, size_t count, int end) {
  Reader *reader = opaque;
  jpeg_in_feed(reader->jpeg, bytes, count, end);
  if (!reader->started && !start(reader, flow)) return 0;
  return jpeg_in_rows(reader->jpeg, reader->columns, reader->rows, flow_row, flow);
}

static void reader_free(void *opaque) {
  Reader *reader = opaque;
  jpeg_in_free(reader->jpeg);
  free(reader);
}

const SourceReader jpeg_reader = {reader_create, reader_feed, reader_free, NULL};
