#include "gif_palette.h"

#include <stdlib.h>
#include <string.h>

/* Times that colours are moved (Lloyd's iteration); more hardly gain. */
enum { MOVES = 4 };

int32_t gif_nearest(const GifPalette *palette, const uint8_t *colour) {
  int32_t nearest = 0, least = INT32_MAX;
  for (int32_t i = 0; i < palette->count; i++) {
    const uint8_t *own = palette->colour[i];
    const int32_t distance = gif_distance(own[0] - colour[0], own[1] - colour[1], own[2] - colour[2]);
    if (distance < least) {
      least = distance;
      nearest = i;
    }
  }
  return nearest;
}

/* ---- which colours there are ---- */

static int is_drawn(const uint8_t *pixel, const uint8_t *drawn, size_t i) {
  return pixel[3] >= 128 && (drawn == NULL || drawn[i] != 0);
}

int gif_palette_exact(const Raster *raster, const uint8_t *drawn, int32_t most, GifPalette *palette) {
  const size_t pixels = (size_t)raster->width * (size_t)raster->height;
  ColourSet *set = engine_alloc(sizeof *set);
  uint32_t last = 0;
  for (size_t i = 0; i < pixels && set->count <= most; i++) {
    const uint8_t *pixel = raster->data + i * 4;
    if (!is_drawn(pixel, drawn, i)) continue;
    const uint32_t colour = colour_at(pixel) | 0xff000000u;
    if (colour != last) colours_add(set, colour);
    last = colour;
  }
  const int fits = set->count <= most;
  if (fits) {
    palette->count = set->count;
    palette->exact = 1;
    palette->error = 0;
    for (int32_t i = 0; i < set->count; i++) memcpy(palette->colour[i], &set->colour[i], 3);
  }
  free(set);
  return fits;
}

GifHistogram gif_histogram_of(const Raster *raster, const uint8_t *drawn) {
  GifHistogram histogram = {.cell = engine_alloc(GIF_CELLS * sizeof(GifCell))};
  const size_t pixels = (size_t)raster->width * (size_t)raster->height;
  for (size_t i = 0; i < pixels; i++) {
    const uint8_t *pixel = raster->data + i * 4;
    if (!is_drawn(pixel, drawn, i)) continue;
    GifCell *cell = &histogram.cell[(pixel[0] >> 3) << 10 | (pixel[1] >> 3) << 5 | pixel[2] >> 3];
    cell->pixels++;
    cell->red += pixel[0];
    cell->green += pixel[1];
    cell->blue += pixel[2];
  }
  for (int32_t i = 0; i < GIF_CELLS; i++) {
    if (histogram.cell[i].pixels == 0) continue;
    histogram.pixels += histogram.cell[i].pixels;
    histogram.cell[histogram.count++] = histogram.cell[i];
  }
  return histogram;
}

void gif_histogram_free(GifHistogram *histogram) {
  free(histogram->cell);
  memset(histogram, 0, sizeof *histogram);
}

static void mean_of(const GifCell *cell, uint8_t mean[3]) {
  const uint32_t half = cell->pixels / 2;
  mean[0] = (uint8_t)((cell->red + half) / cell->pixels);
  mean[1] = (uint8_t)((cell->green + half) / cell->pixels);
  mean[2] = (uint8_t)((cell->blue + half) / cell->pixels);
}

double gif_palette_error(const GifPalette *palette, const GifHistogram *histogram) {
  double sum = 0;
  if (palette->count == 0 || histogram->pixels == 0) return 0;
  for (int32_t i = 0; i < histogram->count; i++) {
    uint8_t mean[3];
    mean_of(&histogram->cell[i], mean);
    const uint8_t *nearest = palette->colour[gif_nearest(palette, mean)];
    sum += (double)gif_distance(nearest[0] - mean[0], nearest[1] - mean[1], nearest[2] - mean[2]) * histogram->cell[i].pixels;
  }
  return sum / (double)histogram->pixels;
}

/* ---- boxes: neighbouring cells of the histogram, whose order is changed ---- */

typedef struct {
  int32_t first, end;
  int axis;       /* on which the colours spread most */
  double at;      /* their mean there */
  double spread;  /* weighted sum of squares about it */
  double mean[3];
} Box;

