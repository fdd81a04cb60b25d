#include <string.h>

#include "growing.h"
#include "metadata.h"

enum { APP1 = 0xe1, APP2 = 0xe2 };
/* A segment's length field counts itself and has 16 bits. */
enum { MOST_PAYLOAD = 65535 - 2 };

static const char EXIF_NAME[6] = "Exif\0";
static const char XMP_NAME[29] = "http://ns.adobe.com/xap/1.0/";
static const char ICC_NAME[12] = "ICC_PROFILE";
enum { ICC_HEADER = sizeof ICC_NAME + 2, ICC_PIECE = MOST_PAYLOAD - ICC_HEADER };

static void append_segment(Growing *file, int marker, const void *header, size_t header_size, const uint8_t *body,
                           size_t size) {
  if (size > MOST_PAYLOAD - header_size) engine_fail(FAIL_UNSUPPORTED, "metadata too long for a JPEG segment");
  const size_t length = 2 + header_size + size;
  const uint8_t start[4] = {0xff, (uint8_t)marker, (uint8_t)(length >> 8), (uint8_t)length};
  growing_append(file, start, sizeof start);
  growing_append(file, header, header_size);
  growing_append(file, body, size);
}

/* In pieces, each with its number (from 1) and how many there are: ICC.1, annex B.4. */
static void append_icc(Growing *file, const uint8_t *icc, size_t size) {
  const size_t count = (size + ICC_PIECE - 1) / ICC_PIECE;
  if (count > 255) engine_fail(FAIL_UNSUPPORTED, "a colour profile too long for JPEG");
  for (size_t i = 0; i < count; i++) {
    uint8_t header[ICC_HEADER];
    memcpy(header, ICC_NAME, sizeof ICC_NAME);
    header[sizeof ICC_NAME] = (uint8_t)(i + 1);
    header[sizeof ICC_NAME + 1] = (uint8_t)count;
    const size_t at = i * ICC_PIECE;
    append_segment(file, APP2, header, sizeof header, icc + at, size - at < ICC_PIECE ? size - at : ICC_PIECE);
  }
}

Bytes jpeg_with_metadata(Bytes jpeg, const Metadata *metadata) {
  /* SOI, then libjpeg's APP0, which JFIF wants first. */
  enum { SOI = 2, APP0 = 18 };
  if (jpeg.size < SOI + APP0 || jpeg.data[3] != 0xe0) engine_fail(FAIL_INTERNAL, "a JPEG without JFIF header");
  Growing file = {0};
  growing_append(&file, jpeg.data, SOI + APP0);
  if (metadata->exif != NULL) {
    append_segment(&file, APP1, EXIF_NAME, sizeof EXIF_NAME, metadata->exif, metadata->exif_size);
  }
  if (metadata->xmp != NULL) append_segment(&file, APP1, XMP_NAME, sizeof XMP_NAME, metadata->xmp, metadata->xmp_size);
  if (metadata->icc != NULL) append_icc(&file, metadata->icc, metadata->icc_size);
  growing_append(&file, jpeg.data + SOI + APP0, jpeg.size - SOI - APP0);
  return growing_take(&file);
}
