#include "png_in_scan.h"

#include <stdlib.h>
#include <string.h>

#include "png_in_pixels.h"
#include "png_in_unfilter.h"

/* Of Adam7, and at the end of a picture that has but one. */
#define LAST_PASS 6
#define NO_PASS 7

/* Section 8.1: where a pass begins, and how far its pixels lie apart. */
typedef struct {
  int32_t x, y, across, down;
} Pass;
static const Pass passes[7] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};

struct PngScan {
  const PngHeader *header;
  PngPixels *pixels;
  Span columns, rows;
  int pass;
  int32_t width, height; /* of the pass */
  int32_t y;             /* in the pass */
  uint8_t *rows_memory;
  uint8_t *row, *above;
  size_t row_room;
  uint8_t *kept; /* the even rows of an interlaced picture */
  size_t kept_stride;
};

/* ---- passes ---- */

static int32_t steps(int32_t size, int32_t first, int32_t step) {
  return size > first ? (int32_t)(((int64_t)size - first + step - 1) / step) : 0;
}

/* To the pass, or the first one after it that has pixels. */
static void begin_pass(PngScan *scan, int pass) {
  const PngHeader *header = scan->header;
  for (; pass < NO_PASS; pass++) {
    scan->width = steps(header->width, passes[pass].x, passes[pass].across);
    scan->height = steps(header->height, passes[pass].y, passes[pass].down);
    if (scan->width > 0 && scan->height > 0) break;
  }
  scan->pass = pass;
  scan->y = 0;
  memset(scan->rows_memory, 0, 2 * scan->row_room);
}

static void begin_picture(PngScan *scan) {
  scan->pass = LAST_PASS;
  scan->width = scan->header->width;
  scan->height = scan->header->height;
}

static void next_row(PngScan *scan) {
  uint8_t *const row = scan->row;
  scan->row = scan->above;
  scan->above = row;
  scan->y++;
  if (scan->y < scan->height) return;
  if (scan->header->interlaced) begin_pass(scan, scan->pass + 1);
  else scan->pass = NO_PASS;
}

/* ---- create ---- */

size_t png_scan_most_row_bytes(const PngHeader *header) { return 1 + png_row_bytes(header, header->width); }

PngScan *png_scan_create(const PngHeader *header, Span columns, Span rows) {
  PngScan *scan = engine_alloc(sizeof *scan);
  const size_t row_bytes = png_row_bytes(header, header->width);
  scan->header = header;
  scan->columns = columns;
  scan->rows = rows;
  scan->pixels = png_pixels_create(header);
  scan->row_room = row_bytes + 2 * ROW_MARGIN;
  scan->rows_memory = engine_alloc(2 * scan->row_room);
  scan->row = scan->rows_memory + ROW_MARGIN;
  scan->above = scan->row + scan->row_room;
  if (!header->interlaced) {
    begin_picture(scan);
    return scan;
  }
  const uint64_t kept = (uint64_t)row_bytes * (((uint64_t)header->height + 1) / 2);
  if (kept > INT32_MAX) engine_fail(FAIL_MEMORY, "PNG: it is interlaced, and too large to be kept");
  scan->kept_stride = row_bytes;
  scan->kept = engine_alloc((size_t)kept + ROW_MARGIN);
  begin_pass(scan, 0);
  return scan;
}

void png_scan_free(PngScan *scan) {
  png_pixels_free(scan->pixels);
  free(scan->rows_memory);
  free(scan->kept);
  free(scan);
}

size_t png_scan_row_bytes(const PngScan *scan) { return 1 + png_row_bytes(scan->header, scan->width); }

int png_scan_is_whole(const PngScan *scan) { return scan->pass == NO_PASS; }

/* ---- rows ---- */

static void push(PngScan *scan, const uint8_t *row, int32_t y, RowSink sink, void *context) {
  if (y >= scan->rows.first && y < scan->rows.end) png_pixels_push(scan->pixels, row, scan->columns, y, sink, context);
}