static double level(const GifCell *cell, int axis) {
  const uint32_t sums[3] = {cell->red, cell->green, cell->blue};
  return (double)sums[axis] / cell->pixels;
}

static const double weights[3] = {3, 4, 2};

static Box box_of(const GifCell *cells, int32_t first, int32_t end) {
  Box box = {first, end, 0, 0, 0, {0, 0, 0}};
  double pixels = 0, squares[3] = {0, 0, 0};
  for (int32_t i = first; i < end; i++) {
    const GifCell *cell = &cells[i];
    pixels += cell->pixels;
    for (int k = 0; k < 3; k++) {
      const double value = level(cell, k);
      box.mean[k] += value * cell->pixels;
      squares[k] += value * value * cell->pixels;
    }
  }
  for (int k = 0; k < 3; k++) {
    box.mean[k] /= pixels;
    const double spread = weights[k] * (squares[k] - box.mean[k] * box.mean[k] * pixels);
    if (spread > box.spread) {
      box.spread = spread;
      box.axis = k;
      box.at = box.mean[k];
    }
  }
  return box;
}

/* Cells below the mean come first. Answers where the others begin, which leaves neither side empty. */
static int32_t part_at_mean(GifCell *cells, const Box *box) {
  int32_t next = box->first;
  for (int32_t i = box->first; i < box->end; i++) {
    if (level(&cells[i], box->axis) >= box->at) continue;
    const GifCell cell = cells[i];
    cells[i] = cells[next];
    cells[next++] = cell;
  }
  return next == box->first ? next + 1 : next == box->end ? next - 1 : next;
}

static int32_t widest(const Box *boxes, int32_t count) {
  int32_t found = -1;
  double most = 0;
  for (int32_t i = 0; i < count; i++) {
    if (boxes[i].spread <= most || boxes[i].end - boxes[i].first < 2) continue;
    most = boxes[i].spread;
    found = i;
  }
  return found;
}

static void cut_boxes(const GifHistogram *histogram, int32_t most, GifPalette *palette) {
  Box *boxes = engine_alloc(256 * sizeof *boxes);
  boxes[0] = box_of(histogram->cell, 0, histogram->count);
  int32_t count = 1;
  while (count < most) {
    const int32_t i = widest(boxes, count);
    if (i < 0) break;
    const int32_t middle = part_at_mean(histogram->cell, &boxes[i]), end = boxes[i].end;
    boxes[i] = box_of(histogram->cell, boxes[i].first, middle);
    boxes[count++] = box_of(histogram->cell, middle, end);
  }
  palette->count = count;
  for (int32_t i = 0; i < count; i++) {
    for (int k = 0; k < 3; k++) palette->colour[i][k] = (uint8_t)(boxes[i].mean[k] + 0.5);
  }
  free(boxes);
}

/* ---- colours to the middle of what is nearest to them ---- */

typedef struct {
  uint64_t pixels, sum[3];
} Nearest;

static void move_colours(const GifHistogram *histogram, GifPalette *palette, Nearest *all) {
  memset(all, 0, 256 * sizeof *all);
  for (int32_t i = 0; i < histogram->count; i++) {
    const GifCell *cell = &histogram->cell[i];
    uint8_t mean[3];
    mean_of(cell, mean);
    Nearest *nearest = &all[gif_nearest(palette, mean)];
    nearest->pixels += cell->pixels;
    nearest->sum[0] += cell->red;
    nearest->sum[1] += cell->green;
    nearest->sum[2] += cell->blue;
  }
  for (int32_t i = 0; i < palette->count; i++) {
    if (all[i].pixels == 0) continue;
    for (int k = 0; k < 3; k++) palette->colour[i][k] = (uint8_t)((all[i].sum[k] + all[i].pixels / 2) / all[i].pixels);
  }
}

void gif_palette_of(const GifHistogram *histogram, int32_t most, GifPalette *palette) {
  memset(palette, 0, sizeof *palette);
  if (histogram->count == 0) return;
  cut_boxes(histogram, most, palette);
  Nearest *all = engine_alloc(256 * sizeof *all);
  for (int i = 0; i < MOVES; i++) move_colours(histogram, palette, all);
  free(all);
  palette->error = gif_palette_error(palette, histogram);
}
