#include "vp8_modes.h"

#ifdef __wasm_simd128__

static void luma_set(Luma *luma, const VP8EncIterator *it) {
  v128_t texture[4];
  for (int block = 0; block < 16; block++) {
    luma->forward[block] = rows_to_forward(block_load_rows(it->yuv_in_ + Y_OFF_ENC + VP8Scan[block]));
    luma->inverse[block] = forward_to_inverse(luma->forward[block]);
    texture[block & 3] = block_texture(widen(luma->inverse[block]));
    if ((block & 3) == 3) luma->texture[block >> 2] = sums_of(texture[0], texture[1], texture[2], texture[3]);
  }
}

void VP8PickBestModes(VP8EncIterator *it, VP8ModeScore *rd) {
  Luma luma;
  luma_set(&luma, it);
  vp8_pick_intra16(it, &luma, rd);
  vp8_pick_intra4(it, &luma, rd);
  vp8_pick_chroma(it, rd);
}

#endif
