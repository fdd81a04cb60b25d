/*
 * Resizes one plane while its rows arrive. Vertically first: the filter runs over the few source rows that an output
 * row needs and makes one row of 16-bit samples with fractional bits, which is then filtered horizontally.
 *
 * Source rows wait in a ring as tall as the filter. When the picture shrinks so much that the ring would be larger
 * than what is made of it, the rows are added up at once instead, for all output rows that are under way: at most
 * seven, since a filter spans six output rows then. Both ways give the same results.
 *
 *
 * All memory is one block, see resize_memory.c.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "level.h"
#include "resize_filter.h"
#include "resize_kernels.h"
#include "resize_memory.h"

/* Fractional bits of the coefficients, and of the samples between the two passes. */
#define COEFFICIENT_BITS 14
#define MID_BITS 6
struct Resizer {
  Plane out;
  int32_t source_width;
  Filter across, down;
  int32_t column_first, columns; /* of the source that the result depends on */
  int32_t row_first, row_end;
  int32_t width;    /* columns, rounded up to whole blocks */
  int32_t next_row; /* of the source */
  int32_t done;     /* output rows made */
  int bottom_up, right_to_left, copies, sums;
  int32_t down_sum; /* the gain in fixed point */
  int32_t mid_shift, out_shift, bias;
  uint8_t *table; /* 256 levels, for copies */
  uint8_t *ring;  /* rows, or the batch that is added next */
  int32_t *sum;   /* SUM_SLOTS rows */
  int16_t *mid;
};

_Static_assert(sizeof(Resizer) <= HEADER_BYTES, "the header is counted with HEADER_BYTES");

/* ---- create ---- */

static void require(int holds) {
  if (!holds) engine_fail(FAIL_INTERNAL, "a plane cannot be resized in this way");
}

/*
 * A step of more than the whole source only comes of halved chroma. The bounds keep filters at a sane length, and
 * positions within 32 bits.
 */
static int is_axis(int32_t source, int32_t target, AxisMap map) {
  return source > 0 && target > 0 && map.scale != 0 && fabs(map.scale) <= 16.0 * source &&
         fabs(map.scale) * (target + 8.0) + fabs(map.offset) < INT32_MAX;
}

/* Whether each destination sample lies exactly on a source sample of its own; then also on which the least one does. */
static int copies_axis(int32_t source, int32_t target, AxisMap map, int32_t *first) {
  const double start = map.scale * 0.5 + map.offset - 0.5, stop = start + map.scale * (target - 1);
  const double least = fmin(start, stop);
  const double low = map.high > 0 ? fmax(map.low, 0) : 0, high = map.high > 0 ? fmin(map.high, source) : source;
  if (fabs(map.scale) != 1 || start != rint(start) || least < low || fmax(start, stop) >= high) return 0;
  *first = (int32_t)least;
  return 1;
}

static void fill_table(uint8_t *table, double gain, double bias) {
  for (int level = 0; level < 256; level++) table[level] = level_of(level * gain + bias);
}

/*
 * Binary places so that no coefficient overflows 16 bits (the largest is little above the gain), nor the samples
 * between the passes: the filter overshoots by at most 0.55 of the range.
 */
static void choose_precision(Resizer *resizer, double gain, double bias) {
  int32_t coefficient_bits = COEFFICIENT_BITS, mid_bits = MID_BITS;
  while (fabs(gain) * (1 << coefficient_bits) * 1.25 > INT16_MAX) coefficient_bits--;
  while (fabs(gain) * 255 * 1.55 * (1 << mid_bits) > INT16_MAX && mid_bits > 0) mid_bits--;
  resizer->down_sum = (int32_t)rint(gain * (1 << coefficient_bits));
  resizer->mid_shift = coefficient_bits - mid_bits;
  resizer->out_shift = COEFFICIENT_BITS + mid_bits;
  const double one = (double)(1 << resizer->out_shift);
  /* More than the samples' whole range would come to the same: all black or all white. */
  const double most = (1 << 29) / one;
  resizer->bias = (int32_t)rint(fmin(fmax(bias, -most), most) * one + one / 2);
}

