#include "draw.h"

#include <math.h>
#include <string.h>

#define MOST_PIXELS (256 * 256)

static Rect within(Choices *choices, int32_t width, int32_t height) {
  const int32_t most_wide = choose_seldom(choices, 4) && width > 20 ? 20 : width;
  const int32_t most_high = choose_seldom(choices, 4) && height > 20 ? 20 : height;
  const int32_t wide = 1 + choose_below(choices, most_wide), high = 1 + choose_below(choices, most_high);
  return (Rect){choose_below(choices, width - wide + 1), choose_below(choices, height - high + 1), wide, high};
}

/* Of the crop: exact shrinks, none, eighths of it, or anything. */
static void draw_resize(Choices *choices, Job *job) {
  int64_t width = job->crop.width, height = job->crop.height;
  switch (choose_below(choices, 5)) {
    case 0: {
      const int32_t by = 1 + choose_below(choices, 16);
      width /= by;
      height /= by;
      break;
    }
    case 1:
      break;
    case 2:
      width = width * (1 + choose_below(choices, 16)) / 8;
      height = height * (1 + choose_below(choices, 16)) / 8;
      break;
    case 3:
      width = 1 + choose_below(choices, 16);
      height = 1 + choose_below(choices, 16);
      break;
    default:
      width = 1 + choose_below(choices, 300);
      height = 1 + choose_below(choices, 300);
  }
  if (width < 1) width = 1;
  if (height < 1) height = 1;
  while (width * height > MOST_PIXELS) {
    width = (width + 1) / 2;
    height = (height + 1) / 2;
  }
  job->resize_width = (int32_t)width;
  job->resize_height = (int32_t)height;
}

/* The result's size so far. */
typedef struct {
  int32_t width, height;
} Size;

/* What the canvas has beside the picture, and of that to the left and above; its width says whether there is one. */
static Rect draw_canvas(Choices *choices, Job *job) {
  if (!choose_seldom(choices, 8)) return (Rect){0, 0, 0, 0};
  const int32_t across = choose_below(choices, 50), down = choose_below(choices, 50);
  const int32_t left = choose_below(choices, across + 1), above = choose_below(choices, down + 1);
  job->canvas_colour = choose_bits(choices);
  return (Rect){left, above, 1 + across, 1 + down};
}

/* Around the picture as it was turned. */
static Size place_canvas(Job *job, Size size, Rect more) {
  if (more.width == 0) return size;
  const Size canvas = {size.width + more.width - 1, size.height + more.height - 1};
  job->canvas = (Rect){more.x, more.y, canvas.width, canvas.height};
  return canvas;
}

static Size draw_turn(Choices *choices, Job *job) {
  const Size size = {job->extract.width, job->extract.height};
  job->flip = choose_seldom(choices, 4);
  job->rotate = choose_seldom(choices, 3) ? 90u * (uint32_t)choose_below(choices, 4) : 0;
  return job->rotate == 90 || job->rotate == 270 ? (Size){size.height, size.width} : size;
}

/* Ranges of src/params: factors up to 2 and more, gamma up to 9.9, blur up to 75 px, sharpen up to 10. */
static void draw_effects(Choices *choices, Job *job) {
  job->brightness = job->contrast = job->saturation = job->gamma = 1;
  if (choose_seldom(choices, 10)) {
    job->brightness = (float)choose_below(choices, 30) / 10;
    job->contrast = (float)choose_below(choices, 30) / 10;
    job->saturation = (float)choose_below(choices, 30) / 10;
    job->gamma = 0.1f + (float)choose_below(choices, 99) / 10;
  }
  if (choose_seldom(choices, 12)) job->blur = 0.1f + (float)choose_below(choices, 1000) / 4;
  if (choose_seldom(choices, 12)) job->sharpen = (float)choose_below(choices, 101) / 10;
}

/* Colours made anew, and blocks. */
static void draw_colours(Choices *choices, Job *job) {
  if (choose_seldom(choices, 8)) {
    const float angle = (float)choose_below(choices, 360) * 3.14159265f / 180;
    job->hue_cosine = cosf(angle);
    job->hue_sine = sinf(angle);
  }
  if (choose_seldom(choices, 6)) {
    job->effect = (uint32_t)choose_below(choices, EFFECT_TINT + 1);
    job->effect_first = choose_bits(choices);
    job->effect_second = choose_bits(choices);
  }
  if (choose_seldom(choices, 8)) job->pixelate = 2 + (uint32_t)choose_below(choices, 255);
}

/* Around the picture of this size, inside of its margins; what is under it when it has any transparency. */
static void draw_frame(Choices *choices, Job *job, Size size) {
  if (choose_seldom(choices, 8)) {
    job->border = 1 + choose_below(choices, 30);
    job->border_colour = choose_bits(choices);
    job->output_width += 2 * job->border;
    job->output_height += 2 * job->border;
  }
  const int32_t shorter = (size.width < size.height ? size.width : size.height) + 2 * job->border;
  if (choose_seldom(choices, 6)) job->radius = (float)(1 + choose_below(choices, 4 * shorter)) / 8;
  if (!choose_seldom(choices, 8)) return;
  job->backdrop = 1;
  job->flatten = 0;
}

