/* How each macroblock is predicted: what libwebp's quant_enc.c decides without trellis quantisation, with the same results. */
#ifndef PICTOR_VP8_MODES_H
#define PICTOR_VP8_MODES_H

#ifdef __wasm_simd128__
#include "vp8_block.h"

/* The source of a macroblock's luma, for all modes that are tried on it. */
typedef struct {
  v128_t forward[16], inverse[16];
  v128_t texture[4]; /* sums of block_texture, of four blocks each */
} Luma;

void vp8_pick_intra16(VP8EncIterator *it, const Luma *luma, VP8ModeScore *rd);
/* Leaves `rd` alone unless 4 × 4 is better. */
void vp8_pick_intra4(VP8EncIterator *it, const Luma *luma, VP8ModeScore *rd);
void vp8_pick_chroma(VP8EncIterator *it, VP8ModeScore *rd);

/* ---- scores: smaller is better. score_t, D, SD, R and H are libwebp's names ---- */

enum { DISTORTION_WEIGHT = 256, FLATNESS_PENALTY = 140 };

/*
 * What a level costs, roughly. Modes are tried in the order of what this makes of their scores: the more likely the first is
 * the best, the fewer exact costs are counted.
 */
enum { TYPICAL_LEVEL_COST = 600 };

static inline score_t score_of(score_t rate, score_t distortion, int lambda) {
  return rate * lambda + DISTORTION_WEIGHT * distortion;
}

static inline int texture_distortion(int lambda, int difference) { return lambda ? (lambda * difference + 128) >> 8 : 0; }

#endif
#endif
