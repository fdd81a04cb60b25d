#include "format.h"

#include <string.h>

#include "raw.h"
#include "still.h"

static int starts(const uint8_t *file, size_t size, size_t at, const char *with, size_t count) {
  return size >= at + count && memcmp(file + at, with, count) == 0;
}

Format format_of(const uint8_t *file, size_t size) {
  if (starts(file, size, 0, "\xff\xd8\xff", 3)) return FORMAT_JPEG;
  if (starts(file, size, 0, "RIFF", 4) && starts(file, size, 8, "WEBP", 4)) return FORMAT_WEBP;
  if (starts(file, size, 0, "\x89PNG\r\n\x1a\n", 8)) return FORMAT_PNG;
  if (starts(file, size, 0, "GIF8", 4)) return FORMAT_GIF;
  if (starts(file, size, 0, RAW_MAGIC, 4) && size >= RAW_HEADER_BYTES) return FORMAT_RAW;
  if (starts(file, size, 0, STILL_MAGIC, 4) && size >= STILL_HEADER_BYTES) return FORMAT_AV1;
  return FORMAT_OTHER;
}

const char *format_name(Format format) {
  static const char *NAMES[FORMAT_COUNT] = {"other", "jpeg", "webp", "png", "gif", "raw", "av1"};
  return NAMES[format];
}
