#include <string.h>

#include "growing.h"
#include "metadata.h"
#include "src/webp/decode.h"
#include "webp_chunks.h"

/* RIFF's and VP8X's, and those of three chunks, which are padded to even sizes. */
enum { MOST_HEADERS = WEBP_RIFF_HEADER + WEBP_CHUNK_HEADER + WEBP_VP8X_SIZE + 3 * (WEBP_CHUNK_HEADER + 1) };
/* VP8X's flags. */
enum { HAS_XMP = 0x04, HAS_EXIF = 0x08, HAS_ALPHA = 0x10, HAS_ICC = 0x20 };

static void put_u24(uint8_t *to, uint32_t value) {
  to[0] = (uint8_t)value;
  to[1] = (uint8_t)(value >> 8);
  to[2] = (uint8_t)(value >> 16);
}

static void put_u32(uint8_t *to, uint32_t value) {
  put_u24(to, value);
  to[3] = (uint8_t)(value >> 24);
}

static void append_chunk(Growing *file, const char *type, const void *body, size_t size) {
  uint8_t header[WEBP_CHUNK_HEADER];
  memcpy(header, type, 4);
  put_u32(header + 4, (uint32_t)size);
  growing_append(file, header, sizeof header);
  growing_append(file, body, size);
  if (size & 1) growing_append(file, "", 1);
}

static void append_vp8x(Growing *file, const WebPBitstreamFeatures *features, const Metadata *metadata) {
  uint8_t body[WEBP_VP8X_SIZE] = {0};
  if (features->has_alpha) body[0] |= HAS_ALPHA;
  if (metadata->icc != NULL) body[0] |= HAS_ICC;
  if (metadata->exif != NULL) body[0] |= HAS_EXIF;
  if (metadata->xmp != NULL) body[0] |= HAS_XMP;
  put_u24(body + 4, (uint32_t)features->width - 1);
  put_u24(body + 7, (uint32_t)features->height - 1);
  append_chunk(file, "VP8X", body, sizeof body);
}

/* Everything from the picture's first chunk on; its own VP8X is replaced. */
static size_t picture_start(Bytes webp) {
  WebpChunk first;
  if (!webp_chunk(webp.data, webp.size, WEBP_RIFF_HEADER, &first)) engine_fail(FAIL_INTERNAL, "a WebP without chunks");
  return first.type == WEBP_TYPE('V', 'P', '8', 'X') ? first.next : WEBP_RIFF_HEADER;
}

Bytes webp_with_metadata(Bytes webp, const Metadata *metadata) {
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(webp.data, webp.size, &features) != VP8_STATUS_OK) engine_fail(FAIL_INTERNAL, "not a WebP");
  const size_t start = picture_start(webp);
  Growing file = {0};
  growing_reserve(&file, webp.size + metadata->icc_size + metadata->exif_size + metadata->xmp_size + MOST_HEADERS);
  growing_append(&file, "RIFF\0\0\0\0WEBP", WEBP_RIFF_HEADER);
  append_vp8x(&file, &features, metadata);
  if (metadata->icc != NULL) append_chunk(&file, "ICCP", metadata->icc, metadata->icc_size);
  growing_append(&file, webp.data + start, webp.size - start);
  if (metadata->exif != NULL) append_chunk(&file, "EXIF", metadata->exif, metadata->exif_size);
  if (metadata->xmp != NULL) append_chunk(&file, "XMP ", metadata->xmp, metadata->xmp_size);
  put_u32(file.data + 4, (uint32_t)(file.size - 8));
  return growing_take(&file);
}
