/* Still pictures of AV1, through wasm/avif-decoder, as src/engine/avif/ asks it. */
#include <string.h>

#include "case.h"
#include "choices.h"
#include "still.h"

/* The module's exports (wasm/avif-decoder/src/avif_decoder.c); what av1_decode answers begins with an Av1Layout. */
uint8_t *av1_input(size_t bytes);
const int32_t *av1_decode(size_t size, int32_t width, int32_t height, int32_t operating_point);
const uint8_t *av1_rows(const int32_t *picture, int32_t plane, int32_t first, int32_t count, int32_t stretch);
void av1_release(const int32_t *picture);

/* Words of Av1Layout. */
enum { LAYOUT_WIDTH, LAYOUT_HEIGHT, LAYOUT_DEPTH, LAYOUT_MONOCHROME, LAYOUT_SUBSAMPLING_X, LAYOUT_SUBSAMPLING_Y };
/* MAX_ROWS of av1.h. */
#define MOST_ROWS 16

typedef struct {
  Still still;
  Slice units;
  int pictures; /* decoded and held one after the other, like the tiles of a grid */
  int stretch;
} Run;

/* Bands of all planes, as decode.ts asks for them. */
static void take_rows(const int32_t *picture, int stretch, HostResult *result) {
  const int planes = picture[LAYOUT_MONOCHROME] ? 1 : 3;
  for (int plane = 0; plane < planes; plane++) {
    const int ss_x = plane > 0 ? picture[LAYOUT_SUBSAMPLING_X] : 0, ss_y = plane > 0 ? picture[LAYOUT_SUBSAMPLING_Y] : 0;
    const int32_t width = (picture[LAYOUT_WIDTH] + ss_x) >> ss_x, height = (picture[LAYOUT_HEIGHT] + ss_y) >> ss_y;
    for (int32_t y = 0; y < height; y += MOST_ROWS) {
      const int32_t count = height - y < MOST_ROWS ? height - y : MOST_ROWS;
      host_take(result, av1_rows(picture, plane, y, count, stretch), (size_t)width * (size_t)count);
    }
  }
}

static void run_stills(void *context, HostResult *result) {
  const Run *run = context;
  const int32_t *held = NULL;
  for (int i = 0; i < run->pictures; i++) {
    memcpy(av1_input(run->units.count), run->units.bytes, run->units.count);
    const int32_t *picture =
        av1_decode(run->units.count, run->still.width, run->still.height, run->still.operating_point);
    take_rows(picture, run->stretch, result);
    if (held != NULL) av1_release(held);
    held = picture;
  }
}

int case_reads(Format format) { return format == FORMAT_AV1; }

CaseResult case_run(const uint8_t *bytes, size_t count, uint8_t fill) {
  CaseResult result = {0};
  if (count < CASE_CHOICE_BYTES) return result;
  const Slice file = {bytes, count - CASE_CHOICE_BYTES};
  if (!case_reads(format_of(file.bytes, file.count))) return result;
  Choices choices = {bytes + file.count, CASE_CHOICE_BYTES};
  const HostOptions options = {choose_heap(&choices), fill};
  Run run = {.still = still_of(file.bytes), .units = {bytes + STILL_HEADER_BYTES, file.count - STILL_HEADER_BYTES}};
  run.pictures = choose_seldom(&choices, 4) ? 2 : 1;
  run.stretch = choose_seldom(&choices, 3);
  result.is_run = 1;
  result.result = host_run(run_stills, &run, NULL, options);
  return result;
}
