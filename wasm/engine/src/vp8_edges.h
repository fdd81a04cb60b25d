/* Predictions of whole macroblocks, section 12.2 and 12.3 of RFC 6386: a block of 4 × 4 at a time, in the forward order. */
#ifndef PICTOR_VP8_EDGES_H
#define PICTOR_VP8_EDGES_H

#ifdef __wasm_simd128__
#include <stddef.h>

#include "vp8_block.h"

enum { MODE_DC = 0, MODE_TM = 1, MODE_V = 2, MODE_H = 3 };

/* A plane's neighbours, and what they make of the four modes; `blocks` is 4 or 2 a side. */
typedef struct {
  v128_t above[4], left[4]; /* of each column and row of blocks: the vertical and the horizontal prediction */
  v128_t corner;            /* 16 bits wide */
  v128_t dc;
  int true_motion;          /* what it is without all neighbours: itself, MODE_V, MODE_H, or MODE_DC for 129 everywhere */
} Edges;

static inline int sum_of_bytes(const uint8_t *bytes, int count) {
  int sum = 0;
  for (int i = 0; i < count; i++) sum += bytes[i];
  return sum;
}

static inline int dc_of(const uint8_t *left, const uint8_t *above, int size) {
  if (!left && !above) return 0x80;
  const int sum = (left ? sum_of_bytes(left, size) : 0) + (above ? sum_of_bytes(above, size) : 0);
  const int count = left && above ? 2 * size : size;
  return (sum + count / 2) / count;
}

/* NULL for those outside of the picture. left[-1] is the corner. */
static inline void edges_set(Edges *edges, const uint8_t *left, const uint8_t *above, int blocks) {
  for (int i = 0; i < blocks; i++) {
    edges->above[i] = above ? wasm_i8x16_swizzle(wasm_v128_load32_zero(above + i * 4),
                                                 wasm_u8x16_const(0, 1, 0, 1, 0, 1, 0, 1, 3, 2, 3, 2, 3, 2, 3, 2))
                            : wasm_u8x16_const_splat(127);
    edges->left[i] = left ? wasm_i8x16_swizzle(wasm_v128_load32_zero(left + i * 4),
                                               wasm_u8x16_const(0, 0, 1, 1, 3, 3, 2, 2, 0, 0, 1, 1, 3, 3, 2, 2))
                          : wasm_u8x16_const_splat(129);
  }
  edges->dc = wasm_u8x16_splat((uint8_t)dc_of(left, above, blocks * 4));
  edges->true_motion = left && above ? MODE_TM : left ? MODE_H : above ? MODE_V : MODE_DC;
  edges->corner = wasm_i16x8_splat(left && above ? left[-1] : 0);
}

static inline v128_t predict_block(const Edges *edges, int mode, int x, int y) {
  if (mode == MODE_DC) return edges->dc;
  if (mode == MODE_TM) {
    if (edges->true_motion == MODE_DC) return wasm_u8x16_const_splat(129);
    mode = edges->true_motion;
  }
  if (mode == MODE_V) return edges->above[x];
  if (mode == MODE_H) return edges->left[y];
  const v128_t step = wasm_i16x8_sub(wasm_u16x8_extend_low_u8x16(edges->left[y]), edges->corner);
  return wasm_u8x16_narrow_i16x8(wasm_i16x8_add(wasm_u16x8_extend_low_u8x16(edges->above[x]), step),
                                 wasm_i16x8_add(wasm_u16x8_extend_high_u8x16(edges->above[x]), step));
}

/* ---- luma's 16 blocks; chroma's 8, four of U, then V's, which lie beside them ---- */

static const uint16_t CHROMA_BLOCK[8] = {0, 4, 4 * BPS, 4 * BPS + 4, 8, 12, 4 * BPS + 8, 4 * BPS + 12};

static inline void luma_edges(Edges *edges, const VP8EncIterator *it) {
  edges_set(edges, it->x_ ? it->y_left_ : NULL, it->y_ ? it->y_top_ : NULL, 4);
}

static inline void chroma_edges(Edges edges[2], const VP8EncIterator *it) {
  for (int plane = 0; plane < 2; plane++)
    edges_set(&edges[plane], it->x_ ? it->u_left_ + 16 * plane : NULL, it->y_ ? it->uv_top_ + 8 * plane : NULL, 2);
}

static inline v128_t predict_luma(const Edges *edges, int mode, int block) {
  return predict_block(edges, mode, block & 3, block >> 2);
}

static inline v128_t predict_chroma(const Edges edges[2], int mode, int block) {
  return predict_block(&edges[block >> 2], mode, block & 1, block >> 1 & 1);
}

#endif
#endif
