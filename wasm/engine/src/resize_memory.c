/*
 * The plan counts a resizer's memory with the same formula. It is exact for a whole axis, and never too low for a cut
 * one, whose edges it leaves out of account. The fixed 512 are the header and a table:
 *
 *   const up = (n: number, to: number) => Math.ceil(n / to) * to;
 *   const windowOf = (source: number, scale: number) => Math.min(Math.ceil(6 * Math.max(1, Math.abs(scale))), source);
 *
 *   function resizerBytes(source: Size, scale: { x: number; y: number }, out: Size): number {
 *     const across = windowOf(source.width, scale.x);
 *     const down = windowOf(source.height, scale.y);
 *     const reach = Math.abs(scale.x) * (out.width - 1) + 6 * Math.max(1, Math.abs(scale.x));
 *     const columns = up(Math.min(source.width, Math.floor(reach) + 1), 16);
 *     return (
 *       512 +
 *       up(up(out.width, 4) * (8 + 2 * up(across, 8)), 16) +
 *       up(out.height * (8 + 2 * up(down, 2)), 16) +
 *       up(8 * Math.max(across, down), 16) +
 *       columns * (down > 40 ? 36 : up(down, 2)) +
 *       up(2 * (columns + up(across, 8)), 16)
 *     );
 *   }
 */
#include "resize_memory.h"

#include "resize_filter.h"
#include "resize_kernels.h"

static uint64_t round_up(uint64_t value, uint64_t to) { return (value + to - 1) / to * to; }

/* First and last sample, and the coefficients. */
static uint64_t filter_bytes(int32_t count, int32_t taps) {
  return round_up((uint64_t)count * (2 * sizeof(int32_t) + sizeof(int16_t) * (uint64_t)taps), 16);
}

Layout layout_of(int32_t source_width, int32_t source_height, AxisMap x, AxisMap y, Plane out) {
  const int32_t across = filter_window(source_width, x), down = filter_window(source_height, y);
  int32_t first, end;
  filter_extent(source_width, x, out.width, &first, &end);
  const uint64_t columns = round_up((uint64_t)(end - first), COLUMN_BLOCK);
  Layout at = {.across_count = (int32_t)round_up((uint64_t)out.width, SAMPLE_BLOCK),
               .across_taps = (int32_t)round_up((uint64_t)across, TAP_BLOCK),
               .down_count = out.height,
               .down_taps = (int32_t)round_up((uint64_t)down, 2),
               .width = (int32_t)columns,
               .sums = down > RING_TAPS};
  const uint64_t row_bytes = at.sums ? ROW_BATCH + sizeof(int32_t) * SUM_SLOTS : (uint64_t)at.down_taps;
  const uint64_t longest = (uint64_t)(across > down ? across : down);
  at.table = HEADER_BYTES;
  at.across = at.table + 256;
  at.down = at.across + filter_bytes(at.across_count, at.across_taps);
  at.weight = at.down + filter_bytes(at.down_count, at.down_taps);
  at.rows = at.weight + round_up(longest * sizeof(double), 16);
  at.mid = at.rows + columns * row_bytes;
  at.end = at.mid + round_up((columns + (uint64_t)at.across_taps) * sizeof(int16_t), 16);
  return at;
}

size_t resizer_bytes(int32_t source_width, int32_t source_height, AxisMap x, AxisMap y, Plane out) {
  const uint64_t bytes = layout_of(source_width, source_height, x, y, out).end;
  return bytes < SIZE_MAX ? (size_t)bytes : SIZE_MAX;
}
