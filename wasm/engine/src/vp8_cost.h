/* What the levels of a block cost in VP8's bits: libwebp's VP8GetResidualCost, with all of a block's costs looked up at once. */
#ifndef PICTOR_VP8_COST_H
#define PICTOR_VP8_COST_H

#ifdef __wasm_simd128__
#include "vp8_block.h"

/* Types of coefficients, as in libwebp's quant_enc.c. */
enum { I16_AC = 0, I16_DC = 1, CHROMA = 2, I4 = 3 };

/* `context`: how many of the two neighbours have levels. Reads `levels` only where some do not fit the bytes of `zigzag`. */
int vp8_cost(const VP8EncProba *proba, int type, int context, v128_t zigzag, const int16_t *levels);

/* Stores levels in zigzag order. */
void vp8_store_levels(int16_t *out, Halves levels, v128_t zigzag);

#endif
#endif
