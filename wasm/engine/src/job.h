/*
 * One whole job, as TypeScript sends it (src/engine/pictor/job-bytes.ts writes this very layout): little-endian,
 * 4-byte fields, no padding. The steps are those of src/image/job.ts, in the same order:
 * orient → crop → resize → extract → canvas → flip, rotate → adjust → blur → sharpen → pad → flatten → encode.
 * Colours are 0xAABBGGRR, straight alpha.
 */
#ifndef PICTOR_JOB_H
#define PICTOR_JOB_H

#include <stdint.h>

enum { SOURCE_JPEG = 1, SOURCE_WEBP = 2, SOURCE_PNG = 3, SOURCE_GIF = 4 };
/* OUT_RASTER: width × height × 4 bytes RGBA, for encoders that live in other modules. */
enum { OUT_JPEG = 1, OUT_WEBP = 2, OUT_RASTER = 3 };
enum { PROFILE_SRGB = 0, PROFILE_DISPLAY_P3 = 1, PROFILE_ADOBE_RGB = 2 };

typedef struct {
  int32_t x, y, width, height;
} Rect;

typedef struct {
  uint32_t source_format;
  int32_t source_width, source_height; /* as stored; what the header says must agree */
  uint32_t orientation;                /* EXIF 1–8 */
  uint32_t profile;
  Rect crop;    /* of the oriented source */
  int32_t resize_width, resize_height;
  Rect extract; /* of the resized picture */
  Rect canvas;  /* x, y: where the extract goes; width 0: no canvas */
  uint32_t canvas_colour;
  uint32_t flip;   /* mirror left to right, before rotate */
  uint32_t rotate; /* degrees clockwise: 0, 90, 180, 270 */
  float brightness, contrast, saturation, gamma; /* 1 changes nothing */
  float blur;      /* standard deviation in px of the result; 0 is off */
  float sharpen;   /* 0–10; 0 is off */
  int32_t pad_top, pad_right, pad_bottom, pad_left;
  uint32_t pad_colour;
  uint32_t flatten; /* 1: lay transparent pixels over flatten_colour */
  uint32_t flatten_colour;
  uint32_t output_format;
  int32_t output_width, output_height;
  uint32_t quality; /* 1–100 */
  uint32_t lossless;
  uint32_t progressive;
  uint32_t chroma_444; /* 0: 4:2:0 */
  uint32_t alpha;      /* the result has an alpha channel */
  float margin;        /* least oversampling kept for the final filter when shrinking on load, e.g. 2 */
} Job;

#endif
