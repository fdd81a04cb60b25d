/* WebP: libwebp wants all of the file. */
#include <stdlib.h>
#include <string.h>

#include "map.h"
#include "source.h"

typedef struct {
  const Job *job;
  uint8_t *file;
  size_t size, room;
  int is_whole; /* there is room for all of it */
} Reader;

static void *reader_create(const Job *job) {
  Reader *reader = engine_alloc(sizeof *reader);
  reader->job = job;
  return reader;
}

/* What the file says of its own length (RIFF), where that can be had at once; else room comes as the bytes do. */
static void reserve(Reader *reader, const uint8_t *head, size_t count) {
  if (count < 8) return;
  const uint32_t rest = head[4] | (uint32_t)head[5] << 8 | (uint32_t)head[6] << 16 | (uint32_t)head[7] << 24;
  if (rest > INT32_MAX) return;
  reader->file = malloc((size_t)rest + 8);
  if (reader->file == NULL) return;
  reader->room = (size_t)rest + 8;
  reader->is_whole = 1;
}

static void keep(Reader *reader, const uint8_t *bytes, size_t count) {
  if (reader->file == NULL) reserve(reader, bytes, count);
  /* What comes behind the length that RIFF says is no part of the picture. */
  if (reader->is_whole && count > reader->room - reader->size) count = reader->room - reader->size;
  if (reader->size + count > reader->room) {
    const size_t room = reader->room + reader->room / 2 + count;
    uint8_t *larger = realloc(reader->file, room);
    if (larger == NULL) engine_fail(FAIL_MEMORY, "no room for the file");
    reader->file = larger;
    reader->room = room;
  }
  if (count > 0) memcpy(reader->file + reader->size, bytes, count);
  reader->size += count;
}

static SourcePlanes layout_of(const Job *job, const Planes *planes) {
  SourcePlanes source = {.model = planes->model, .count = planes->count, .studio = planes->model == MODEL_YUVA};
  const Plane luma = planes->plane[0];
  for (int32_t i = 0; i < planes->count; i++) {
    const Plane plane = planes->plane[i];
    const int half = plane.width < luma.width || plane.height < luma.height;
    source.width[i] = plane.width;
    source.height[i] = plane.height;
    source.factor_x[i] = (double)job->source_width / luma.width * (half ? 2 : 1);
    source.factor_y[i] = (double)job->source_height / luma.height * (half ? 2 : 1);
  }
  return source;
}

static int reader_feed(void *reader, Flow *flow, const uint8_t *bytes, size_t count, int end) {
  (void)flow;
  (void)end;
  keep(reader, bytes, count);
  return 0;
}

static void reader_whole(void *opaque, Flow *flow) {
  Reader *reader = opaque;
  const Job *job = reader->job;
  int32_t least_width, least_height;
  const Map map = map_of(job, 0);
  map_least_source(job, &map, &least_width, &least_height);
  Planes planes;
  webp_in_decode(reader->file, reader->size, job->source_width, job->source_height, least_width, least_height,
                 &planes);
  free(reader->file);
  reader->file = NULL;
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
  free(reader->file);
  free(reader);
}

const SourceReader webp_reader = {reader_create, reader_feed, reader_free, reader_whole};
