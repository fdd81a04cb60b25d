#include "gif_out.h"

#include <stdlib.h>
#include <string.h>

#include "frame_writer.h"

/* How much more than on the first frame its palette may lose on another: mean squared distance (gif_distance). */
#define MOST_ERROR_FACTOR 1.5
#define LEAST_ERROR 24.0

enum { MOST_SIDE = 65535, MOST_DELAY = 0xffff };

typedef struct {
  const Job *job;
  Growing part;
  GifPalette global;
  int has_global;
  GifMap *map;
  GifFrameOut frame; /* that waits; without a raster there is none */
  uint64_t time;     /* ms so far: delays of 1/100 s are rounded, their sums stay right */
  int is_ended;
} Writer;

static void *writer_create(const Job *job) {
  if (job->output_width > MOST_SIDE || job->output_height > MOST_SIDE) {
    engine_fail(FAIL_UNSUPPORTED, "a GIF has at most 65535 pixels a side");
  }
  Writer *writer = engine_alloc(sizeof *writer);
  writer->job = job;
  writer->map = gif_map_create();
  return writer;
}

static void writer_free(void *opaque) {
  Writer *writer = opaque;
  raster_free(&writer->frame.raster);
  free(writer->frame.indexes);
  gif_map_free(writer->map);
  free(writer->part.data);
  free(writer);
}

/* ---- rectangles ---- */

static Rect joined(Rect a, Rect b) {
  if (a.width == 0) return b;
  if (b.width == 0) return a;
  const int32_t left = a.x < b.x ? a.x : b.x, top = a.y < b.y ? a.y : b.y;
  const int32_t right = a.x + a.width > b.x + b.width ? a.x + a.width : b.x + b.width;
  const int32_t bottom = a.y + a.height > b.y + b.height ? a.y + a.height : b.y + b.height;
  return (Rect){left, top, right - left, bottom - top};
}

/* Least rectangle with all pixels that are marked. */
static Rect marked_rect(const uint8_t *marks, int32_t width, int32_t height) {
  Rect rect = {0, 0, 0, 0};
  for (int32_t y = 0; y < height; y++) {
    const uint8_t *row = marks + (size_t)y * (size_t)width;
    const uint8_t *first = memchr(row, 1, (size_t)width);
    if (first == NULL) continue;
    int32_t end = width;
    while (!row[end - 1]) end--;
    const int32_t left = (int32_t)(first - row);
    rect = joined(rect, (Rect){left, y, end - left, 1});
  }
  return rect;
}

static void clear_rect(Raster *raster, Rect rect) {
  for (int32_t y = rect.y; y < rect.y + rect.height; y++) {
    memset(raster->data + ((size_t)y * (size_t)raster->width + (size_t)rect.x) * 4, 0, (size_t)rect.width * 4);
  }
}

/* ---- what a frame draws ---- */

/* Opaque, or nothing at all. */
static void threshold(Raster *raster, int keeps_alpha) {
  const size_t pixels = (size_t)raster->width * (size_t)raster->height;
  for (size_t i = 0; i < pixels; i++) {
    uint8_t *pixel = raster->data + i * 4;
    if (keeps_alpha && pixel[3] < 128) memset(pixel, 0, 4);
    else pixel[3] = 255;
  }
}

/* Marks pixels that are drawn anew, over nothing or over `before`. Says whether these are all. */
static int mark_drawn(const Raster *before, const Raster *after, uint8_t *marks) {
  const size_t pixels = (size_t)after->width * (size_t)after->height;
  int all = 1;
  for (size_t i = 0; i < pixels; i++) {
    const uint8_t *pixel = after->data + i * 4;
    marks[i] = pixel[3] != 0 && (before->data == NULL || memcmp(before->data + i * 4, pixel, 4) != 0);
    all &= marks[i];
  }
  return all;
}

/* Marks what is shown now and must not be with the next frame. */
static void mark_erased(const Raster *before, const Raster *after, uint8_t *marks) {
  const size_t pixels = (size_t)after->width * (size_t)after->height;
  for (size_t i = 0; i < pixels; i++) marks[i] = before->data[i * 4 + 3] != 0 && after->data[i * 4 + 3] == 0;
}

/* ---- its palette ---- */

static int has_all(const GifPalette *palette, const GifPalette *wanted) {
  for (int32_t i = 0; i < wanted->count; i++) {
    int32_t k = 0;
    while (k < palette->count && memcmp(palette->colour[k], wanted->colour[i], 3) != 0) k++;
    if (k == palette->count) return 0;
  }
  return 1;
}

static int is_good_enough(const GifPalette *global, const GifHistogram *histogram) {
  const double most = global->error * MOST_ERROR_FACTOR;
  return gif_palette_error(global, histogram) <= (most > LEAST_ERROR ? most : LEAST_ERROR);
}