static Size draw_pad(Choices *choices, Job *job, Size size) {
  if (!choose_seldom(choices, 10)) return size;
  job->pad_top = choose_below(choices, 30);
  job->pad_right = choose_below(choices, 30);
  job->pad_bottom = choose_below(choices, 30);
  job->pad_left = choose_below(choices, 30);
  job->pad_colour = choose_bits(choices);
  return (Size){size.width + job->pad_left + job->pad_right, size.height + job->pad_top + job->pad_bottom};
}

static void draw_output(Choices *choices, Job *job, Size size, int has_alpha) {
  static const uint32_t FORMATS[] = {OUT_JPEG, OUT_WEBP, OUT_WEBP, OUT_PNG, OUT_PLANES, OUT_RASTER, OUT_JPEG, OUT_GIF};
  job->output_format = FORMATS[choose_below(choices, sizeof FORMATS / sizeof *FORMATS)];
  job->alpha = job->output_format != OUT_JPEG && (has_alpha || choose_seldom(choices, 4));
  job->flatten = !job->alpha || choose_seldom(choices, 4);
  job->flatten_colour = choose_bits(choices);
  job->output_width = size.width;
  job->output_height = size.height;
  job->quality = 1 + (uint32_t)choose_below(choices, 100);
  job->lossless = choose_seldom(choices, 8);
  job->progressive = choose_seldom(choices, 2);
  job->chroma_444 = choose_seldom(choices, 3);
  job->margin = choose_seldom(choices, 8) ? 1 + (float)choose_below(choices, 4) : 2;
}

/* A canvas takes up to 16 times its pixels; larger ones are refused by their price. */
static void draw_frames(Choices *choices, Job *job, Facts facts) {
  const int is_small = (int64_t)facts.width * facts.height <= 4 * MOST_PIXELS;
  if (!facts.is_animated || !is_small || choose_seldom(choices, 4)) return;
  job->most_frames = 1 + (uint32_t)choose_below(choices, 40);
  if (choose_seldom(choices, 3)) {
    job->frame = 1 + (uint32_t)choose_below(choices, 6);
    return;
  }
  job->animate = 1;
  job->output_format = choose_seldom(choices, 2) ? OUT_WEBP : OUT_GIF;
}

/* Inside, hanging over, or outside of the picture before its margins; the pixels are engine_run's. */
static void draw_overlays(Choices *choices, Job *job, Size size) {
  if (!choose_seldom(choices, 6)) return;
  const int32_t count = 1 + choose_below(choices, MAX_DRAWS);
  for (int32_t i = 0; i < count; i++) {
    const int32_t width = 1 + choose_below(choices, size.width), height = 1 + choose_below(choices, size.height);
    const int far = choose_seldom(choices, 10);
    job->draw[i] = (Draw){
        .x = (far ? 49152 : 1) * (choose_below(choices, 2 * size.width) - width),
        .y = (far ? 49152 : 1) * (choose_below(choices, 2 * size.height) - height),
        .width = width,
        .height = height,
        .repeat_x = choose_seldom(choices, 3),
        .repeat_y = choose_seldom(choices, 3),
        .blend = (uint32_t)choose_below(choices, BLEND_LUMINOSITY + 1),
        .opacity = (float)(1 + choose_below(choices, 100)) / 100,
    };
  }
}

Job draw_job(Choices *choices, Facts facts) {
  Job job;
  memset(&job, 0, sizeof job);
  job.hue_cosine = 1;
  job.source_format = facts.format;
  job.source_width = facts.width;
  job.source_height = facts.height;
  job.raw_chroma = facts.raw.chroma;
  job.raw_matrix = facts.raw.matrix;
  job.raw_full_range = (uint32_t)facts.raw.is_full_range;
  job.raw_alpha = (uint32_t)facts.raw.has_alpha;
  job.raw_premultiplied = (uint32_t)facts.raw.is_premultiplied;
  job.orientation = choose_seldom(choices, 3) ? 1 + (uint32_t)choose_below(choices, 8) : 1;
  job.conversion = choose_seldom(choices, 6) ? (uint32_t)choose_below(choices, 4) : CONVERT_NOT;
  job.gamut = job.conversion != CONVERT_NOT && choose_seldom(choices, 2) ? GAMUT_DISPLAY_P3 : GAMUT_SRGB;
  const int on_side = job.orientation >= 5;
  const int32_t width = on_side ? facts.height : facts.width, height = on_side ? facts.width : facts.height;
  job.crop = choose_seldom(choices, 3) ? within(choices, width, height) : (Rect){0, 0, width, height};
  draw_resize(choices, &job);
  job.extract = choose_seldom(choices, 4) ? within(choices, job.resize_width, job.resize_height)
                                          : (Rect){0, 0, job.resize_width, job.resize_height};
  const Rect more = draw_canvas(choices, &job);
  const Size size = place_canvas(&job, draw_turn(choices, &job), more);
  draw_effects(choices, &job);
  const Size padded = draw_pad(choices, &job, size);
  draw_output(choices, &job, padded, facts.alpha);
  /* What came later is drawn later, so that cases of before mean what they did. */
  draw_overlays(choices, &job, size);
  draw_frames(choices, &job, facts);
  draw_colours(choices, &job);
  draw_frame(choices, &job, size);
  return job;
}

uint32_t draw_feed(Choices *choices) { return choose_seldom(choices, 3) ? choose_bits(choices) : 0; }
