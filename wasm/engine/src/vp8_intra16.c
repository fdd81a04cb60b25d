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
  VP8ModeScore rd;
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
  uint32_t nz = (uint32_t)quantize_dc(coefficients, dc, trial->rd.y_dc_levels, &dqm->y2_) << 24;
  v128_t error = wasm_i32x4_const_splat(0), difference = error, texture[4];
  for (int block = 0; block < 16; block++) {
    Halves in = {wasm_i16x8_replace_lane(wasm_v128_load(coefficients[block]), 0, 0), wasm_v128_load(coefficients[block] + 8)};
    const Halves levels = block_quantize(in, quantizer);
    const v128_t zigzag = levels_zigzag(levels);
    trial->zigzag[block] = zigzag;
    nz |= (uint32_t)wasm_v128_any_true(zigzag) << block;
    vp8_store_levels(trial->rd.y_ac_levels[block], levels, zigzag);
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
  trial->rd.mode_i16 = mode;
  trial->rd.nz = nz;
  trial->rd.D = sum_of(error);
  trial->rd.SD = texture_distortion(dqm->tlambda_, sum_of(difference));
  trial->rd.H = VP8FixedCostsI16[mode];
  trial->rd.R = 0;
}

/* libwebp's VP8GetCostLuma16 */
static int cost_of(VP8EncIterator *it, const Trial *trial) {
  const VP8EncProba *proba = &it->enc_->proba_;
  VP8IteratorNzToBytes(it);
  const int16_t *dc = trial->rd.y_dc_levels;
  const v128_t dc_bytes = wasm_i8x16_narrow_i16x8(wasm_v128_load(dc), wasm_v128_load(dc + 8));
  int cost = vp8_cost(proba, I16_DC, it->top_nz_[8] + it->left_nz_[8], dc_bytes, dc);
  for (int block = 0; block < 16; block++) {
    int *above = &it->top_nz_[block & 3], *left = &it->left_nz_[block >> 2];
    cost += vp8_cost(proba, I16_AC, *above + *left, trial->zigzag[block], trial->rd.y_ac_levels[block]);
    *above = *left = (int)(trial->rd.nz >> block & 1);
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

void vp8_pick_intra16(VP8EncIterator *it, const Luma *luma, VP8ModeScore *rd) {
  VP8SegmentInfo *dqm = &it->enc_->dqm_[it->mb_->segment_];
  const int lambda = dqm->lambda_i16_;
  Quantizer quantizer;
  Edges edges;
  Trial trials[2], *best = &trials[0], *trial = &trials[1];
  quantizer_set(&quantizer, &dqm->y1_);
  luma_edges(&edges, it);
  int flat = IsFlatSource16(it->yuv_in_ + Y_OFF_ENC);
  best->rd.score = MAX_COST;
  for (int mode = 0; mode < NUM_PRED_MODES; mode++) {
    try_mode(trial, luma, &edges, dqm, &quantizer, mode);
    /* A flat source that needs no levels: distortion shows. */
    flat = flat && (trial->rd.nz & 0xffff) == 0;
    if (flat) {
      trial->rd.D *= 2;
      trial->rd.SD *= 2;
    }
    if (score_of(&trial->rd, lambda) >= best->rd.score) continue;
    trial->rd.R = cost_of(it, trial);
    trial->rd.score = score_of(&trial->rd, lambda);
    if (trial->rd.score >= best->rd.score) continue;
    Trial *swap = best;
    best = trial;
    trial = swap;
  }
  rd->D = best->rd.D;
  rd->SD = best->rd.SD;
  rd->H = best->rd.H;
  rd->R = best->rd.R;
  rd->nz = best->rd.nz;
  rd->mode_i16 = best->rd.mode_i16;
  memcpy(rd->y_dc_levels, best->rd.y_dc_levels, sizeof(rd->y_dc_levels));
  memcpy(rd->y_ac_levels, best->rd.y_ac_levels, sizeof(rd->y_ac_levels));
  for (int block = 0; block < 16; block++) block_store(it->yuv_out_ + Y_OFF_ENC + VP8Scan[block], best->samples[block]);
  rd->score = score_of(rd, dqm->lambda_mode_);
  VP8SetIntra16Mode(it, rd->mode_i16);
  note_edges(dqm, rd);
}

#endif
