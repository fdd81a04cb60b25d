/* libwebp's PickBestIntra4: the best of ten predictions for each 4 × 4 block, unless 16 × 16 is better. */
#include "vp8_modes.h"

#ifdef __wasm_simd128__
#include <string.h>

#include "src/enc/cost_enc.h"
#include "vp8_cost.h"

/* (a + 2 b + c + 2) >> 2 and (a + b + 1) >> 1 of neighbouring bytes. */
static inline v128_t average_of_3(v128_t a, v128_t b, v128_t c) {
  const v128_t odd = wasm_v128_and(wasm_v128_xor(a, c), wasm_i8x16_const_splat(1));
  return wasm_u8x16_avgr(wasm_i8x16_sub(wasm_u8x16_avgr(a, c), odd), b);
}

static inline v128_t shift_1(v128_t a) {
  return wasm_i8x16_shuffle(a, wasm_i8x16_const_splat(0), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
}
static inline v128_t shift_2(v128_t a) {
  return wasm_i8x16_shuffle(a, wasm_i8x16_const_splat(0), 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17);
}
static inline v128_t shift_3(v128_t a) {
  return wasm_i8x16_shuffle(a, wasm_i8x16_const_splat(0), 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18);
}
static inline v128_t shift_4(v128_t a) {
  return wasm_i8x16_shuffle(a, wasm_i8x16_const_splat(0), 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19);
}

/* A prediction in the forward order from a vector's bytes: by (x, y), written row by row. */
#define PREDICT(v, x0y0, x1y0, x2y0, x3y0, x0y1, x1y1, x2y1, x3y1, x0y2, x1y2, x2y2, x3y2, x0y3, x1y3, x2y3, x3y3)              \
  wasm_i8x16_swizzle(v, wasm_u8x16_const(x0y0, x1y0, x0y1, x1y1, x0y3, x1y3, x0y2, x1y2,                                        \
                                         x3y0, x2y0, x3y1, x2y1, x3y3, x2y3, x3y2, x2y2))

static inline v128_t predict_dc(v128_t edge) {
  const v128_t eight = wasm_i8x16_swizzle(edge, wasm_u8x16_const(1, 2, 3, 4, 6, 7, 8, 9, 0, 0, 0, 0, 0, 0, 0, 0));
  v128_t sum = wasm_i32x4_dot_i16x8(wasm_u16x8_extend_low_u8x16(eight), wasm_i16x8_const_splat(1));
  sum = wasm_i32x4_add(sum, wasm_i32x4_shuffle(sum, sum, 2, 3, 0, 1));
  sum = wasm_i32x4_add(sum, wasm_i32x4_shuffle(sum, sum, 1, 0, 3, 2));
  sum = wasm_u32x4_shr(wasm_i32x4_add(sum, wasm_i32x4_const_splat(4)), 3);
  return wasm_i8x16_swizzle(sum, wasm_i8x16_const_splat(0));
}

static inline v128_t predict_true_motion(v128_t edge) {
  const v128_t corner = wasm_u16x8_extend_low_u8x16(wasm_i8x16_swizzle(edge, wasm_i8x16_const_splat(5)));
  const Halves top = widen(PREDICT(edge, 6, 7, 8, 9, 6, 7, 8, 9, 6, 7, 8, 9, 6, 7, 8, 9));
  const v128_t left = wasm_u16x8_extend_low_u8x16(PREDICT(edge, 4, 4, 4, 4, 3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1));
  const v128_t step = wasm_i16x8_sub(left, corner);
  return wasm_u8x16_narrow_i16x8(wasm_i16x8_add(top.low, step), wasm_i16x8_add(top.high, step));
}

/*
 * Section 12.3 of RFC 6386. `samples` are the left neighbours from below, the corner, and 8 above: L K J I X A B C D E F G H.
 * With both ends doubled, all predictions but two are averages of neighbours in that row. What is read behind them does not
 * matter: the iterator's boundary ends up to 3 bytes earlier, and padding follows it.
 */
static inline void predict(v128_t predictions[NUM_BMODES], const uint8_t *samples) {
  const v128_t ends = wasm_u8x16_const(0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 12, 12);
  const v128_t edge = wasm_i8x16_swizzle(wasm_v128_load(samples), ends);
  const v128_t next = shift_1(edge);
  const v128_t two = wasm_u8x16_avgr(edge, next);
  const v128_t three = average_of_3(edge, next, shift_2(edge));
  /* Eight of each: from the first on; from the fourth and the first; from the fourth and the fifth. */
  const v128_t low = unpack_low_64(two, three);
  const v128_t middle = unpack_low_64(shift_3(two), three);
  const v128_t high = unpack_low_64(shift_3(two), shift_4(three));
  predictions[B_DC_PRED] = predict_dc(edge);
  predictions[B_TM_PRED] = predict_true_motion(edge);
  predictions[B_VE_PRED] = PREDICT(three, 5, 6, 7, 8, 5, 6, 7, 8, 5, 6, 7, 8, 5, 6, 7, 8);
  predictions[B_HE_PRED] = PREDICT(three, 3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0);
  predictions[B_RD_PRED] = PREDICT(three, 4, 5, 6, 7, 3, 4, 5, 6, 2, 3, 4, 5, 1, 2, 3, 4);
  predictions[B_VR_PRED] = PREDICT(middle, 2, 3, 4, 5, 12, 13, 14, 15, 11, 2, 3, 4, 10, 12, 13, 14);
  predictions[B_LD_PRED] = PREDICT(three, 6, 7, 8, 9, 7, 8, 9, 10, 8, 9, 10, 11, 9, 10, 11, 12);
  predictions[B_VL_PRED] = PREDICT(high, 3, 4, 5, 6, 10, 11, 12, 13, 4, 5, 6, 14, 11, 12, 13, 15);
  predictions[B_HD_PRED] = PREDICT(low, 4, 12, 13, 14, 3, 11, 4, 12, 2, 10, 3, 11, 1, 9, 2, 10);
  predictions[B_HU_PRED] = PREDICT(low, 3, 10, 2, 9, 2, 9, 1, 8, 1, 8, 0, 0, 0, 0, 0, 0);
}

/* libwebp's GetCostModeI4: the mode's bits depend on those to the left and above. */
static const uint16_t *mode_costs(const VP8EncIterator *it, const uint8_t modes[16]) {
  const int preds_w = it->enc_->preds_w_;
  const int x = it->i4_ & 3, y = it->i4_ >> 2;
  const int left = x == 0 ? it->preds_[y * preds_w - 1] : modes[it->i4_ - 1];
  const int top = y == 0 ? it->preds_[-preds_w + x] : modes[it->i4_ - 4];
  return VP8FixedCostsI4[top][left];
}

/* All that is tried for a block. Step by step for all modes, without a branch between: so they overlap in the processor. */
typedef struct {
  v128_t prediction[NUM_BMODES], zigzag[NUM_BMODES], samples[NUM_BMODES];
  Halves levels[NUM_BMODES];
  int64_t distortion[NUM_BMODES]; /* the squared error, and in the upper half the texture */
  score_t D[NUM_BMODES], SD[NUM_BMODES];
} Trials;

typedef struct {
  int mode;
  score_t R, score;
} Best;

static inline void code_all(Trials *trials, v128_t source, const Quantizer *quantizer) {
  const Halves forward = widen(source);
  for (int mode = 0; mode < NUM_BMODES; mode++) {
    const Halves levels = block_quantize(block_transform(forward, widen(trials->prediction[mode])), quantizer);
    trials->levels[mode] = levels;
    trials->zigzag[mode] = levels_zigzag(levels);
  }
}

static inline void decode_all(Trials *trials, v128_t source, const Quantizer *quantizer) {
  const Halves inverse = widen(source);
  for (int mode = 0; mode < NUM_BMODES; mode++) {
    const Halves in = block_dequantize(trials->levels[mode], quantizer);
    const Halves samples = block_reconstruct(in, forward_to_inverse(trials->prediction[mode]));
    trials->samples[mode] = narrow(samples);
    const v128_t error = block_error(inverse, samples), texture = block_texture(samples);
    const v128_t sums = wasm_i32x4_add(unpack_low_32(error, texture), unpack_high_32(error, texture));
    trials->distortion[mode] = wasm_i64x2_extract_lane(wasm_i32x4_add(sums, wasm_i32x4_shuffle(sums, sums, 2, 3, 0, 1)), 0);
  }
}

static inline void consider(Best *best, int mode, score_t R, score_t score) {
  if (score < best->score || (score == best->score && mode < best->mode)) *best = (Best){mode, R, score};
}

/* The mode with the smallest score; of equal ones the first. What levels cost is only asked where it can matter. */
static inline Best best_mode(VP8EncIterator *it, Trials *trials, int texture, const uint16_t *costs) {
  const VP8SegmentInfo *dqm = &it->enc_->dqm_[it->mb_->segment_];
  const int lambda = dqm->lambda_i4_, tlambda = dqm->tlambda_;
  const int context = it->top_nz_[it->i4_ & 3] + it->left_nz_[it->i4_ >> 2];
  score_t least[NUM_BMODES], likely = MAX_COST;
  int R[NUM_BMODES], candidate = 0;
  for (int mode = 0; mode < NUM_BMODES; mode++) {
    const int64_t both = trials->distortion[mode];
    const int difference = texture - (int)(both >> 32);
    trials->D[mode] = (uint32_t)both;
    trials->SD[mode] = texture_distortion(tlambda, (difference < 0 ? -difference : difference) >> 5);
    const uint32_t nonzero = nonzero_mask(trials->zigzag[mode]);
    /* Blocks with few levels but the DC should not be predicted in complex ways. */
    R[mode] = mode > 0 && __builtin_popcount(nonzero & 0xfffe) <= 3 ? FLATNESS_PENALTY : 0;
    least[mode] = score_of(R[mode] + costs[mode], trials->D[mode] + trials->SD[mode], lambda);
    const score_t expected = least[mode] + (score_t)lambda * __builtin_popcount(nonzero) * TYPICAL_LEVEL_COST;
    if (expected < likely) {
      likely = expected;
      candidate = mode;
    }
  }
  Best best = {NUM_BMODES, 0, MAX_COST};
  for (int i = -1; i < NUM_BMODES; i++) {
    const int mode = i < 0 ? candidate : i;
    if (least[mode] > best.score || i == candidate) continue;
    int16_t levels[16];
    vp8_store_levels(levels, trials->levels[mode], trials->zigzag[mode]);
    const int cost = vp8_cost(&it->enc_->proba_, I4, context, trials->zigzag[mode], levels);
    consider(&best, mode, R[mode] + cost, least[mode] + cost * (score_t)lambda);
  }
  return best;
}

void vp8_pick_intra4(VP8EncIterator *it, const Luma *luma, VP8ModeScore *rd) {
  const VP8Encoder *enc = it->enc_;
  const VP8SegmentInfo *dqm = &enc->dqm_[it->mb_->segment_];
  uint8_t *out = it->yuv_out2_ + Y_OFF_ENC;
  if (enc->max_i4_header_bits_ == 0) return;

  Quantizer quantizer;
  quantizer_set(&quantizer, &dqm->y1_);
  Trials trials;
  int16_t levels[16][16];
  score_t distortion = 0, spectral = 0, rate = 0, header = 211; /* VP8BitCost(0, 145): not 16 × 16 */
  score_t total = header * dqm->lambda_mode_;
  int header_bits = 0;
  uint32_t nz = 0;
  VP8IteratorStartI4(it);
  do {
    const int block = it->i4_;
    const uint16_t *costs = mode_costs(it, rd->modes_i4);
    predict(trials.prediction, it->i4_top_ - 5);
    code_all(&trials, luma->forward[block], &quantizer);
    decode_all(&trials, luma->inverse[block], &quantizer);
    const Best best = best_mode(it, &trials, ((const int32_t *)luma->texture)[block], costs);
    const int mode = best.mode;
    distortion += trials.D[mode];
    spectral += trials.SD[mode];
    rate += best.R;
    header += costs[mode];
    total += score_of(best.R + costs[mode], trials.D[mode] + trials.SD[mode], dqm->lambda_mode_);
    if (total >= rd->score) return;
    header_bits += costs[mode];
    if (header_bits > enc->max_i4_header_bits_) return;
    const int has_levels = wasm_v128_any_true(trials.zigzag[mode]);
    nz |= (uint32_t)has_levels << block;
    block_store(out + VP8Scan[block], trials.samples[mode]);
    vp8_store_levels(levels[block], trials.levels[mode], trials.zigzag[mode]);
    rd->modes_i4[block] = (uint8_t)mode;
    it->top_nz_[block & 3] = it->left_nz_[block >> 2] = has_levels;
  } while (VP8IteratorRotateI4(it, out));

  rd->D = distortion;
  rd->SD = spectral;
  rd->R = rate;
  rd->H = header;
  rd->nz = nz;
  rd->score = total;
  memcpy(rd->y_ac_levels, levels, sizeof(levels));
  VP8SetIntra4Mode(it, rd->modes_i4);
  uint8_t *swap = it->yuv_out_;
  it->yuv_out_ = it->yuv_out2_;
  it->yuv_out2_ = swap;
}

#endif
