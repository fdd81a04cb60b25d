#include "raw.h"

#include "job.h"

RawLayout raw_layout(const uint8_t *file) {
  /* ITU-T H.273, table 4: identity, BT.709, unspecified, BT.601 (twice), BT.2020, and such as are not read. */
  static const uint8_t MATRICES[] = {0, 1, 2, 5, 6, 9, 4, 14};
  const uint8_t layout = file[6];
  return (RawLayout){
      .width = 1 + file[4],
      .height = 1 + file[5],
      .chroma = layout & 3,
      .matrix = MATRICES[file[7] & 7],
      .is_full_range = layout >> 2 & 1,
      .has_alpha = layout >> 3 & 1,
      .is_premultiplied = layout >> 4 & 1,
  };
}

static size_t samples(RawLayout layout) {
  const size_t luma = (size_t)layout.width * (size_t)layout.height;
  const size_t half_width = ((size_t)layout.width + 1) / 2, half_height = ((size_t)layout.height + 1) / 2;
  const size_t alpha = layout.has_alpha ? luma : 0;
  switch (layout.chroma) {
    case CHROMA_420:
      return luma + 2 * half_width * half_height + alpha;
    case CHROMA_422:
      return luma + 2 * half_width * (size_t)layout.height + alpha;
    case CHROMA_444:
      return 3 * luma + alpha;
    default:
      return luma + alpha;
  }
}

Slice raw_planes(RawLayout layout, Slice file) {
  static uint8_t planes[4 * 256 * 256];
  const size_t count = samples(layout), given = file.count - RAW_HEADER_BYTES;
  for (size_t i = 0; i < count; i++) planes[i] = given > 0 ? file.bytes[RAW_HEADER_BYTES + i % given] : 0;
  return (Slice){planes, count};
}
