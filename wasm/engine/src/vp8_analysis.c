/* libwebp's VP8CollectHistogram for a mode of a macroblock: how its coefficients are distributed. */
#include "vp8_edges.h"

#ifdef __wasm_simd128__

/* Magnitudes / 8, at most 31, of a block's coefficients. */
static inline v128_t bins_of(v128_t source, v128_t prediction) {
  const Halves out = block_transform(widen(source), widen(prediction));
  const v128_t low = wasm_i16x8_shr(wasm_i16x8_abs(out.low), 3), high = wasm_i16x8_shr(wasm_i16x8_abs(out.high), 3);
  return wasm_u8x16_min(wasm_u8x16_narrow_i16x8(low, high), wasm_i8x16_const_splat(MAX_COEFF_THRESH));
}

static int largest(const v128_t *bins, int blocks) {
  v128_t all = bins[0];
  for (int i = 1; i < blocks; i++) all = wasm_u8x16_max(all, bins[i]);
  uint8_t bytes[16];
  wasm_v128_store(bytes, all);
  int bin = 0;
  for (int i = 0; i < 16; i++) bin = bytes[i] > bin ? bytes[i] : bin;
  return bin;
}

static int count_of(const v128_t *bins, int blocks, int bin) {
  const v128_t wanted = wasm_u8x16_splat((uint8_t)bin);
  v128_t count = wasm_i8x16_const_splat(0);
  for (int i = 0; i < blocks; i++) count = wasm_i8x16_sub(count, wasm_i8x16_eq(bins[i], wanted));
  return sum_of(wasm_u32x4_extadd_pairwise_u16x8(wasm_u16x8_extadd_pairwise_u8x16(count)));
}

/* The fullest bin is among the first, nearly always: stops once the rest cannot fill another as much. */
static void set_histogram(VP8Histogram *histogram, const v128_t *bins, int blocks) {
  const int last = largest(bins, blocks);
  int fullest = 0;
  for (int bin = 0, rest = blocks * 16; bin <= last && rest > fullest; bin++) {
    const int count = count_of(bins, blocks, bin);
    if (count > fullest) fullest = count;
    rest -= count;
  }
  histogram->max_value = fullest;
  histogram->last_non_zero = last;
}

void VP8LumaHistograms(const VP8EncIterator *it, VP8Histogram *histograms, int modes) {
  v128_t source[16], bins[16];
  Edges edges;
  luma_edges(&edges, it);
  for (int block = 0; block < 16; block++)
    source[block] = rows_to_forward(block_load_rows(it->yuv_in_ + Y_OFF_ENC + VP8Scan[block]));
  for (int mode = 0; mode < modes; mode++) {
    for (int block = 0; block < 16; block++) bins[block] = bins_of(source[block], predict_luma(&edges, mode, block));
    set_histogram(&histograms[mode], bins, 16);
  }
}

void VP8ChromaHistograms(const VP8EncIterator *it, VP8Histogram *histograms, int modes) {
  v128_t source[8], bins[8];
  Edges edges[2];
  chroma_edges(edges, it);
  for (int block = 0; block < 8; block++)
    source[block] = rows_to_forward(block_load_rows(it->yuv_in_ + U_OFF_ENC + CHROMA_BLOCK[block]));
  for (int mode = 0; mode < modes; mode++) {
    for (int block = 0; block < 8; block++) bins[block] = bins_of(source[block], predict_chroma(edges, mode, block));
    set_histogram(&histograms[mode], bins, 8);
  }
}

#endif