static void fill_filters(Resizer *resizer, int32_t source_height, AxisMap x, AxisMap y, double *weight) {
  filter_fill(&resizer->across, resizer->source_width, x, resizer->out.width, 1 << COEFFICIENT_BITS, weight);
  filter_fill(&resizer->down, source_height, y, resizer->out.height, resizer->down_sum, weight);
  /* The row between the passes begins at the first column in use. */
  for (int32_t i = 0; i < resizer->out.width; i++) resizer->across.first[i] -= resizer->column_first;
}

static Filter filter_at(uint8_t *memory, int32_t count, int32_t taps) {
  int32_t *first = (int32_t *)(void *)memory;
  return (Filter){taps, first, first + count, (int16_t *)(void *)(first + 2 * (size_t)count)};
}

static void place_parts(Resizer *resizer, uint8_t *memory, const Layout *at) {
  resizer->across = filter_at(memory + at->across, at->across_count, at->across_taps);
  resizer->down = filter_at(memory + at->down, at->down_count, at->down_taps);
  resizer->table = memory + at->table;
  resizer->ring = memory + at->rows;
  resizer->width = at->width;
  resizer->sums = at->sums;
  resizer->sum = (int32_t *)(void *)(resizer->ring + (size_t)resizer->width * ROW_BATCH);
  resizer->mid = (int16_t *)(void *)(memory + at->mid);
}

static void choose_extent(Resizer *resizer, int32_t source_height, AxisMap x, AxisMap y) {
  const int32_t width = resizer->out.width, height = resizer->out.height;
  int32_t end;
  filter_extent(resizer->source_width, x, width, &resizer->column_first, &end);
  resizer->columns = end - resizer->column_first;
  filter_extent(source_height, y, height, &resizer->row_first, &resizer->row_end);
  int32_t column, row;
  if (!copies_axis(resizer->source_width, width, x, &column) || !copies_axis(source_height, height, y, &row)) return;
  resizer->copies = 1;
  resizer->column_first = column;
  resizer->row_first = row;
  resizer->row_end = row + height;
}

Resizer *resizer_create(int32_t source_width, int32_t source_height, AxisMap x, AxisMap y, Plane out, double gain,
                        double bias) {
  require(is_axis(source_width, out.width, x) && is_axis(source_height, out.height, y));
  /* Ranges differ by no more than a sixth; far beyond, the fixed point would have no bits left. */
  require(fabs(gain) <= 8 && isfinite(bias));
  const Layout at = layout_of(source_width, source_height, x, y, out);
  if (at.end > INT32_MAX) engine_fail(FAIL_MEMORY, "the resize would need more than there can be");
  uint8_t *memory = engine_alloc((size_t)at.end);
  Resizer *resizer = (Resizer *)(void *)memory;
  resizer->out = out;
  resizer->source_width = source_width;
  resizer->bottom_up = y.scale < 0;
  resizer->right_to_left = x.scale < 0;
  choose_extent(resizer, source_height, x, y);
  place_parts(resizer, memory, &at);
  choose_precision(resizer, gain, bias);
  if (resizer->copies)
    fill_table(resizer->table, gain, bias);
  else
    fill_filters(resizer, source_height, x, y, (double *)(void *)(memory + at.weight));
  resizer->next_row = resizer->row_first;
  return resizer;
}

void resizer_extent(const Resizer *resizer, Span *columns, Span *rows) {
  *columns = (Span){resizer->column_first, resizer->column_first + resizer->columns};
  *rows = (Span){resizer->row_first, resizer->row_end};
}

void resizer_free(Resizer *resizer) { free(resizer); }

/* ---- rows ---- */

/* Output rows are made in the order in which their source rows come. */
static int32_t output_row(const Resizer *resizer, int32_t step) {
  return resizer->bottom_up ? resizer->out.height - 1 - step : step;
}

static const int16_t *down_coefficients(const Resizer *resizer, int32_t y) {
  return resizer->down.coefficient + (ptrdiff_t)y * resizer->down.taps;
}

