/* libwebp's PickBestUV: the best of four predictions for a macroblock's chroma. */
#include "vp8_modes.h"

#ifdef __wasm_simd128__
#include <string.h>

#include "src/enc/cost_enc.h"
#include "vp8_cost.h"
#include "vp8_edges.h"

typedef struct {
  VP8ModeScore rd;
  v128_t samples[8], zigzag[8];
} Trial;

static void try_mode(Trial *trial, const VP8EncIterator *it, const v128_t source[8], const Edges edges[2], const Quantizer *quantizer,
                     int mode) {
  const VP8SegmentInfo *dqm = &it->enc_->dqm_[it->mb_->segment_];
  int16_t coefficients[8][16];
  for (int block = 0; block < 8; block++) {
    const Halves out = block_transform(widen(source[block]), widen(predict_chroma(edges, mode, block)));
    wasm_v128_store(coefficients[block], out.low);
    wasm_v128_store(coefficients[block] + 8, out.high);
  }
  if (it->top_derr_ != NULL) VP8CorrectDCValues(it, &dqm->uv_, coefficients, &trial->rd);

  v128_t error = wasm_i32x4_const_splat(0);
  uint32_t nz = 0;
  int levels_but_dc = 0;
  for (int block = 0; block < 8; block++) {
    const Halves in = {wasm_v128_load(coefficients[block]), wasm_v128_load(coefficients[block] + 8)};
    const Halves levels = block_quantize(in, quantizer);
    const v128_t zigzag = levels_zigzag(levels);
    const uint32_t nonzero = nonzero_mask(zigzag);
    trial->zigzag[block] = zigzag;
    nz |= (uint32_t)(nonzero != 0) << block;
    levels_but_dc += __builtin_popcount(nonzero & 0xfffe);
    vp8_store_levels(trial->rd.uv_levels[block], levels, zigzag);
    const v128_t prediction = forward_to_inverse(predict_chroma(edges, mode, block));
    const Halves samples = block_reconstruct(block_dequantize(levels, quantizer), prediction);
    trial->samples[block] = narrow(samples);
    error = wasm_i32x4_add(error, block_error(widen(forward_to_inverse(source[block])), samples));
  }
  trial->rd.mode_uv = mode;
  trial->rd.nz = nz << 16;
  trial->rd.D = sum_of(error);
  trial->rd.SD = 0; /* texture would flatten areas */
  trial->rd.H = VP8FixedCostsUV[mode];
  trial->rd.R = mode > 0 && levels_but_dc <= 2 ? FLATNESS_PENALTY * 8 : 0;
}

/* libwebp's VP8GetCostUV */
static int cost_of(VP8EncIterator *it, const Trial *trial) {
  int cost = 0;
  VP8IteratorNzToBytes(it);
  for (int block = 0; block < 8; block++) {
    const int plane = 4 + (block >> 2) * 2;
    int *above = &it->top_nz_[plane + (block & 1)], *left = &it->left_nz_[plane + (block >> 1 & 1)];
    cost += vp8_cost(&it->enc_->proba_, CHROMA, *above + *left, trial->zigzag[block], trial->rd.uv_levels[block]);
    *above = *left = (int)(trial->rd.nz >> (16 + block) & 1);
  }
  return cost;
}

void vp8_pick_chroma(VP8EncIterator *it, VP8ModeScore *rd) {
  const VP8SegmentInfo *dqm = &it->enc_->dqm_[it->mb_->segment_];
  const int lambda = dqm->lambda_uv_;
  Quantizer quantizer;
  Edges edges[2];
  v128_t source[8];
  Trial trials[2], *best = &trials[0], *trial = &trials[1];
  quantizer_set(&quantizer, &dqm->uv_);
  chroma_edges(edges, it);
  for (int block = 0; block < 8; block++)
    source[block] = rows_to_forward(block_load_rows(it->yuv_in_ + U_OFF_ENC + CHROMA_BLOCK[block]));
  best->rd.score = MAX_COST;
  for (int mode = 0; mode < NUM_PRED_MODES; mode++) {
    try_mode(trial, it, source, edges, &quantizer, mode);
    if (score_of(&trial->rd, lambda) >= best->rd.score) continue;
    trial->rd.R += cost_of(it, trial);
    trial->rd.score = score_of(&trial->rd, lambda);
    if (trial->rd.score >= best->rd.score) continue;
    Trial *swap = best;
    best = trial;
    trial = swap;
  }
  rd->D += best->rd.D;
  rd->H += best->rd.H;
  rd->R += best->rd.R;
  rd->nz |= best->rd.nz;
  rd->score += best->rd.score;
  rd->mode_uv = best->rd.mode_uv;
  memcpy(rd->uv_levels, best->rd.uv_levels, sizeof(rd->uv_levels));
  VP8SetIntraUVMode(it, rd->mode_uv);
  for (int block = 0; block < 8; block++) block_store(it->yuv_out_ + U_OFF_ENC + CHROMA_BLOCK[block], best->samples[block]);
  if (it->top_derr_ == NULL) return;
  memcpy(rd->derr, best->rd.derr, sizeof(rd->derr));
  VP8StoreDiffusionErrors(it, rd);
}

#endif
