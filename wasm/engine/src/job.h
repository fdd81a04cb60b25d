/*
 * One whole job, as TypeScript sends it (src/engine/pictor/job-bytes.ts writes this very layout): little-endian,
 * 4-byte fields, no padding. The steps are those of src/image/job.ts, in the same order:
 * orient → crop → resize → extract → canvas → flip, rotate → adjust → blur → sharpen → draw → pad → flatten → encode.
 * Colours are 0xAABBGGRR, straight alpha.
 */
#ifndef PICTOR_JOB_H
#define PICTOR_JOB_H

#include <stdint.h>

/* SOURCE_RAW: planes that another module has decoded (source_raw.c). */
enum { SOURCE_JPEG = 1, SOURCE_WEBP = 2, SOURCE_PNG = 3, SOURCE_GIF = 4, SOURCE_RAW = 5 };
/*
 * For encoders that live in other modules. OUT_RASTER: width × height × 4 bytes RGBA. OUT_PLANES: tight 8-bit planes
 * (planes_out.c).
 */
enum { OUT_JPEG = 1, OUT_WEBP = 2, OUT_RASTER = 3, OUT_PNG = 4, OUT_PLANES = 5 };
/* Chroma of raw planes. */
enum { CHROMA_NONE = 0, CHROMA_420 = 1, CHROMA_422 = 2, CHROMA_444 = 3 };
/*
 * What has to be done to the samples' colours; the numbers for it come by `engine_colours` (op_colour.c). CMYK is
 * converted from its inks, all else from red, green and blue.
 */
enum { CONVERT_NOT = 0, CONVERT_MATRIX = 1, CONVERT_RGB_TABLE = 2, CONVERT_CMYK_TABLE = 3 };
/* What the result's colours mean. */
enum { GAMUT_SRGB = 0, GAMUT_DISPLAY_P3 = 1 };

/* Of overlays: W3C Compositing and Blending Level 1, section 5. */
enum {
  BLEND_NORMAL = 0,
  BLEND_MULTIPLY = 1,
  BLEND_SCREEN = 2,
  BLEND_OVERLAY = 3,
  BLEND_DARKEN = 4,
  BLEND_LIGHTEN = 5,
  BLEND_COLOR_DODGE = 6,
  BLEND_COLOR_BURN = 7,
  BLEND_HARD_LIGHT = 8,
  BLEND_SOFT_LIGHT = 9,
  BLEND_DIFFERENCE = 10,
  BLEND_EXCLUSION = 11,
  BLEND_HUE = 12,
  BLEND_SATURATION = 13,
  BLEND_COLOR = 14,
  BLEND_LUMINOSITY = 15
};
enum { MAX_DRAWS = 4 };

typedef struct {
  int32_t x, y, width, height;
} Rect;

/* An overlay, and how it is laid over the picture. Its pixels come by engine_overlay. */
typedef struct {
  int32_t x, y;          /* of its top left corner, in the picture before `pad`; may lie outside */
  int32_t width, height; /* of its raster; width 0: none */
  uint32_t repeat_x, repeat_y;
  uint32_t blend;        /* BLEND_* */
  float opacity;         /* 0–1 */
} Draw;

typedef struct {
  uint32_t source_format;
  int32_t source_width, source_height; /* as stored; what the header says must agree */
  uint32_t orientation;                /* EXIF 1–8 */
  uint32_t conversion; /* CONVERT_* */
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
  uint32_t quality; /* 1–100; of lossy formats */
  uint32_t lossless;
  uint32_t progressive;
  uint32_t chroma_444; /* 0: 4:2:0 */
  uint32_t alpha;      /* the result has an alpha channel */
  float margin;        /* least oversampling kept for the final filter when shrinking on load, e.g. 2 */
  uint32_t raw_chroma; /* CHROMA_* */
  uint32_t raw_matrix; /* MatrixCoefficients of ITU-T H.273, table 4 */
  uint32_t raw_full_range;
  uint32_t raw_alpha;  /* a plane of alpha, in full range, follows the others */
  uint32_t raw_premultiplied;
  uint32_t gamut; /* GAMUT_*: a file that is not sRGB says so */
  Draw draw[MAX_DRAWS]; /* in the order in which they are drawn */
} Job;

#endif
