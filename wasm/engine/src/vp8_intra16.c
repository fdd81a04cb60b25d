/* libwebp's PickBestIntra16: the best of four predictions for a macroblock's luma as a whole. */
#include "vp8_modes.h"

#ifdef __wasm_simd128__
#include <stdlib.h>
#include <string.h>

#include "src/dsp/quant.h"
#include "src/enc/cost_enc.h"
#include "vp8_cost.h"
#include "vp8_edges.h"

typedef struct {
  score_t D, SD, R, least; /* least: the score without R */
  uint32_t nz;
  int count; /* of levels but the DCs */
  int16_t dc_levels[16], ac_levels[16][16];
  v128_t samples[16], zigzag[16];
} Trial;

static void transform(int16_t coefficients[16][16], const Luma *luma, const Edges *edges, int mode) {
  for (int block = 0; block < 16; block++) {
    const v128_t prediction = predict_luma(edges, mode, block);
    const Halves out = block_transform(widen(luma->forward[block]), widen(prediction));
    wasm_v128_store(coefficients[block], out.low);
    wasm_v128_store(coefficients[block] + 8, out.high);
  }
}

/* The DCs are transformed once more; what comes back from that is left at the beginning of each of dc[16]. */
static int quantize_dc(int16_t coefficients[16][16], int16_t dc[16][16], int16_t levels[16], const VP8Matrix *matrix) {
  int16_t transformed[16];
  VP8FTransformWHT(coefficients[0], transformed);
  const int nonzero = VP8EncQuantizeBlockWHT(transformed, levels, matrix);
  VP8TransformWHT(transformed, dc[0]);
  return nonzero;
}

static void try_mode(Trial *trial, const Luma *luma, const Edges *edges, const VP8SegmentInfo *dqm, const Quantizer *quantizer,
                     int mode) {
  int16_t coefficients[16][16], dc[16][16];
  transform(coefficients, luma, edges, mode);
  uint32_t nz = (uint32_t)quantize_dc(coefficients, dc, trial->dc_levels, &dqm->y2_) << 24;
  int count = 0;
  v128_t error = wasm_i32x4_const_splat(0), difference = error, texture[4];
  for (int block = 0; block < 16; block++) {
    Halves in = {wasm_i16x8_replace_lane(wasm_v128_load(coefficients[block]), 0, 0), wasm_v128_load(coefficients[block] + 8)};
    const Halves levels = block_quantize(in, quantizer);
    const v128_t zigzag = levels_zigzag(levels);
    trial->zigzag[block] = zigzag;
    const uint32_t nonzero = nonzero_mask(zigzag);
    nz |= (uint32_t)(nonzero != 0) << block;
    count += __builtin_popcount(nonzero);
    vp8_store_levels(trial->ac_levels[block], levels, zigzag);
    in = block_dequantize(levels, quantizer);
    in.low = wasm_v128_load16_lane(dc[block], in.low, 0);
    const v128_t prediction = predict_luma(edges, mode, block);
    const Halves samples = block_reconstruct(in, forward_to_inverse(prediction));
    trial->samples[block] = narrow(samples);
    error = wasm_i32x4_add(error, block_error(widen(luma->inverse[block]), samples));
    texture[block & 3] = block_texture(samples);
    if ((block & 3) != 3) continue;
    const v128_t sums = sums_of(texture[0], texture[1], texture[2], texture[3]);
    const v128_t absolute = wasm_i32x4_abs(wasm_i32x4_sub(sums, luma->texture[block >> 2]));
    difference = wasm_i32x4_add(difference, wasm_i32x4_shr(absolute, 5));
  }
  trial->nz = nz;
  trial->count = count;
  trial->D = sum_of(error);
  trial->SD = texture_distortion(dqm->tlambda_, sum_of(difference));
}

/* libwebp's VP8GetCostLuma16, unless it is more than `most`. */
static score_t cost_of(VP8EncIterator *it, const Trial *trial, score_t most) {
  const VP8EncProba *proba = &it->enc_->proba_;
  VP8IteratorNzToBytes(it);
  const int16_t *dc = trial->dc_levels;
  const v128_t dc_bytes = wasm_i8x16_narrow_i16x8(wasm_v128_load(dc), wasm_v128_load(dc + 8));
  score_t cost = vp8_cost(proba, I16_DC, it->top_nz_[8] + it->left_nz_[8], dc_bytes, dc);
  for (int block = 0; block < 16 && cost <= most; block++) {
    int *above = &it->top_nz_[block & 3], *left = &it->left_nz_[block >> 2];
    cost += vp8_cost(proba, I16_AC, *above + *left, trial->zigzag[block], trial->ac_levels[block]);
    *above = *left = (int)(trial->nz >> block & 1);
  }
  return cost;
}

