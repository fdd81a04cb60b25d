/*
 * The story of a job: its description comes first, with the overlays' pixels, then the source in pieces; planes flow
 * through the resize as they are decoded; when the last row is there the small result is finished and encoded.
 */
#include "engine.h"

#include <stdlib.h>

#include "finish.h"
#include "source.h"

/* What one job holds. All of it is gone when the instance is scrubbed. */
static struct {
  Job job;
  uint8_t *input;
  size_t input_size;
  const SourceReader *format;
  void *reader;
  Flow flow;
  Numbers colours;
  Overlays overlays;
  Bytes output;
} engine;

static const SourceReader *const FORMATS[] = {
    [SOURCE_JPEG] = &jpeg_reader,
    [SOURCE_WEBP] = &webp_reader,
    [SOURCE_PNG] = &png_reader,
    [SOURCE_GIF] = &gif_reader,
    [SOURCE_RAW] = &raw_reader,
};

__attribute__((export_name("engine_job"))) Job *engine_job(void) { return &engine.job; }

/* Where the `bytes` that the job's conversion takes are to be put, before engine_start. */
__attribute__((export_name("engine_colours"))) uint8_t *engine_colours(size_t bytes) {
  engine.colours = (Numbers){engine_alloc(bytes), bytes};
  return engine.colours.data;
}

/*
 * Where the pixels of the job's overlay of this number are to be put: RGBA, straight alpha, `draw[index]`'s width ×
 * height. Between the job's description and its start.
 */
__attribute__((export_name("engine_overlay"))) uint8_t *engine_overlay(uint32_t index) {
  if (index >= MAX_DRAWS) engine_fail(FAIL_INTERNAL, "more overlays than a job may have");
  const Draw *draw = &engine.job.draw[index];
  engine.overlays.raster[index] = raster_create(draw->width, draw->height);
  return engine.overlays.raster[index].data;
}

__attribute__((export_name("engine_start"))) void engine_start(void) {
  const uint32_t format = engine.job.source_format;
  engine.format = format < sizeof FORMATS / sizeof *FORMATS ? FORMATS[format] : NULL;
  if (engine.format == NULL) engine_fail(FAIL_INTERNAL, "a source format that this module does not have");
  colours_check(&engine.job, engine.colours);
  engine.flow.job = &engine.job;
  engine.reader = engine.format->create(&engine.job);
}

/* Where the next `bytes` of the source are to be put; an address even for none. */
__attribute__((export_name("engine_input"))) uint8_t *engine_input(size_t bytes) {
  if (engine.input == NULL || bytes > engine.input_size) {
    free(engine.input);
    engine.input = engine_alloc(bytes);
    engine.input_size = bytes;
  }
  return engine.input;
}

static void give_input_back(void) {
  free(engine.input);
  engine.input = NULL;
  engine.input_size = 0;
}

/* Reads on. 1: all that the result needs of the source has been read. */
static int read_source(size_t count, int end) {
  if (engine.format->feed(engine.reader, &engine.flow, engine.input, count, end)) return 1;
  if (!end || engine.format->whole == NULL) return 0;
  give_input_back();
  engine.format->whole(engine.reader, &engine.flow);
  return 1;
}

/* `count` bytes lie in the input. 0: wants more, 1: the result is ready. */
__attribute__((export_name("engine_feed"))) int32_t engine_feed(size_t count, int32_t end) {
  if (!read_source(count, end)) return 0;
  engine.format->free(engine.reader);
  engine.reader = NULL;
  give_input_back();
  const int direct = engine.flow.target.direct;
  engine.output = finish_job(&engine.job, target_take(&engine.flow.target), direct, &engine.overlays, engine.colours);
  free(engine.colours.data);
  engine.colours = (Numbers){0};
  return 1;
}

__attribute__((export_name("engine_output"))) uint8_t *engine_output(void) { return engine.output.data; }

__attribute__((export_name("engine_output_size"))) size_t engine_output_size(void) { return engine.output.size; }
