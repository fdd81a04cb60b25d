/* How libwebp's decoder fails a job. */
#ifndef PICTOR_WEBP_IN_STATUS_H
#define PICTOR_WEBP_IN_STATUS_H

#include "failure.h"
#include "src/webp/decode.h"

static inline void webp_require(VP8StatusCode status) {
  switch (status) {
    case VP8_STATUS_OK:
      return;
    case VP8_STATUS_OUT_OF_MEMORY:
      engine_fail(FAIL_MEMORY, "no memory for the WebP decoder");
    case VP8_STATUS_UNSUPPORTED_FEATURE:
      engine_fail(FAIL_UNSUPPORTED, "a WebP feature that is not read");
    default:
      engine_fail(FAIL_BROKEN, "the WebP is broken or cut off");
  }
}

#endif
