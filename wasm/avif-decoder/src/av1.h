/*
 * One still picture of AV1 at a time: its OBUs go in, a picture comes out, whose rows are read as 8-bit samples. Several
 * pictures may be held (colour and alpha, the tiles of a grid's row). Failures leave through engine_fail, never back.
 */
#ifndef PICTOR_AV1_H
#define PICTOR_AV1_H

#include <stdint.h>

#include "dav1d/dav1d.h"

/* What JavaScript reads at the address that av1_decode returns: 32-bit words in this order (src/engine/avif/av1.ts). */
typedef struct {
  int32_t width, height;
  int32_t depth; /* 8, 10 or 12 */
  int32_t monochrome;
  int32_t subsampling_x, subsampling_y;           /* 1: chroma has half as many samples */
  int32_t primaries, transfer, matrix, full_range; /* code points of ITU-T H.273, as the sequence header has them */
} Av1Layout;

typedef struct {
  Av1Layout layout; /* first: a picture's address is its layout's */
  Dav1dPicture picture;
  uint8_t *rows; /* MAX_ROWS rows of luma, made at the first use */
} Av1Picture;

/* Most rows that are read at once. */
#define MAX_ROWS 16

/* How samples become 8 bits: (sample * gain + bias) >> 16, clamped. */
typedef struct {
  int32_t gain, bias;
} Narrowing;

/* `chroma` is centred on the middle; `stretch` makes full range of limited range (alpha is always full). */
Narrowing narrowing_of(const Av1Layout *layout, int chroma, int stretch);
void narrow_8(uint8_t *out, const uint8_t *in, int32_t count, Narrowing how);
void narrow_16(uint8_t *out, const uint16_t *in, int32_t count, Narrowing how);

/* Adds the film grain that the frame's header asks for, in the picture itself. */
void film_grain_apply(Dav1dPicture *picture);

#endif
