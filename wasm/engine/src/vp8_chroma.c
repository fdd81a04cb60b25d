/* libwebp's PickBestUV: the best of four predictions for a macroblock's chroma. */
#include "vp8_modes.h"

#ifdef __wasm_simd128__
#include <string.h>

#include "src/enc/cost_enc.h"
#include "vp8_cost.h"
#include "vp8_edges.h"

typedef struct {
  score_t D, R, least; /* least: the score without the levels' cost */
  uint32_t nz;
  int count; /* of levels */
  int16_t levels[8][16];
  int8_t derr[2][3];
  v128_t samples[8], zigzag[8];
} Trial;

static void try_mode(Trial *trial, const VP8EncIterator *it, const v128_t source[8], const Edges edges[2],
                     const Quantizer *quantizer, int mode) {
  const VP8SegmentInfo *dqm = &it->enc_->dqm_[it->mb_->segment_];
  int16_t coefficients[8][16];
  for (int block = 0; block < 8; block++) {
    const Halves out = block_transform(widen(source[block]), widen(predict_chroma(edges, mode, block)));
    wasm_v128_store(coefficients[block], out.low);
    wasm_v128_store(coefficients[block] + 8, out.high);
  }
  if (it->top_derr_ != NULL) VP8CorrectDCValues(it, &dqm->uv_, coefficients, trial->derr);

  v128_t error = wasm_i32x4_const_splat(0);
  uint32_t nz = 0;
  int count = 0, count_but_dc = 0;
  for (int block = 0; block < 8; block++) {
    const Halves in = {wasm_v128_load(coefficients[block]), wasm_v128_load(coefficients[block] + 8)};
    const Halves levels = block_quantize(in, quantizer);
    const v128_t zigzag = levels_zigzag(levels);
    const uint32_t nonzero = nonzero_mask(zigzag);
    trial->zigzag[block] = zigzag;
    nz |= (uint32_t)(nonzero != 0) << block;
    count += __builtin_popcount(nonzero);
    count_but_dc += __builtin_popcount(nonzero & 0xfffe);
    vp8_store_levels(trial->levels[block], levels, zigzag);
    const v128_t prediction = forward_to_inverse(predict_chroma(edges, mode, block));
    const Halves samples = block_reconstruct(block_dequantize(levels, quantizer), prediction);
    trial->samples[block] = narrow(samples);
    error = wasm_i32x4_add(error, block_error(widen(forward_to_inverse(source[block])), samples));
  }
  trial->nz = nz;
  trial->count = count;
  trial->D = sum_of(error);
  trial->R = mode > 0 && count_but_dc <= 2 ? FLATNESS_PENALTY * 8 : 0;
  /* Without texture, which would flatten areas. */
  trial->least = score_of(trial->R + VP8FixedCostsUV[mode], trial->D, dqm->lambda_uv_);
}

/* libwebp's VP8GetCostUV, unless it is more than `most`. */
static score_t cost_of(VP8EncIterator *it, const Trial *trial, score_t most) {
  score_t cost = 0;
  VP8IteratorNzToBytes(it);
  for (int block = 0; block < 8 && cost <= most; block++) {
    const int plane = 4 + (block >> 2) * 2;
    int *above = &it->top_nz_[plane + (block & 1)], *left = &it->left_nz_[plane + (block >> 1 & 1)];
    cost += vp8_cost(&it->enc_->proba_, CHROMA, *above + *left, trial->zigzag[block], trial->levels[block]);
    *above = *left = (int)(trial->nz >> block & 1);
  }
  return cost;
}

static void try_modes(Trial trials[NUM_PRED_MODES], const VP8EncIterator *it, const VP8SegmentInfo *dqm) {
  Quantizer quantizer;
  Edges edges[2];
  v128_t source[8];
  quantizer_set(&quantizer, &dqm->uv_);
  chroma_edges(edges, it);
  for (int block = 0; block < 8; block++)
    source[block] = rows_to_forward(block_load_rows(it->yuv_in_ + U_OFF_ENC + CHROMA_BLOCK[block]));
  for (int mode = 0; mode < NUM_PRED_MODES; mode++) try_mode(&trials[mode], it, source, edges, &quantizer, mode);
}

/* The mode with the smallest score; of equal ones the first. */
static int best_mode(VP8EncIterator *it, Trial trials[NUM_PRED_MODES], int lambda, score_t *score) {
  int candidate = 0, best = NUM_PRED_MODES;
  score_t likely = MAX_COST;
  *score = MAX_COST;
  for (int mode = 0; mode < NUM_PRED_MODES; mode++) {
    const score_t expected = trials[mode].least + (score_t)lambda * trials[mode].count * TYPICAL_LEVEL_COST;
    if (expected >= likely) continue;
    likely = expected;
    candidate = mode;
  }
  for (int i = -1; i < NUM_PRED_MODES; i++) {
    const int mode = i < 0 ? candidate : i;
    Trial *trial = &trials[mode];
    if (i == candidate || trial->least > *score) continue;
    const score_t cost = cost_of(it, trial, (*score - trial->least) / lambda);
    const score_t sum = trial->least + cost * lambda;
    if (sum > *score || (sum == *score && mode > best)) continue;
    trial->R += cost;
    best = mode;
    *score = sum;
  }
  return best;
}

void vp8_pick_chroma(VP8EncIterator *it, VP8ModeScore *rd) {
  const VP8SegmentInfo *dqm = &it->enc_->dqm_[it->mb_->segment_];
  Trial trials[NUM_PRED_MODES];
  score_t score;
  try_modes(trials, it, dqm);
  const int mode = best_mode(it, trials, dqm->lambda_uv_, &score);
  const Trial *best = &trials[mode];
  rd->D += best->D;
  rd->H += VP8FixedCostsUV[mode];
  rd->R += best->R;
  rd->nz |= best->nz << 16;
  rd->score += score;
  rd->mode_uv = mode;
  memcpy(rd->uv_levels, best->levels, sizeof(rd->uv_levels));
  VP8SetIntraUVMode(it, mode);
  for (int block = 0; block < 8; block++) block_store(it->yuv_out_ + U_OFF_ENC + CHROMA_BLOCK[block], best->samples[block]);
  if (it->top_derr_ == NULL) return;
  memcpy(rd->derr, best->derr, sizeof(rd->derr));
  VP8StoreDiffusionErrors(it, rd);
}

#endif
