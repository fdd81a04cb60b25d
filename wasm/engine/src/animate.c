#include "animate.h"

#include <stdlib.h>

#include "frame_writer.h"
#include "frames.h"
#include "source.h"

struct Animation {
  const Job *job;
  const Overlays *overlays;
  Numbers colours;
  Canvas canvas;
  const FrameReader *format;
  void *reader;
  const FrameWriter *output;
  void *writer;
  uint32_t frames; /* that were shown */
};

int animation_is_wanted(const Job *job) { return job->animate || job->frame > 0; }

static const FrameReader *reader_of(uint32_t format) {
  switch (format) {
    case SOURCE_GIF:
      return &gif_frames;
    case SOURCE_WEBP:
      return &webp_frames;
    case SOURCE_PNG:
      return &png_frames;
    default:
      engine_fail(FAIL_INTERNAL, "a source whose frames are not read");
  }
}

static const FrameWriter *writer_of(uint32_t format) {
  switch (format) {
    case OUT_WEBP:
      return &webp_writer;
    case OUT_GIF:
      return &gif_writer;
    default:
      engine_fail(FAIL_INTERNAL, "an output that has no frames");
  }
}

Animation *animation_create(const Job *job, const Overlays *overlays, Numbers colours) {
  Animation *animation = engine_alloc(sizeof *animation);
  animation->job = job;
  animation->overlays = overlays;
  animation->colours = colours;
  animation->format = reader_of(job->source_format);
  canvas_create(&animation->canvas, job->source_width, job->source_height);
  animation->reader = animation->format->create(job, &animation->canvas);
  if (job->animate) {
    animation->output = writer_of(job->output_format);
    animation->writer = animation->output->create(job);
  }
  return animation;
}

void animation_feed(Animation *animation, const uint8_t *bytes, size_t count, int end) {
  animation->format->feed(animation->reader, bytes, count, end);
}

/* What the canvas shows, resized. It is never direct: the canvas is RGBA. */
static Planes shrunk(const Animation *animation) {
  const Planes *planes = &animation->canvas.planes;
  SourcePlanes source = {.model = planes->model, .count = planes->count};
  Flow flow = {.job = animation->job};
  for (int32_t i = 0; i < planes->count; i++) {
    source.width[i] = planes->plane[i].width;
    source.height[i] = planes->plane[i].height;
    source.factor_x[i] = source.factor_y[i] = 1;
  }
  flow_open(&flow, &source);
  for (int32_t i = 0; i < planes->count; i++) {
    const Plane plane = planes->plane[i];
    for (int32_t y = flow.target.rows[i].first; y < flow.target.rows[i].end; y++) {
      flow_row(&flow, i, y, plane.data + y * plane.stride);
    }
  }
  return target_take(&flow.target);
}

static void let_go(Animation *animation) {
  animation->format->free(animation->reader);
  canvas_free(&animation->canvas);
  if (animation->writer != NULL) animation->output->free(animation->writer);
  free(animation);
}

/* ---- one frame ---- */

/* In decimal; `text` has room for 11. */
static const char *decimal(uint32_t number, char *text) {
  char *at = text + 10;
  *at = 0;
  do *--at = (char)('0' + number % 10);
  while ((number /= 10) > 0);
  return at;
}

static AnimationState one_frame(Animation *animation, FrameState state, Bytes *output) {
  const Job *job = animation->job;
  if (state == FRAME_ENDED) {
    static char text[11];
    engine_fail(FAIL_NO_FRAME, decimal(animation->frames, text));
  }
  if (animation->frames < job->frame) return ANIMATION_PART;
  const Planes planes = shrunk(animation);
  const Overlays *overlays = animation->overlays;
  const Numbers colours = animation->colours;
  let_go(animation);
  *output = finish_job(job, planes, 0, overlays, colours);
  return ANIMATION_DONE;
}

/* ---- all frames ---- */

static AnimationState end(Animation *animation, Bytes *output) {
  const uint32_t plays = animation->format->plays(animation->reader);
  *output = animation->output->head(animation->writer, plays);
  let_go(animation);
  return ANIMATION_DONE;
}

/* Behind the last frame comes what the writer still had, and then the head. */
static AnimationState all_frames(Animation *animation, FrameState state, uint32_t delay, Bytes *output) {
  if (state == FRAME_ENDED) {
    animation->output->end(animation->writer);
    *output = animation->output->take(animation->writer);
    return output->size > 0 ? ANIMATION_PART : end(animation, output);
  }
  animation->output->add(animation->writer, finish_raster(animation->job, shrunk(animation), animation->overlays, animation->colours), delay);
  *output = animation->output->take(animation->writer);
  return ANIMATION_PART;
}

/* ---- the whole ---- */

AnimationState animation_run(Animation *animation, Bytes *output) {
  const Job *job = animation->job;
  *output = (Bytes){NULL, 0};
  for (;;) {
    uint32_t delay = 0;
    const FrameState state = animation->format->next(animation->reader, &delay);
    if (state == FRAME_WANTS) return ANIMATION_WANTS;
    if (state == FRAME_SHOWN && ++animation->frames > job->most_frames) {
      engine_fail(FAIL_FRAMES, "the animation has more frames than a request may take");
    }
    const AnimationState done = job->animate ? all_frames(animation, state, delay, output) : one_frame(animation, state, output);
    if (done == ANIMATION_DONE || output->size > 0) return done;
  }
}
