#include "facts.h"

#include <string.h>

#include "chunks.h"
#include "job.h"

/* Larger ones are refused from their header, by the price of their plan (src/image/limits.ts). */
#define MOST_SIDE 65535
#define MOST_PIXELS 100000000

static int32_t big2(const uint8_t *bytes) { return bytes[0] << 8 | bytes[1]; }
static int32_t little2(const uint8_t *bytes) { return bytes[0] | bytes[1] << 8; }
static int32_t little3(const uint8_t *bytes) { return bytes[0] | bytes[1] << 8 | bytes[2] << 16; }

/* Any frame header; the last one before the scan counts. */
static void jpeg_facts(const uint8_t *file, size_t size, Facts *facts) {
  const Chunks chunks = chunks_of(FORMAT_JPEG, file, size);
  for (int i = 0; i < chunks.count; i++) {
    const Chunk chunk = chunks.chunk[i];
    const uint8_t marker = file[chunk.type_at];
    if (marker == 0xda) return;
    const int is_frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    if (!is_frame || chunk.bytes < 9) continue;
    facts->height = big2(file + chunk.at + 5);
    facts->width = big2(file + chunk.at + 7);
  }
}

static void webp_facts(const uint8_t *file, size_t size, Facts *facts) {
  const Chunks chunks = chunks_of(FORMAT_WEBP, file, size);
  if (chunks.count == 0 || chunks.chunk[0].bytes < 18) return;
  const uint8_t *payload = file + chunks.chunk[0].payload_at;
  switch (file[chunks.chunk[0].type_at + 3]) {
    case 'X':
      facts->width = 1 + little3(payload + 4);
      facts->height = 1 + little3(payload + 7);
      facts->alpha = (payload[0] & 0x10) != 0;
      facts->is_animated = (payload[0] & 0x02) != 0;
      return;
    case 'L':
      facts->width = 1 + (little2(payload + 1) & 0x3fff);
      facts->height = 1 + ((little3(payload + 2) >> 6) & 0x3fff);
      facts->alpha = (payload[4] & 0x10) != 0;
      return;
    default:
      facts->width = little2(payload + 6) & 0x3fff;
      facts->height = little2(payload + 8) & 0x3fff;
  }
}

/* Within the first bytes, where such a mark stands. */
static int has_mark(const uint8_t *file, size_t size, const char *mark) {
  const size_t length = strlen(mark);
  for (size_t at = 0; at + length <= size && at < 1024; at++)
    if (memcmp(file + at, mark, length) == 0) return 1;
  return 0;
}

static void png_facts(const uint8_t *file, size_t size, Facts *facts) {
  if (size < 26) return;
  facts->is_animated = has_mark(file, size, "acTL");
  facts->width = (file[16] | file[17]) != 0 ? MOST_SIDE : big2(file + 18);
  facts->height = (file[20] | file[21]) != 0 ? MOST_SIDE : big2(file + 22);
  facts->alpha = (file[25] & 4) != 0;
}

static void gif_facts(const uint8_t *file, size_t size, Facts *facts) {
  if (size < 10) return;
  facts->width = little2(file + 6);
  facts->height = little2(file + 8);
  facts->alpha = 1;
  facts->is_animated = has_mark(file, size, "NETSCAPE2.0");
}

Facts facts_of(const uint8_t *file, size_t size) {
  Facts facts = {0};
  switch (format_of(file, size)) {
    case FORMAT_JPEG:
      facts.format = SOURCE_JPEG;
      jpeg_facts(file, size, &facts);
      break;
    case FORMAT_WEBP:
      facts.format = SOURCE_WEBP;
      webp_facts(file, size, &facts);
      break;
    case FORMAT_PNG:
      facts.format = SOURCE_PNG;
      png_facts(file, size, &facts);
      break;
    case FORMAT_GIF:
      facts.format = SOURCE_GIF;
      gif_facts(file, size, &facts);
      break;
    case FORMAT_RAW:
      facts.format = SOURCE_RAW;
      facts.raw = raw_layout(file);
      facts.width = facts.raw.width;
      facts.height = facts.raw.height;
      facts.alpha = facts.raw.has_alpha;
      break;
    default:
      break;
  }
  const int fits = facts.width > 0 && facts.height > 0 && (int64_t)facts.width * facts.height <= MOST_PIXELS;
  if (!fits) facts.width = facts.height = 16;
  return facts;
}
