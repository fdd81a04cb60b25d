#include "vp8_cost.h"

#ifdef __wasm_simd128__
#include <stdlib.h>

#include "src/enc/cost_enc.h"

/*
 * proba->block_costs_ has a row for each type, band and context: the cost of each level up to 67 (from there on it grows by
 * VP8LevelFixedCosts only), of the end of the block, and 0 for what lies behind the end. The fourth context is the first's,
 * at the first coefficient: only there may the block end after a zero (or before all), so a bit says that it does not.
 */
enum { LEVELS = MAX_VARIABLE_LEVEL + 1, END = LEVELS, NOTHING, FIRST = 3 };

_Static_assert(NOTHING < BLOCK_COSTS, "a row has room for the levels, the end, and nothing");

static void set_row(uint16_t *row, const uint16_t *level_costs, int not_end, int end) {
  for (int level = 0; level < LEVELS; level++)
    row[level] = (uint16_t)(level_costs[level] + VP8LevelFixedCosts[level] + not_end);
  row[END] = (uint16_t)end;
  row[NOTHING] = 0;
}

void VP8SetBlockCosts(VP8EncProba *proba) {
  for (int type = 0; type < NUM_TYPES; type++) {
    for (int band = 0; band < NUM_BANDS; band++) {
      /* Without a DC, the first coefficient is in band 1. */
      if (type == I16_AC && band == 0) continue;
      uint16_t(*row)[BLOCK_COSTS] = proba->block_costs_[type][band];
      for (int context = 0; context < NUM_CTX; context++) {
        const int end = VP8BitCost(0, proba->coeffs_[type][band][context][0]);
        set_row(row[context], proba->level_cost_[type][band][context], 0, end);
        if (context == 0)
          set_row(row[FIRST], proba->level_cost_[type][band][0], VP8BitCost(1, proba->coeffs_[type][band][0][0]), end);
      }
    }
  }
}

/* What follows the last level: the end, then nothing. 16 of these bytes, beginning at 15 less the last level's place. */
static const uint8_t AFTER_LAST[31] = {[16] = END,     [17] = NOTHING, [18] = NOTHING, [19] = NOTHING, [20] = NOTHING,
                                       [21] = NOTHING, [22] = NOTHING, [23] = NOTHING, [24] = NOTHING, [25] = NOTHING,
                                       [26] = NOTHING, [27] = NOTHING, [28] = NOTHING, [29] = NOTHING, [30] = NOTHING};

/* The context of the first coefficient, at its place. */
static const uint8_t FIRST_CONTEXT[2][3][16] = {{{FIRST}, {1}, {2}}, {{0, FIRST}, {0, 1}, {0, 2}}};

/* Places in a type's costs, in bytes. */
#define ROW_BYTES (BLOCK_COSTS * 2)
#define BAND(band) ((band) * 4 * ROW_BYTES)

static inline v128_t places(v128_t contexts, v128_t levels, v128_t bands) {
  const v128_t rows = wasm_i16x8_add(wasm_i16x8_mul(contexts, wasm_i16x8_const_splat(ROW_BYTES)), bands);
  return wasm_i16x8_add(rows, wasm_i16x8_shl(levels, 1));
}

static inline int cost_at(const uint16_t *costs, uint32_t place) {
  return *(const uint16_t *)(const void *)((const uint8_t *)costs + place);
}

#define COST_AT(places, lane) cost_at(costs, wasm_u16x8_extract_lane(places, lane))

static inline int costs_at(const uint16_t *costs, v128_t eight) {
  return COST_AT(eight, 0) + COST_AT(eight, 1) + COST_AT(eight, 2) + COST_AT(eight, 3) + COST_AT(eight, 4) + COST_AT(eight, 5) +
         COST_AT(eight, 6) + COST_AT(eight, 7);
}

/* What levels beyond those in the table cost more. */
static int cost_of_large(const int16_t *levels) {
  int cost = 0;
  for (int i = 0; i < 16; i++) {
    const int level = abs(levels[i]);
    if (level > MAX_VARIABLE_LEVEL) cost += VP8LevelFixedCosts[level] - VP8LevelFixedCosts[MAX_VARIABLE_LEVEL];
  }
  return cost;
}

int vp8_cost(const VP8EncProba *proba, int type, int context, v128_t zigzag, const int16_t *levels) {
  const int first = type == I16_AC;
  const uint16_t *costs = proba->block_costs_[type][0][0];
  const uint32_t nonzero = nonzero_mask(zigzag);
  if (nonzero == 0) return proba->block_costs_[type][first][context == 0 ? FIRST : context][END];
  const int last = 31 - __builtin_clz(nonzero);
  const v128_t magnitude = wasm_i8x16_abs(zigzag);
  v128_t level = wasm_u8x16_min(magnitude, wasm_i8x16_const_splat(MAX_VARIABLE_LEVEL));
  v128_t contexts = wasm_u8x16_min(level, wasm_i8x16_const_splat(2)); /* each is the next one's */
  contexts = wasm_i8x16_shuffle(wasm_i8x16_const_splat(0), contexts, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
                                30);
  contexts = wasm_v128_or(contexts, wasm_v128_load(FIRST_CONTEXT[first][context]));
  level = wasm_v128_or(level, wasm_v128_load(AFTER_LAST + 15 - last));
  const v128_t low = places(wasm_u16x8_extend_low_u8x16(contexts), wasm_u16x8_extend_low_u8x16(level),
                            wasm_i16x8_const(BAND(0), BAND(1), BAND(2), BAND(3), BAND(6), BAND(4), BAND(5), BAND(6)));
  int cost = costs_at(costs, low);
  if (last >= 7) {
    const v128_t high = places(wasm_u16x8_extend_high_u8x16(contexts), wasm_u16x8_extend_high_u8x16(level),
                               wasm_i16x8_const(BAND(6), BAND(6), BAND(6), BAND(6), BAND(6), BAND(6), BAND(6), BAND(7)));
    cost += costs_at(costs, high);
  }
  if (wasm_v128_any_true(wasm_u8x16_gt(magnitude, wasm_i8x16_const_splat(MAX_VARIABLE_LEVEL)))) cost += cost_of_large(levels);
  return cost;
}

static const uint8_t ZIGZAG[16] = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};

static int saturated(v128_t zigzag) {
  return wasm_v128_any_true(wasm_u8x16_gt(wasm_i8x16_abs(zigzag), wasm_i8x16_const_splat(126)));
}

void vp8_store_levels(int16_t *out, Halves levels, v128_t zigzag) {
  if (!saturated(zigzag)) {
    wasm_v128_store(out, wasm_i16x8_extend_low_i8x16(zigzag));
    wasm_v128_store(out + 8, wasm_i16x8_extend_high_i8x16(zigzag));
    return;
  }
  int16_t rows[16];
  wasm_v128_store(rows, levels.low);
  wasm_v128_store(rows + 8, levels.high);
  for (int i = 0; i < 16; i++) out[i] = rows[ZIGZAG[i]];
}

#endif