static void scatter_bytes(uint8_t *to, const uint8_t *from, int32_t count, size_t step, size_t pixel) {
  for (int32_t i = 0; i < count; i++, to += step, from += pixel) memcpy(to, from, pixel);
}

/* `depth` bits a pixel; the row is all 0 where they go. */
static void scatter_bits(uint8_t *row, const uint8_t *from, int32_t count, Pass pass, int depth) {
  const uint32_t mask = (1u << depth) - 1;
  for (int32_t i = 0; i < count; i++) {
    const size_t at = (size_t)i * (size_t)depth;
    const size_t to = ((size_t)pass.x + (size_t)i * (size_t)pass.across) * (size_t)depth;
    const uint32_t sample = from[at / 8] >> (8 - depth - (int)(at % 8)) & mask;
    row[to / 8] |= (uint8_t)(sample << (8 - depth - (int)(to % 8)));
  }
}

static void keep(PngScan *scan) {
  const Pass pass = passes[scan->pass];
  const int bits = png_pixel_bits(scan->header);
  uint8_t *const row = scan->kept + (size_t)(pass.y + scan->y * pass.down) / 2 * scan->kept_stride;
  if (bits < 8) {
    scatter_bits(row, scan->row, scan->width, pass, bits);
    return;
  }
  const size_t pixel = (size_t)bits / 8;
  uint8_t *const to = row + (size_t)pass.x * pixel;
  const size_t step = (size_t)pass.across * pixel;
  switch (pixel) { /* constants make a copy a load and a store */
    case 1: scatter_bytes(to, scan->row, scan->width, step, 1); return;
    case 2: scatter_bytes(to, scan->row, scan->width, step, 2); return;
    case 3: scatter_bytes(to, scan->row, scan->width, step, 3); return;
    case 4: scatter_bytes(to, scan->row, scan->width, step, 4); return;
    default: scatter_bytes(to, scan->row, scan->width, step, pixel);
  }
}

static const uint8_t *kept_row(const PngScan *scan, int32_t y) { return scan->kept + (size_t)(y / 2) * scan->kept_stride; }

/* Bytes of the row, from its first on, that the columns need: nothing to the right of them does. */
static size_t needed_bytes(const PngScan *scan) {
  const Pass pass = passes[scan->header->interlaced ? scan->pass : LAST_PASS];
  const int32_t columns = steps(scan->columns.end, pass.x, pass.across);
  return png_row_bytes(scan->header, columns < scan->width ? columns : scan->width);
}

/* The even rows that lie before row `y`, or all that is left of them. */
static int push_interlaced(PngScan *scan, RowSink sink, void *context) {
  const PngHeader *header = scan->header;
  int32_t done = 0;
  if (scan->pass == LAST_PASS) {
    const int32_t y = 2 * scan->y + 1;
    push(scan, kept_row(scan, y - 1), y - 1, sink, context);
    push(scan, scan->row, y, sink, context);
    done = y + 1;
  } else {
    keep(scan);
  }
  next_row(scan);
  if (scan->pass == NO_PASS && done < header->height) {
    /* A picture of odd height ends with an even row, one of height 1 has no last pass. */
    push(scan, kept_row(scan, header->height - 1), header->height - 1, sink, context);
    done = header->height;
  }
  return done >= scan->rows.end;
}

int png_scan_row(PngScan *scan, const uint8_t *filtered, RowSink sink, void *context) {
  const int bits = png_pixel_bits(scan->header);
  unfilter(scan->row, filtered + 1, scan->above, needed_bytes(scan), bits < 8 ? 1 : bits / 8, filtered[0]);
  if (scan->header->interlaced) return push_interlaced(scan, sink, context);
  const int32_t y = scan->y;
  push(scan, scan->row, y, sink, context);
  next_row(scan);
  return y + 1 >= scan->rows.end;
}
