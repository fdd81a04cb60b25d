/*
 * Metadata chunks put into a finished file. Pictor's default is to leave all metadata out; a WebP that is not sRGB has a
 * profile.
 */
#ifndef PICTOR_METADATA_H
#define PICTOR_METADATA_H

#include "engine.h"

/* What is NULL is left out. */
typedef struct {
  const uint8_t *icc; /* the profile itself */
  size_t icc_size;
  const uint8_t *exif; /* from the TIFF header on, without "Exif\0\0" */
  size_t exif_size;
  const uint8_t *xmp; /* the packet */
  size_t xmp_size;
} Metadata;

/*
 * A new file with APP1 and APP2 segments behind JFIF's APP0; `jpeg` stays the caller's. Fails (FAIL_UNSUPPORTED) on
 * EXIF or XMP longer than a segment (64 KB) and on profiles longer than 255 segments.
 */
Bytes jpeg_with_metadata(Bytes jpeg, const Metadata *metadata);
/* A new file with VP8X, ICCP, EXIF and XMP chunks (RFC 9649); `webp` is a still and stays the caller's. */
Bytes webp_with_metadata(Bytes webp, const Metadata *metadata);

#endif