static void finish_row(Resizer *resizer, int32_t y) {
  filter_columns(resizer->out.data + y * resizer->out.stride, resizer->mid, &resizer->across, resizer->out.width,
                 resizer->bias, resizer->out_shift);
}

/* Each sample with its level changed, mirrored or not. */
static void copy_row(const Resizer *resizer, const uint8_t *row) {
  uint8_t *out = resizer->out.data + output_row(resizer, resizer->done) * resizer->out.stride;
  const int32_t last = resizer->out.width - 1;
  const uint8_t *from = row + resizer->column_first;
  for (int32_t x = 0; x <= last; x++) out[x] = resizer->table[from[resizer->right_to_left ? last - x : x]];
}

static void filter_ring(Resizer *resizer, int32_t y) {
  const uint8_t *row[RING_TAPS];
  const int32_t taps = resizer->down.taps;
  /* The padding's coefficient is 0: whichever row lies there may be read. */
  for (int32_t t = 0; t < taps; t++)
    row[t] = resizer->ring + (ptrdiff_t)((resizer->down.first[y] + t) % taps) * resizer->width;
  filter_rows(resizer->mid, row, down_coefficients(resizer, y), taps, resizer->width, resizer->mid_shift);
}

/* Makes all output rows whose last source row is this one. */
static void push_ring(Resizer *resizer, const uint8_t *row, int32_t at) {
  memcpy(resizer->ring + (ptrdiff_t)(at % resizer->down.taps) * resizer->width, row + resizer->column_first,
         (size_t)resizer->columns);
  for (; resizer->done < resizer->out.height; resizer->done++) {
    const int32_t y = output_row(resizer, resizer->done);
    if (resizer->down.last[y] > at) return;
    filter_ring(resizer, y);
    finish_row(resizer, y);
  }
}

/* The coefficients that output row y has for the batch of rows from `first` on. */
static void batch_coefficients(const Resizer *resizer, int32_t y, int32_t first, int16_t coefficient[ROW_BATCH]) {
  for (int32_t t = 0; t < ROW_BATCH; t++) {
    const int32_t row = first + t;
    const int is_used = row >= resizer->down.first[y] && row <= resizer->down.last[y];
    coefficient[t] = is_used ? down_coefficients(resizer, y)[row - resizer->down.first[y]] : 0;
  }
}

/* Adds the rows `first … end - 1` to all output rows that they reach, and finishes those that end there. */
static void add_batch(Resizer *resizer, int32_t first, int32_t end) {
  for (int32_t step = resizer->done; step < resizer->out.height; step++) {
    const int32_t y = output_row(resizer, step);
    if (resizer->down.first[y] >= end) return;
    int32_t *sum = resizer->sum + (ptrdiff_t)(step % SUM_SLOTS) * resizer->width;
    int16_t coefficient[ROW_BATCH];
    batch_coefficients(resizer, y, first, coefficient);
    accumulate_rows(sum, resizer->ring, coefficient, resizer->width);
    if (resizer->down.last[y] >= end) continue;
    narrow_sums(resizer->mid, sum, resizer->width, resizer->mid_shift);
    finish_row(resizer, y);
    resizer->done = step + 1;
  }
}

static void push_sums(Resizer *resizer, const uint8_t *row, int32_t at) {
  const int32_t place = (at - resizer->row_first) % ROW_BATCH;
  memcpy(resizer->ring + (ptrdiff_t)place * resizer->width, row + resizer->column_first, (size_t)resizer->columns);
  if (place == ROW_BATCH - 1 || at == resizer->row_end - 1) add_batch(resizer, at - place, at + 1);
}

void resizer_push(Resizer *resizer, const uint8_t *row) {
  const int32_t at = resizer->next_row;
  if (at >= resizer->row_end) return;
  resizer->next_row = at + 1;
  if (resizer->copies) {
    copy_row(resizer, row);
    resizer->done++;
  } else if (resizer->sums) {
    push_sums(resizer, row, at);
  } else {
    push_ring(resizer, row, at);
  }
}
