/*
 * A still picture of AV1 out of an AVIF file, whose container is TypeScript's to read (test/soundness/stills.ts takes it
 * apart): a magic number, width and height (two bytes each, little-endian), the operating point, and the OBUs.
 */
#ifndef PICTOR_NATIVE_STILL_H
#define PICTOR_NATIVE_STILL_H

#include <stdint.h>

#define STILL_MAGIC "AV1P"
#define STILL_HEADER_BYTES 9

typedef struct {
  int32_t width, height, operating_point;
} Still;

static inline Still still_of(const uint8_t *file) {
  return (Still){file[4] | file[5] << 8, file[6] | file[7] << 8, file[8] & 31};
}

#endif
