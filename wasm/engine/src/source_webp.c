/* WebP: libwebp wants all of the file. */
#include <stdlib.h>

#include "map.h"
#include "source.h"
#include "whole_file.h"

typedef struct {
  const Job *job;
  WholeFile file;
} Reader;

static void *reader_create(const Job *job) {
  Reader *reader = engine_alloc(sizeof *reader);
  reader->job = job;
  return reader;
}

/*
 * Source pixels for each sample of a plane. libwebp scales a chroma plane of (source + 1) / 2 samples to one of
 * (luma + 1) / 2, so two of its samples stand for one of luma's pitch only where both sizes are even.
 */
static double factor_of(int32_t source, int32_t samples, int half) {
  return (double)(half ? (source + 1) / 2 * 2 : source) / samples;
}

static SourcePlanes layout_of(const Job *job, const Planes *planes) {
  SourcePlanes source = {.model = planes->model, .count = planes->count, .studio = planes->model == MODEL_YUVA};
  const Plane luma = planes->plane[0];
  for (int32_t i = 0; i < planes->count; i++) {
    const Plane plane = planes->plane[i];
    const int half = plane.width < luma.width || plane.height < luma.height;
    source.width[i] = plane.width;
    source.height[i] = plane.height;
    source.factor_x[i] = factor_of(job->source_width, plane.width, half);
    source.factor_y[i] = factor_of(job->source_height, plane.height, half);
  }
  return source;
}

static int reader_feed(void *reader, Flow *flow, const uint8_t *bytes, size_t count, int end) {
  (void)flow;
  (void)end;
  whole_file_add(&((Reader *)reader)->file, bytes, count);
  return 0;
}

static void reader_whole(void *opaque, Flow *flow) {
  Reader *reader = opaque;
  const Job *job = reader->job;
  int32_t least_width, least_height;
  const Map map = map_of(job, 0);
  map_least_source(job, &map, &least_width, &least_height);
  Planes planes;
  webp_in_decode(reader->file.bytes, reader->file.size, job->source_width, job->source_height, least_width, least_height,
                 &planes);
  whole_file_free(&reader->file);
  const SourcePlanes source = layout_of(job, &planes);
  flow_open(flow, &source);
  for (int32_t i = 0; i < planes.count; i++) {
    const Plane plane = planes.plane[i];
    for (int32_t y = 0; y < plane.height; y++) flow_row(flow, i, y, plane.data + y * plane.stride);
  }
  planes_free(&planes);
}

static void reader_free(void *opaque) {
  Reader *reader = opaque;
  whole_file_free(&reader->file);
  free(reader);
}

const SourceReader webp_reader = {reader_create, reader_feed, reader_free, reader_whole};