/* Only the DCs have levels, but they do not suffice: how far the blocks differ says how strong a filter has to be. */
static void note_edges(VP8SegmentInfo *dqm, const VP8ModeScore *rd) {
  if ((rd->nz & 0x100ffff) != 0x1000000 || rd->D <= dqm->min_disto_) return;
  static const uint8_t NEXT[3] = {1, 2, 4};
  for (int i = 0; i < 3; i++) {
    const int difference = abs(rd->y_dc_levels[NEXT[i]]);
    if (difference > dqm->max_edge_) dqm->max_edge_ = difference;
  }
}

static void try_modes(Trial trials[NUM_PRED_MODES], const VP8EncIterator *it, const Luma *luma, const VP8SegmentInfo *dqm) {
  Quantizer quantizer;
  Edges edges;
  quantizer_set(&quantizer, &dqm->y1_);
  luma_edges(&edges, it);
  int flat = IsFlatSource16(it->yuv_in_ + Y_OFF_ENC);
  for (int mode = 0; mode < NUM_PRED_MODES; mode++) {
    Trial *trial = &trials[mode];
    try_mode(trial, luma, &edges, dqm, &quantizer, mode);
    /* A flat source that needs no levels: distortion shows. */
    flat = flat && (trial->nz & 0xffff) == 0;
    if (flat) {
      trial->D *= 2;
      trial->SD *= 2;
    }
    trial->least = score_of(VP8FixedCostsI16[mode], trial->D + trial->SD, dqm->lambda_i16_);
  }
}

/* The mode with the smallest score; of equal ones the first. */
static int best_mode(VP8EncIterator *it, Trial trials[NUM_PRED_MODES], int lambda) {
  int candidate = 0, best = NUM_PRED_MODES;
  score_t likely = MAX_COST, best_score = MAX_COST;
  for (int mode = 0; mode < NUM_PRED_MODES; mode++) {
    const score_t expected = trials[mode].least + (score_t)lambda * trials[mode].count * TYPICAL_LEVEL_COST;
    if (expected >= likely) continue;
    likely = expected;
    candidate = mode;
  }
  for (int i = -1; i < NUM_PRED_MODES; i++) {
    const int mode = i < 0 ? candidate : i;
    Trial *trial = &trials[mode];
    if (i == candidate || trial->least > best_score) continue;
    trial->R = cost_of(it, trial, (best_score - trial->least) / lambda);
    const score_t score = trial->least + trial->R * lambda;
    if (score > best_score || (score == best_score && mode > best)) continue;
    best = mode;
    best_score = score;
  }
  return best;
}

void vp8_pick_intra16(VP8EncIterator *it, const Luma *luma, VP8ModeScore *rd) {
  VP8SegmentInfo *dqm = &it->enc_->dqm_[it->mb_->segment_];
  Trial trials[NUM_PRED_MODES];
  try_modes(trials, it, luma, dqm);
  const int mode = best_mode(it, trials, dqm->lambda_i16_);
  const Trial *best = &trials[mode];
  rd->D = best->D;
  rd->SD = best->SD;
  rd->H = VP8FixedCostsI16[mode];
  rd->R = best->R;
  rd->nz = best->nz;
  rd->mode_i16 = mode;
  memcpy(rd->y_dc_levels, best->dc_levels, sizeof(rd->y_dc_levels));
  memcpy(rd->y_ac_levels, best->ac_levels, sizeof(rd->y_ac_levels));
  for (int block = 0; block < 16; block++) block_store(it->yuv_out_ + Y_OFF_ENC + VP8Scan[block], best->samples[block]);
  rd->score = score_of(rd->R + rd->H, rd->D + rd->SD, dqm->lambda_mode_);
  VP8SetIntra16Mode(it, mode);
  note_edges(dqm, rd);
}

#endif
