/* What an encoder in another module takes: tight planes, one after the other, in one piece of memory. */
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "ycbcr.h"

static uint8_t *append_plane(uint8_t *out, const Plane *plane) {
  for (int32_t y = 0; y < plane->height; y++) {
    memcpy(out, plane->data + y * plane->stride, (size_t)plane->width);
    out += plane->width;
  }
  return out;
}

Bytes planes_out_planes(const Planes *planes) {
  Bytes bytes = {0};
  for (int32_t i = 0; i < planes->count; i++) {
    bytes.size += (size_t)planes->plane[i].width * (size_t)planes->plane[i].height;
  }
  bytes.data = engine_alloc(bytes.size);
  uint8_t *out = bytes.data;
  for (int32_t i = 0; i < planes->count; i++) out = append_plane(out, &planes->plane[i]);
  return bytes;
}

/* ---- from a raster ---- */

static uint8_t *append_channel(uint8_t *out, const Raster *raster, int32_t channel) {
  const size_t count = (size_t)raster->width * (size_t)raster->height;
  for (size_t i = 0; i < count; i++) out[i] = raster->data[4 * i + (size_t)channel];
  return out + count;
}

static const uint8_t *pixels_of(const Raster *raster, int32_t y) {
  return raster->data + (size_t)y * (size_t)raster->width * 4;
}

static void append_ycbcr_444(uint8_t *out, const Raster *raster) {
  const size_t size = (size_t)raster->width * (size_t)raster->height;
  for (int32_t y = 0; y < raster->height; y++) {
    uint8_t *row = out + (size_t)y * (size_t)raster->width;
    ycbcr_row(row, row + size, row + 2 * size, pixels_of(raster, y), raster->width);
  }
}

/* Two rows of chroma at full size, with room for the last sample again where the width is odd. */
typedef struct {
  uint8_t *cb[2], *cr[2];
} ChromaRows;

static ChromaRows chroma_rows_create(int32_t width) {
  const size_t room = (size_t)width + 1;
  uint8_t *all = engine_alloc(4 * room);
  return (ChromaRows){{all, all + room}, {all + 2 * room, all + 3 * room}};
}

static void append_ycbcr_420(uint8_t *out, const Raster *raster) {
  const int32_t width = raster->width, height = raster->height, across = (width + 1) / 2;
  uint8_t *cb = out + (size_t)width * (size_t)height;
  uint8_t *cr = cb + (size_t)across * (size_t)((height + 1) / 2);
  const ChromaRows rows = chroma_rows_create(width);
  for (int32_t y = 0; y < height; y += 2) {
    for (int32_t i = 0; i < 2; i++) {
      /* The last row again where the height is odd. */
      const int32_t from = y + i < height ? y + i : y;
      ycbcr_row(out + (size_t)from * (size_t)width, rows.cb[i], rows.cr[i], pixels_of(raster, from), width);
      rows.cb[i][width] = rows.cb[i][width - 1];
      rows.cr[i][width] = rows.cr[i][width - 1];
    }
    const size_t at = (size_t)(y / 2) * (size_t)across;
    halve_rows(cb + at, rows.cb[0], rows.cb[1], across);
    halve_rows(cr + at, rows.cr[0], rows.cr[1], across);
  }
  free(rows.cb[0]);
}

Bytes planes_out_raster(const Raster *raster, const Job *job) {
  const size_t size = (size_t)raster->width * (size_t)raster->height;
  const size_t half = (size_t)((raster->width + 1) / 2) * (size_t)((raster->height + 1) / 2);
  const int is_full = job->lossless || job->chroma_444;
  const size_t colours = size + 2 * (is_full ? size : half);
  Bytes bytes = {.size = colours + (job->alpha ? size : 0)};
  bytes.data = engine_alloc(bytes.size);
  if (job->lossless) {
    static const int32_t GREEN_BLUE_RED[] = {1, 2, 0};
    uint8_t *out = bytes.data;
    for (int32_t i = 0; i < 3; i++) out = append_channel(out, raster, GREEN_BLUE_RED[i]);
  } else if (is_full) {
    append_ycbcr_444(bytes.data, raster);
  } else {
    append_ycbcr_420(bytes.data, raster);
  }
  if (job->alpha) append_channel(bytes.data + colours, raster, 3);
  return bytes;
}
