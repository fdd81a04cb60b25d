/*
 * The story of a job: its description comes first, then the source in pieces; planes flow through the resize as they
 * are decoded; when the last row is there the small result is finished and encoded.
 */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

#include "finish.h"
#include "gif_in.h"
#include "map.h"
#include "png_in.h"
#include "target.h"

/* What one job holds. All of it is gone when the instance is scrubbed. */
static struct {
  Job job;
  uint8_t *input;
  size_t input_size;
  JpegIn *jpeg;
  PngIn *png;
  GifIn *gif;
  int started;
  uint8_t *file; /* WebP is read whole */
  size_t file_size, file_room;
  int file_is_whole; /* there is room for all of it */
  Target target;
  Span columns, rows; /* of decoded luma that the result needs */
  Bytes output;
} engine;

__attribute__((export_name("engine_job"))) Job *engine_job(void) { return &engine.job; }

__attribute__((export_name("engine_start"))) void engine_start(void) {
  if (engine.job.source_format == SOURCE_JPEG) engine.jpeg = jpeg_in_create();
  if (engine.job.source_format == SOURCE_PNG) engine.png = png_in_create();
  if (engine.job.source_format == SOURCE_GIF) engine.gif = gif_in_create();
}

/* Where the next `bytes` of the source are to be put. */
__attribute__((export_name("engine_input"))) uint8_t *engine_input(size_t bytes) {
  if (bytes > engine.input_size) {
    free(engine.input);
    engine.input = engine_alloc(bytes);
    engine.input_size = bytes;
  }
  return engine.input;
}

static void row_sink(void *context, int32_t plane, int32_t y, const uint8_t *row) {
  target_push(context, plane, y, row);
}

/* Flip and rotate belong to the map, unless a canvas or a raster comes between; then they are steps of their own. */
static Target target_for(const SourcePlanes *source) {
  const int direct = target_is_direct(&engine.job, source->model);
  const Map map = map_of(&engine.job, direct);
  return target_create(&engine.job, source, &map, direct);
}

static void finish(void) {
  const int direct = engine.target.direct;
  engine.output = finish_job(&engine.job, target_take(&engine.target), direct);
}

static void require_size(int32_t width, int32_t height) {
  if (width != engine.job.source_width || height != engine.job.source_height) {
    engine_fail(FAIL_MISMATCH, "the picture has another size than its header said");
  }
}

/* ---- JPEG: as the bytes come ---- */

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

static int start_jpeg(void) {
  int32_t width, height, least_width, least_height;
  if (!jpeg_in_header(engine.jpeg, &width, &height)) return 0;
  require_size(width, height);
  /* Turned or not, the map shrinks by the same factors. */
  const Map map = map_of(&engine.job, 0);
  map_least_source(&engine.job, &map, &least_width, &least_height);
  JpegLayout layout;
  jpeg_in_start(engine.jpeg, least_width, least_height, &layout);
  SourcePlanes source = {.model = layout.model, .count = layout.count};
  for (int32_t i = 0; i < layout.count; i++) {
    source.width[i] = layout.plane_width[i];
    source.height[i] = layout.plane_height[i];
    source.factor_x[i] = layout.factor_x[i] * 8 / layout.scale;
    source.factor_y[i] = layout.factor_y[i] * 8 / layout.scale;
  }
  engine.target = target_for(&source);
  engine.columns = luma_span(engine.target.columns, layout.factor_x, layout.count);
  engine.rows = luma_span(engine.target.rows, layout.factor_y, layout.count);
  engine.started = 1;
  return 1;
}

static int feed_jpeg(size_t count, int end) {
  jpeg_in_feed(engine.jpeg, engine.input, count, end);
  if (!engine.started && !start_jpeg()) return 0;
  if (!jpeg_in_rows(engine.jpeg, engine.columns, engine.rows, row_sink, &engine.target)) return 0;
  jpeg_in_free(engine.jpeg);
  engine.jpeg = NULL;
  free(engine.input);
  engine.input = NULL;
  finish();
  return 1;
}

/* ---- WebP: when it is all there ---- */

/* What the file says of its own length (RIFF), where that can be had at once; else room comes as the bytes do. */
static void reserve_file(size_t count) {
  const uint8_t *head = engine.input;
  if (count < 8) return;
  const uint32_t rest = head[4] | (uint32_t)head[5] << 8 | (uint32_t)head[6] << 16 | (uint32_t)head[7] << 24;
  if (rest > INT32_MAX) return;
  engine.file = malloc((size_t)rest + 8);
  if (engine.file == NULL) return;
  engine.file_room = (size_t)rest + 8;
  engine.file_is_whole = 1;
}

