/*
 * PNG out: without what the pixels do not need (alpha, colours, depth), through libdeflate. Lossless, whatever quality
 * the job asks for: colours are never reduced. No gAMA, sRGB or iCCP chunk where the pixels are sRGB, which is what
 * readers assume.
 *
 * Memory: the raster (4 bytes a pixel), the filtered rows (at most 3 bytes a pixel without alpha, 4 with it, one more a
 * row), and the compressor; the file goes where the raster was. src/image/memory-pictor-png-out.ts has the same sums.
 */
#include <stdlib.h>
#include <string.h>

#include "display_p3.h"
#include "engine.h"
#include "png_out_chunks.h"
#include "png_out_coding.h"
#include "png_out_deflate.h"

enum {
  HEADER_BYTES = 13,
  /* "ICC Profile", NUL, compression method 0; the profile in zlib's format, stored. */
  PROFILE_NAME_BYTES = 13,
  PROFILE_BYTES = PNG_CHUNK_BYTES + PROFILE_NAME_BYTES + 11 + DISPLAY_P3_BYTES,
  /* All but the data of IDAT, and a profile. */
  FRAME_BYTES = PNG_SIGNATURE_BYTES + PNG_CHUNK_BYTES + HEADER_BYTES + PNG_PALETTE_BYTES + 2 * PNG_CHUNK_BYTES,
  /* Files that are certain to be smaller get memory of their own, as a small raster may be smaller than a file's frame. */
  SMALL_FILE_BYTES = 128 * 1024
};

static uint8_t *put_header(uint8_t *at, const Raster *raster, const PngForm *form) {
  uint8_t *data = at + PNG_CHUNK_HEAD_BYTES;
  png_put_u32(data, (uint32_t)raster->width);
  png_put_u32(data + 4, (uint32_t)raster->height);
  data[8] = (uint8_t)form->depth;
  data[9] = (uint8_t)form->type;
  /* The only compression and filtering that there are; not interlaced. */
  memset(data + 10, 0, 3);
  return png_put_chunk(at, "IHDR", HEADER_BYTES);
}

static uint8_t *put_profile(uint8_t *at) {
  uint8_t *data = at + PNG_CHUNK_HEAD_BYTES;
  memcpy(data, "ICC Profile\0", PROFILE_NAME_BYTES);
  data += PROFILE_NAME_BYTES;
  const size_t room = png_store_bound(DISPLAY_P3_BYTES);
  memcpy(data + room - DISPLAY_P3_BYTES, DISPLAY_P3_PROFILE, DISPLAY_P3_BYTES);
  return png_put_chunk(at, "iCCP", PROFILE_NAME_BYTES + png_store(data, room, DISPLAY_P3_BYTES));
}

/* What comes before IDAT. */
static uint8_t *put_front(uint8_t *at, const Raster *raster, const PngCoding *coding) {
  at = png_put_signature(at);
  at = put_header(at, raster, &coding->form);
  /* A profile of three channels is none for grey (section 11.3.2.3), which is the same in both gamuts. */
  const int is_grey = coding->form.type == PNG_GRAY || coding->form.type == PNG_GRAY_ALPHA;
  if (coding->gamut == GAMUT_DISPLAY_P3 && !is_grey) at = put_profile(at);
  return png_put_palette(at, &coding->form);
}

/* From IDAT's data on, which lie in place. */
static uint8_t *put_rest(uint8_t *at, size_t compressed) {
  at = png_put_chunk(at, "IDAT", compressed);
  return png_put_chunk(at, "IEND", 0);
}

static size_t frame_bytes(const PngCoding *coding) {
  return FRAME_BYTES + (coding->gamut == GAMUT_DISPLAY_P3 ? PROFILE_BYTES : 0);
}

/* The rows as PNG wants them, at the end of a block with room for a file that does not compress them. */
typedef struct {
  uint8_t *block;
  size_t room, count;
} Filtered;

static Filtered filter_rows(const Raster *raster, const PngCoding *coding) {
  Filtered filtered = {.count = png_rows_bytes(&coding->form, raster->width, raster->height)};
  filtered.room = frame_bytes(coding) + png_store_bound(filtered.count);
  filtered.block = engine_alloc(filtered.room);
  png_rows(raster, &coding->form, coding->filter, (Span){0, raster->height}, filtered.block + filtered.room - filtered.count);
  return filtered;
}

/* 0: the file does not fit into `room`. */
static size_t put_file(uint8_t *file, size_t room, const Raster *raster, const PngCoding *coding, const Filtered *filtered) {
  uint8_t *chunk = put_front(file, raster, coding);
  uint8_t *data = chunk + PNG_CHUNK_HEAD_BYTES;
  const size_t taken = (size_t)(data - file) + 4 + PNG_CHUNK_BYTES;
  const uint8_t *bytes = filtered->block + filtered->room - filtered->count;
  const size_t count = png_deflate(coding->level, bytes, filtered->count, data, room - taken);
  return count == 0 ? 0 : (size_t)(put_rest(chunk, count) - file);
}

/* Noise with alpha may take more than the raster did. It is stored then, in the block where the rows are. */
static Bytes store_file(const Raster *raster, const PngCoding *coding, Filtered *filtered) {
  uint8_t *file = filtered->block;
  uint8_t *chunk = put_front(file, raster, coding);
  uint8_t *data = chunk + PNG_CHUNK_HEAD_BYTES;
  const size_t room = filtered->room - (size_t)(data - file);
  const size_t count = png_store(data, room, filtered->count);
  return (Bytes){file, (size_t)(put_rest(chunk, count) - file)};
}

static void make_opaque(Raster *raster) {
  const size_t pixels = (size_t)raster->width * (size_t)raster->height;
  for (size_t i = 0; i < pixels; i++) raster->data[i * 4 + 3] = 255;
}

static PngCoding coding_for(const Raster *raster, Colours *colours, const Job *job) {
  colours_find(raster, colours);
  PngCoding coding = png_coding_choose(raster, colours);
  coding.gamut = job->gamut;
  return coding;
}

Bytes png_out_raster(Raster *raster, const Job *job) {
  if (!job->alpha) make_opaque(raster);
  raster_settle(raster);
  Colours *colours = engine_alloc(sizeof *colours);
  const PngCoding coding = coding_for(raster, colours, job);
  Filtered filtered = filter_rows(raster, &coding);
  uint8_t *file = raster->data;
  size_t room = (size_t)raster->width * (size_t)raster->height * 4;
  const size_t most = frame_bytes(&coding) + png_deflate_bound(filtered.count);
  if (most <= SMALL_FILE_BYTES) {
    file = engine_alloc(most);
    room = most;
  } else {
    raster->data = NULL;
  }
  Bytes bytes = {file, put_file(file, room, raster, &coding, &filtered)};
  if (bytes.size > 0) {
    free(filtered.block);
  } else {
    free(file);
    bytes = store_file(raster, &coding, &filtered);
  }
  free(colours);
  return bytes;
}
