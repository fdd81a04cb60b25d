/* The formats that files are told apart by, and mutated as. */
#ifndef PICTOR_NATIVE_FORMAT_H
#define PICTOR_NATIVE_FORMAT_H

#include <stddef.h>
#include <stdint.h>

/* FORMAT_RAW: planes as another module decodes them (raw.h). FORMAT_AV1: a still picture out of an AVIF (still.h). */
typedef enum {
  FORMAT_OTHER,
  FORMAT_JPEG,
  FORMAT_WEBP,
  FORMAT_PNG,
  FORMAT_GIF,
  FORMAT_RAW,
  FORMAT_AV1,
  FORMAT_COUNT
} Format;

/* By the first bytes. */
Format format_of(const uint8_t *file, size_t size);
const char *format_name(Format format);

#endif