/* `most`: colours; fewer than 256 where an index is needed for what is transparent. */
static void choose_palette(const Writer *writer, GifFrameOut *frame, const uint8_t *marks, int32_t most) {
  const int may_share = writer->has_global && writer->global.count <= most;
  frame->is_global = 0;
  if (gif_palette_exact(&frame->raster, marks, most, &frame->palette)) {
    frame->is_global = may_share && has_all(&writer->global, &frame->palette);
    if (!frame->is_global) return;
    frame->palette = writer->global;
    frame->palette.exact = 1;
    return;
  }
  GifHistogram histogram = gif_histogram_of(&frame->raster, marks);
  frame->is_global = may_share && is_good_enough(&writer->global, &histogram);
  if (frame->is_global) {
    frame->palette = writer->global;
    frame->palette.exact = 0;
  } else {
    gif_palette_of(&histogram, most, &frame->palette);
  }
  gif_histogram_free(&histogram);
}

/* Over the marks, which are a byte a pixel, too. */
static void fill_indexes(Writer *writer, GifFrameOut *frame, uint8_t *marks) {
  const Raster *raster = &frame->raster;
  gif_map_use(writer->map, &frame->palette);
  for (int32_t y = 0; y < raster->height; y++) {
    const uint8_t *pixels = raster->data + (size_t)y * (size_t)raster->width * 4;
    uint8_t *row = marks + (size_t)y * (size_t)raster->width;
    for (int32_t x = 0; x < raster->width; x++) {
      row[x] = (uint8_t)(row[x] ? gif_map_index(writer->map, pixels + x * 4, x, y) : frame->transparent);
    }
  }
  frame->indexes = marks;
}

/* ---- frames ---- */

/* Delays of 1/100 s, such that all until now come as near as they can to what they should be; none vanishes. */
static uint32_t rounded_delay(Writer *writer, uint32_t delay) {
  const uint64_t before = (writer->time + 5) / 10;
  writer->time += delay;
  const uint64_t rounded = (writer->time + 5) / 10 - before;
  if (delay > 0 && rounded == 0) return 1;
  return rounded < MOST_DELAY ? (uint32_t)rounded : MOST_DELAY;
}

/* The frame that waits goes out, and its raster becomes what is shown when it has been disposed of. */
static void put_frame(Writer *writer, const Raster *next) {
  GifFrameOut *frame = &writer->frame;
  const size_t pixels = (size_t)frame->raster.width * (size_t)frame->raster.height;
  Rect erased = {0, 0, 0, 0};
  if (next != NULL) {
    uint8_t *marks = engine_alloc(pixels);
    mark_erased(&frame->raster, next, marks);
    erased = marked_rect(marks, next->width, next->height);
    free(marks);
  }
  frame->rect = joined(frame->rect, erased);
  /* A frame has at least a pixel, which may be one that draws nothing. */
  if (frame->rect.width == 0) frame->rect = (Rect){0, 0, 1, 1};
  gif_put_frame(&writer->part, frame, erased.width > 0 ? GIF_DISPOSE_BACKGROUND : GIF_DISPOSE_NONE);
  free(frame->indexes);
  frame->indexes = NULL;
  if (erased.width > 0) clear_rect(&frame->raster, frame->rect);
}

static void take_global(Writer *writer) {
  if (writer->has_global) return;
  writer->has_global = writer->frame.is_global = 1;
  writer->global = writer->frame.palette;
}

static void writer_add(void *opaque, Raster raster, uint32_t delay) {
  Writer *writer = opaque;
  threshold(&raster, (int)writer->job->alpha);
  Raster *shown = &writer->frame.raster;
  if (shown->data != NULL) put_frame(writer, &raster);
  uint8_t *marks = engine_alloc((size_t)raster.width * (size_t)raster.height);
  const int draws_all = mark_drawn(shown, &raster, marks);
  raster_free(shown);
  GifFrameOut *frame = &writer->frame;
  *frame = (GifFrameOut){.raster = raster, .delay = rounded_delay(writer, delay)};
  frame->rect = marked_rect(marks, raster.width, raster.height);
  choose_palette(writer, frame, marks, draws_all ? 256 : 255);
  frame->transparent = draws_all ? -1 : frame->palette.count;
  fill_indexes(writer, frame, marks);
  take_global(writer);
}

static void writer_end(void *opaque) {
  Writer *writer = opaque;
  if (writer->is_ended) return;
  writer->is_ended = 1;
  if (writer->frame.raster.data != NULL) put_frame(writer, NULL);
  const uint8_t trailer = 0x3B;
  growing_append(&writer->part, &trailer, 1);
  raster_free(&writer->frame.raster);
}

static Bytes writer_take(void *opaque) { return growing_take(&((Writer *)opaque)->part); }

static Bytes writer_head(void *opaque, uint32_t plays) {
  const Writer *writer = opaque;
  return gif_head(writer->job->output_width, writer->job->output_height, &writer->global, plays);
}

const FrameWriter gif_writer = {writer_create, writer_add, writer_end, writer_take, writer_head, writer_free};

/* A still is an animation of one frame. */
Bytes gif_out_raster(Raster *raster, const Job *job) {
  void *writer = writer_create(job);
  Growing file = {0};
  writer_add(writer, *raster, 0);
  raster->data = NULL;
  writer_end(writer);
  const Bytes frames = writer_take(writer), head = writer_head(writer, 1);
  growing_append(&file, head.data, head.size);
  growing_append(&file, frames.data, frames.size);
  free(head.data);
  free(frames.data);
  writer_free(writer);
  return growing_take(&file);
}