static void keep(size_t count) {
  if (engine.file == NULL) reserve_file(count);
  /* What comes behind the length that RIFF says is no part of the picture. */
  if (engine.file_is_whole && count > engine.file_room - engine.file_size) count = engine.file_room - engine.file_size;
  if (engine.file_size + count > engine.file_room) {
    const size_t room = engine.file_room + engine.file_room / 2 + count;
    uint8_t *larger = realloc(engine.file, room);
    if (larger == NULL) engine_fail(FAIL_MEMORY, "no room for the file");
    engine.file = larger;
    engine.file_room = room;
  }
  memcpy(engine.file + engine.file_size, engine.input, count);
  engine.file_size += count;
}

static int feed_webp(size_t count, int end) {
  keep(count);
  if (!end) return 0;
  free(engine.input);
  engine.input = NULL;
  const Job *job = &engine.job;
  int32_t least_width, least_height;
  const Map map = map_of(job, 0);
  map_least_source(job, &map, &least_width, &least_height);
  Planes planes;
  webp_in_decode(engine.file, engine.file_size, job->source_width, job->source_height, least_width, least_height,
                 &planes);
  free(engine.file);
  engine.file = NULL;
  SourcePlanes source = {.model = planes.model, .count = planes.count};
  for (int32_t i = 0; i < planes.count; i++) {
    const Plane plane = planes.plane[i];
    const int half = plane.width < planes.plane[0].width || plane.height < planes.plane[0].height;
    source.width[i] = plane.width;
    source.height[i] = plane.height;
    source.factor_x[i] = (double)job->source_width / planes.plane[0].width * (half ? 2 : 1);
    source.factor_y[i] = (double)job->source_height / planes.plane[0].height * (half ? 2 : 1);
  }
  engine.target = target_for(&source);
  for (int32_t i = 0; i < planes.count; i++) {
    const Plane plane = planes.plane[i];
    for (int32_t y = 0; y < plane.height; y++) target_push(&engine.target, i, y, plane.data + y * plane.stride);
  }
  planes_free(&planes);
  finish();
  return 1;
}

/* ---- PNG, GIF: rows of whole pixels, as the bytes come ---- */

static void start_rows(int32_t width, int32_t height, ColourModel model) {
  require_size(width, height);
  SourcePlanes source = {.model = model, .count = model == MODEL_GRAY ? 1 : model == MODEL_RGB ? 3 : 4};
  for (int32_t i = 0; i < source.count; i++) {
    source.width[i] = width;
    source.height[i] = height;
    source.factor_x[i] = source.factor_y[i] = 1;
  }
  engine.target = target_for(&source);
  engine.columns = engine.target.columns[0];
  engine.rows = engine.target.rows[0];
  engine.started = 1;
}

static int feed_png(size_t count, int end) {
  int32_t width, height;
  ColourModel model;
  png_in_feed(engine.png, engine.input, count, end);
  if (!engine.started) {
    if (!png_in_header(engine.png, &width, &height, &model)) return 0;
    start_rows(width, height, model);
  }
  if (!png_in_rows(engine.png, engine.columns, engine.rows, row_sink, &engine.target)) return 0;
  png_in_free(engine.png);
  free(engine.input);
  engine.input = NULL;
  finish();
  return 1;
}

static int feed_gif(size_t count, int end) {
  int32_t width, height;
  ColourModel model;
  gif_in_feed(engine.gif, engine.input, count, end);
  if (!engine.started) {
    if (!gif_in_header(engine.gif, &width, &height, &model)) return 0;
    start_rows(width, height, model);
  }
  if (!gif_in_rows(engine.gif, engine.columns, engine.rows, row_sink, &engine.target)) return 0;
  gif_in_free(engine.gif);
  free(engine.input);
  engine.input = NULL;
  finish();
  return 1;
}

/* `count` bytes lie in the input. 0: wants more, 1: the result is ready. */
__attribute__((export_name("engine_feed"))) int32_t engine_feed(size_t count, int32_t end) {
  switch (engine.job.source_format) {
    case SOURCE_JPEG:
      return feed_jpeg(count, end);
    case SOURCE_WEBP:
      return feed_webp(count, end);
    case SOURCE_PNG:
      return feed_png(count, end);
    case SOURCE_GIF:
      return feed_gif(count, end);
    default:
      engine_fail(FAIL_INTERNAL, "a source format that this module does not have");
  }
}

__attribute__((export_name("engine_output"))) uint8_t *engine_output(void) { return engine.output.data; }

__attribute__((export_name("engine_output_size"))) size_t engine_output_size(void) { return engine.output.size; }
