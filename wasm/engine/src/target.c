#include "target.h"

#include <stdlib.h>
#include <string.h>

static int works_on_colours(const Job *job) {
  return job->brightness != 1 || job->contrast != 1 || job->saturation != 1 || job->gamma != 1 || job->blur > 0 ||
         job->sharpen > 0 || job->conversion != CONVERT_NOT;
}

static int has_margins(const Job *job) {
  return job->canvas.width > 0 || job->pad_top > 0 || job->pad_right > 0 || job->pad_bottom > 0 || job->pad_left > 0;
}

static int has_overlays(const Job *job) {
  for (int i = 0; i < MAX_DRAWS; i++)
    if (job->draw[i].width > 0) return 1;
  return 0;
}

int target_is_direct(const Job *job, ColourModel model) {
  const int is_luma = model == MODEL_GRAY || model == MODEL_YCBCR || model == MODEL_YUVA;
  const int has_planes =
      job->output_format == OUT_JPEG || job->output_format == OUT_WEBP || job->output_format == OUT_PLANES;
  const int is_lossy = has_planes && !job->lossless;
  /* A header may promise alpha that no frame has: the result has it all the same, so it goes by a raster. */
  const int is_worked_on = works_on_colours(job) || has_margins(job) || has_overlays(job);
  return is_luma && is_lossy && !job->alpha && !is_worked_on;
}

/* Samples = (level - zero) * range: what luma and chroma of 0–1 and ±0.5 are coded as. */
typedef struct {
  double luma_range, luma_zero, chroma_range;
} Coding;

static const Coding FULL = {255, 0, 255};
/* BT.601 studio range, as VP8 has it. */
static const Coding STUDIO = {219, 16, 224};

/* A raster is made of MODEL_YUVA as it is, of all others in full range. */
static Coding target_coding(const Job *job, ColourModel model, int direct) {
  const int is_studio = direct ? job->output_format == OUT_WEBP : model == MODEL_YUVA;
  return is_studio ? STUDIO : FULL;
}

/* From one coding to the other, folded into the resize's filter. */
static void coding_change(Coding from, Coding to, int is_chroma, double *gain, double *bias) {
  if (is_chroma) {
    *gain = to.chroma_range / from.chroma_range;
    *bias = 128 - 128 * *gain;
  } else {
    *gain = to.luma_range / from.luma_range;
    *bias = to.luma_zero - from.luma_zero * *gain;
  }
}

static Plane plane_create(int32_t width, int32_t height) {
  /* The encoders read whole blocks of 16: a margin to the right keeps that inside of the row. */
  const ptrdiff_t stride = (width + 15) & ~15;
  return (Plane){engine_alloc((size_t)stride * height), width, height, stride};
}

static ColourModel target_model(const Job *job, ColourModel source, int direct) {
  if (!direct) return source;
  if (job->output_format == OUT_WEBP) return MODEL_YUVA;
  return source == MODEL_GRAY ? MODEL_GRAY : MODEL_YCBCR;
}

static int is_chroma(ColourModel model, int32_t plane) {
  const int has_chroma =
      model == MODEL_YCBCR || model == MODEL_YUVA || model == MODEL_YCCK || model == MODEL_MATRIX;
  return has_chroma && (plane == 1 || plane == 2);
}

Target target_create(const Job *job, const SourcePlanes *source, const Map *map, int direct) {
  Target target = {.count = source->count, .transposed = map->transposed, .direct = direct};
  const int half_chroma = direct && (job->output_format == OUT_WEBP || !job->chroma_444);
  target.planes.model = target_model(job, source->model, direct);
  target.planes.count = source->count;
  target.planes.matrix = source->matrix;
  for (int32_t i = 0; i < source->count; i++) {
    const int chroma = is_chroma(source->model, i);
    const int factor = chroma && half_chroma ? 2 : 1;
    const Plane plane = plane_create((map->width + factor - 1) / factor, (map->height + factor - 1) / factor);
    const AxisMap x = map_axis_for(map->x, source->factor_x[i], factor);
    const AxisMap y = map_axis_for(map->y, source->factor_y[i], factor);
    double gain, bias;
    coding_change(source->studio ? STUDIO : FULL, target_coding(job, source->model, direct), chroma, &gain, &bias);
    target.planes.plane[i] = plane;
    target.resizer[i] = resizer_create(source->width[i], source->height[i], x, y, plane, gain, bias);
    resizer_extent(target.resizer[i], &target.columns[i], &target.rows[i]);
  }
  return target;
}

void target_push(Target *target, int32_t plane, int32_t y, const uint8_t *row) {
  if (y >= target->rows[plane].first && y < target->rows[plane].end) resizer_push(target->resizer[plane], row);
}

/* Blocks of 16 × 16 keep both sides' rows in the cache. */
static Plane transposed(Plane from) {
  const Plane to = plane_create(from.height, from.width);
  for (int32_t top = 0; top < from.height; top += 16) {
    for (int32_t left = 0; left < from.width; left += 16) {
      const int32_t bottom = top + 16 < from.height ? top + 16 : from.height;
      const int32_t right = left + 16 < from.width ? left + 16 : from.width;
      for (int32_t y = top; y < bottom; y++) {
        for (int32_t x = left; x < right; x++) to.data[x * to.stride + y] = from.data[y * from.stride + x];
      }
    }
  }
  return to;
}

/* VP8 has no greyscale: its chroma is neutral. */
static void add_neutral_chroma(Planes *planes) {
  const Plane luma = planes->plane[0];
  for (int32_t i = 1; i < 3; i++) {
    planes->plane[i] = plane_create((luma.width + 1) / 2, (luma.height + 1) / 2);
    memset(planes->plane[i].data, 128, (size_t)planes->plane[i].stride * planes->plane[i].height);
  }
  planes->count = 3;
}

Planes target_take(Target *target) {
  Planes planes = target->planes;
  for (int32_t i = 0; i < target->count; i++) {
    resizer_free(target->resizer[i]);
    if (!target->transposed) continue;
    planes.plane[i] = transposed(target->planes.plane[i]);
    free(target->planes.plane[i].data);
  }
  if (planes.model == MODEL_YUVA && planes.count == 1) add_neutral_chroma(&planes);
  memset(target, 0, sizeof *target);
  return planes;
}

void planes_free(Planes *planes) {
  for (int32_t i = 0; i < planes->count; i++) free(planes->plane[i].data);
  memset(planes, 0, sizeof *planes);
}
