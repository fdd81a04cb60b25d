#include "finish.h"

#include <stdlib.h>

#include "target.h"

static Bytes encode_planes(const Job *job, const Planes *planes) {
  switch (job->output_format) {
    case OUT_JPEG:
      return jpeg_out_planes(planes, job);
    case OUT_WEBP:
      return webp_out_planes(planes, job);
    default:
      return planes_out_planes(planes);
  }
}

static Bytes encode_raster(const Job *job, Raster *raster) {
  switch (job->output_format) {
    case OUT_JPEG:
      return jpeg_out_raster(raster, job);
    case OUT_WEBP:
      return webp_out_raster(raster, job);
    case OUT_PNG:
      return png_out_raster(raster, job);
    case OUT_PLANES:
      return planes_out_raster(raster, job);
    default: {
      const Bytes bytes = {raster->data, (size_t)raster->width * raster->height * 4};
      raster->data = NULL;
      return bytes;
    }
  }
}

static void draw_overlays(const Job *job, Raster *raster, const Overlays *overlays) {
  for (int i = 0; i < MAX_DRAWS; i++) {
    if (job->draw[i].width > 0) op_draw(raster, &overlays->raster[i], &job->draw[i]);
  }
}

/* The steps of src/image/job.ts on the small result, in that order; each does nothing unless it was asked for. */
static void run_steps(const Job *job, Raster *raster, const Overlays *overlays, Numbers colours) {
  if (job->conversion != CONVERT_NOT) op_colour(raster, job, colours);
  if (job->canvas.width > 0) op_canvas(raster, job->canvas, job->canvas_colour);
  if (job->flip) op_flip(raster);
  if (job->rotate != 0) op_rotate(raster, job->rotate);
  if (job->brightness != 1 || job->contrast != 1 || job->saturation != 1 || job->gamma != 1) {
    op_adjust(raster, job->brightness, job->contrast, job->saturation, job->gamma);
  }
  if (job->blur > 0) op_blur(raster, job->blur);
  if (job->sharpen > 0) op_sharpen(raster, job->sharpen);
  draw_overlays(job, raster, overlays);
  if (job->pad_top > 0 || job->pad_right > 0 || job->pad_bottom > 0 || job->pad_left > 0) {
    op_pad(raster, job->pad_top, job->pad_right, job->pad_bottom, job->pad_left, job->pad_colour);
  }
  if (job->flatten) op_flatten(raster, job->flatten_colour);
}

static Raster raster_of(const Job *job, const Planes *planes) {
  return job->conversion == CONVERT_CMYK_TABLE ? raster_of_inks(planes) : raster_from_planes(planes);
}

static void check_size(const Job *job, int32_t width, int32_t height) {
  if (width != job->output_width || height != job->output_height) {
    engine_fail(FAIL_INTERNAL, "the steps made another size than planned");
  }
}

Bytes finish_job(const Job *job, Planes planes, int direct, const Overlays *overlays, Numbers colours) {
  Bytes bytes;
  if (direct) {
    check_size(job, planes.plane[0].width, planes.plane[0].height);
    bytes = encode_planes(job, &planes);
    planes_free(&planes);
    return bytes;
  }
  Raster raster = raster_of(job, &planes);
  planes_free(&planes);
  run_steps(job, &raster, overlays, colours);
  check_size(job, raster.width, raster.height);
  bytes = encode_raster(job, &raster);
  raster_free(&raster);
  return bytes;
}
