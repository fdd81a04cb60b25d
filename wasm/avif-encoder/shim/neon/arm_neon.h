/*
 * ARM's intrinsics for libaom, translated to WASM's 128-bit SIMD by SIMDe, but for what SIMDe 0.8.2 writes lane by lane,
 * or clang compiles so, and libaom uses in hot places: 14% of the encoder's CPU time. The same results.
 *
 * Shifts by a vector are the exception: libaom only ever shifts all lanes by the same count, so here the first lane's
 * counts for all.
 */
#ifndef PICTOR_AVIF_ENCODER_ARM_NEON_H
#define PICTOR_AVIF_ENCODER_ARM_NEON_H

#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/arm/neon.h>
#include <wasm_simd128.h>

#define PICTOR_NEON static inline __attribute__((always_inline, unused))

/* ---- shifts: to the left by a positive count, to the right by a negative one, maybe rounding ---- */

#define PICTOR_SHIFT(name, shape, lane, shift_right)                                                      \
  PICTOR_NEON v128_t pictor_##name(v128_t value, v128_t counts) {                                         \
    const int count = lane(counts, 0);                                                                    \
    return count >= 0 ? wasm_##shape##_shl(value, (uint32_t)count) : shift_right(value, (uint32_t)-count); \
  }
/* The bit below the last one that stays, once more. Counts are at most the lane's bits less one. */
#define PICTOR_ROUNDING_SHIFT(name, shape, lane, shift_right)                                     \
  PICTOR_NEON v128_t pictor_##name(v128_t value, v128_t counts) {                                 \
    const int count = lane(counts, 0);                                                            \
    if (count >= 0) return wasm_##shape##_shl(value, (uint32_t)count);                            \
    const v128_t half = wasm_v128_and(shift_right(value, (uint32_t)-count - 1), wasm_##shape##_const_splat(1)); \
    return wasm_##shape##_add(shift_right(value, (uint32_t)-count), half);                        \
  }

PICTOR_SHIFT(vshlq_s16, i16x8, wasm_i16x8_extract_lane, wasm_i16x8_shr)
PICTOR_SHIFT(vshlq_u16, i16x8, wasm_i16x8_extract_lane, wasm_u16x8_shr)
PICTOR_ROUNDING_SHIFT(vrshlq_s16, i16x8, wasm_i16x8_extract_lane, wasm_i16x8_shr)
PICTOR_ROUNDING_SHIFT(vrshlq_s32, i32x4, wasm_i32x4_extract_lane, wasm_i32x4_shr)

#undef vshlq_s16
#undef vshlq_u16
#undef vrshlq_s16
#undef vrshlq_s32
#define vshlq_s16(value, counts) pictor_vshlq_s16(value, counts)
#define vshlq_u16(value, counts) pictor_vshlq_u16(value, counts)
#define vrshlq_s16(value, counts) pictor_vrshlq_s16(value, counts)
#define vrshlq_s32(value, counts) pictor_vrshlq_s32(value, counts)

/* ---- transposition: eight shuffles of clang's instead of one ---- */

PICTOR_NEON v128_t pictor_trn1_8(v128_t a, v128_t b) {
  return wasm_i8x16_shuffle(a, b, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30);
}
PICTOR_NEON v128_t pictor_trn2_8(v128_t a, v128_t b) {
  return wasm_i8x16_shuffle(a, b, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
}
PICTOR_NEON v128_t pictor_trn1_16(v128_t a, v128_t b) { return wasm_i16x8_shuffle(a, b, 0, 8, 2, 10, 4, 12, 6, 14); }
PICTOR_NEON v128_t pictor_trn2_16(v128_t a, v128_t b) { return wasm_i16x8_shuffle(a, b, 1, 9, 3, 11, 5, 13, 7, 15); }
PICTOR_NEON v128_t pictor_trn1_32(v128_t a, v128_t b) { return wasm_i32x4_shuffle(a, b, 0, 4, 2, 6); }
PICTOR_NEON v128_t pictor_trn2_32(v128_t a, v128_t b) { return wasm_i32x4_shuffle(a, b, 1, 5, 3, 7); }
PICTOR_NEON v128_t pictor_trn1_64(v128_t a, v128_t b) { return wasm_i64x2_shuffle(a, b, 0, 2); }
PICTOR_NEON v128_t pictor_trn2_64(v128_t a, v128_t b) { return wasm_i64x2_shuffle(a, b, 1, 3); }

#define PICTOR_TRANSPOSE(type, bits, pair)                                   \
  PICTOR_NEON pair pictor_vtrnq_##type(v128_t a, v128_t b) {                 \
    const pair both = {{pictor_trn1_##bits(a, b), pictor_trn2_##bits(a, b)}}; \
    return both;                                                             \
  }
PICTOR_TRANSPOSE(u8, 8, simde_uint8x16x2_t)
PICTOR_TRANSPOSE(s16, 16, simde_int16x8x2_t)
PICTOR_TRANSPOSE(u16, 16, simde_uint16x8x2_t)
PICTOR_TRANSPOSE(s32, 32, simde_int32x4x2_t)
PICTOR_TRANSPOSE(u32, 32, simde_uint32x4x2_t)

/* Vectors of 64 bits are clang's own. */
#define PICTOR_TRANSPOSE_HALF(type, pair, vector, odd, even)                                                   \
  PICTOR_NEON pair pictor_vtrn_##type(vector a, vector b) {                                                    \
    const pair both = {{__builtin_shufflevector(a, b, PICTOR_LANES even), __builtin_shufflevector(a, b, PICTOR_LANES odd)}}; \
    return both;                                                                                               \
  }
#define PICTOR_LANES(...) __VA_ARGS__
PICTOR_TRANSPOSE_HALF(u8, simde_uint8x8x2_t, simde_uint8x8_t, (1, 9, 3, 11, 5, 13, 7, 15), (0, 8, 2, 10, 4, 12, 6, 14))
PICTOR_TRANSPOSE_HALF(s16, simde_int16x4x2_t, simde_int16x4_t, (1, 5, 3, 7), (0, 4, 2, 6))
PICTOR_TRANSPOSE_HALF(u16, simde_uint16x4x2_t, simde_uint16x4_t, (1, 5, 3, 7), (0, 4, 2, 6))
PICTOR_TRANSPOSE_HALF(s32, simde_int32x2x2_t, simde_int32x2_t, (1, 3), (0, 2))
PICTOR_TRANSPOSE_HALF(u32, simde_uint32x2x2_t, simde_uint32x2_t, (1, 3), (0, 2))

#undef vtrnq_u8
#undef vtrnq_s16
#undef vtrnq_u16
#undef vtrnq_s32
#undef vtrnq_u32
#undef vtrn_u8
#undef vtrn_s16
#undef vtrn_u16
#undef vtrn_s32
#undef vtrn_u32
#undef vtrn1q_s64
#undef vtrn2q_s64
#undef vtrn1q_u64
#undef vtrn2q_u64
#define vtrnq_u8(a, b) pictor_vtrnq_u8(a, b)
#define vtrnq_s16(a, b) pictor_vtrnq_s16(a, b)
#define vtrnq_u16(a, b) pictor_vtrnq_u16(a, b)
#define vtrnq_s32(a, b) pictor_vtrnq_s32(a, b)
#define vtrnq_u32(a, b) pictor_vtrnq_u32(a, b)
#define vtrn_u8(a, b) pictor_vtrn_u8(a, b)
#define vtrn_s16(a, b) pictor_vtrn_s16(a, b)
#define vtrn_u16(a, b) pictor_vtrn_u16(a, b)
#define vtrn_s32(a, b) pictor_vtrn_s32(a, b)
#define vtrn_u32(a, b) pictor_vtrn_u32(a, b)
#define vtrn1q_s64(a, b) pictor_trn1_64(a, b)
#define vtrn2q_s64(a, b) pictor_trn2_64(a, b)
#define vtrn1q_u64(a, b) pictor_trn1_64(a, b)
#define vtrn2q_u64(a, b) pictor_trn2_64(a, b)

/* ---- arithmetic ---- */

/* The high half of the doubled product: -32768 squared alone is saturated, by the narrowing. */
PICTOR_NEON v128_t pictor_vqdmulhq_s16(v128_t a, v128_t b) {
  return wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(wasm_i32x4_extmul_low_i16x8(a, b), 15),
                                 wasm_i32x4_shr(wasm_i32x4_extmul_high_i16x8(a, b), 15));
}
/* floor((a - b) / 2) without a wider type: the rounded average of a and of -1 - b, both moved to be unsigned. */
PICTOR_NEON v128_t pictor_vhsubq_s16(v128_t a, v128_t b) {
  const v128_t sign = wasm_i16x8_const_splat(-32768);
  return wasm_v128_xor(wasm_u16x8_avgr(wasm_v128_xor(a, sign), wasm_v128_not(wasm_v128_xor(b, sign))), sign);
}
#undef vqdmulhq_s16
#undef vhsubq_s16
#define vqdmulhq_s16(a, b) pictor_vqdmulhq_s16(a, b)
#define vhsubq_s16(a, b) pictor_vhsubq_s16(a, b)

/* Vectors of 64 bits, as the lower half of whole ones. */
#define PICTOR_HALVES(name, whole, half, lanes, twice, operation)                                             \
  PICTOR_NEON half pictor_##name(half a, half b) {                                                            \
    const whole both = (whole)operation((v128_t)__builtin_shufflevector(a, a, PICTOR_LANES lanes, PICTOR_LANES twice), \
                                        (v128_t)__builtin_shufflevector(b, b, PICTOR_LANES lanes, PICTOR_LANES twice)); \
    return __builtin_shufflevector(both, both, PICTOR_LANES lanes);                                           \
  }
typedef int8_t PictorBytes __attribute__((vector_size(16)));
typedef int16_t PictorShorts __attribute__((vector_size(16)));
PICTOR_HALVES(vqadd_s8, PictorBytes, simde_int8x8_t, (0, 1, 2, 3, 4, 5, 6, 7), (0, 1, 2, 3, 4, 5, 6, 7), wasm_i8x16_add_sat)
PICTOR_HALVES(vqsub_s8, PictorBytes, simde_int8x8_t, (0, 1, 2, 3, 4, 5, 6, 7), (0, 1, 2, 3, 4, 5, 6, 7), wasm_i8x16_sub_sat)
PICTOR_HALVES(vqadd_s16, PictorShorts, simde_int16x4_t, (0, 1, 2, 3), (0, 1, 2, 3), wasm_i16x8_add_sat)
PICTOR_HALVES(vqsub_s16, PictorShorts, simde_int16x4_t, (0, 1, 2, 3), (0, 1, 2, 3), wasm_i16x8_sub_sat)
#undef vqadd_s8
#undef vqsub_s8
#undef vqadd_s16
#undef vqsub_s16
#define vqadd_s8(a, b) pictor_vqadd_s8(a, b)
#define vqsub_s8(a, b) pictor_vqsub_s8(a, b)
#define vqadd_s16(a, b) pictor_vqadd_s16(a, b)
#define vqsub_s16(a, b) pictor_vqsub_s16(a, b)

/* Two tables of 16: what is beyond one is 0 there. */
PICTOR_NEON simde_uint8x8_t pictor_vqtbl2_u8(simde_uint8x16x2_t table, simde_uint8x8_t index) {
  typedef uint8_t Whole __attribute__((vector_size(16)));
  const Whole wide = __builtin_shufflevector(index, index, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7);
  const v128_t low = wasm_i8x16_swizzle(table.val[0], (v128_t)wide);
  const v128_t high = wasm_i8x16_swizzle(table.val[1], wasm_i8x16_sub((v128_t)wide, wasm_i8x16_const_splat(16)));
  const Whole found = (Whole)wasm_v128_or(low, high);
  return __builtin_shufflevector(found, found, 0, 1, 2, 3, 4, 5, 6, 7);
}
#undef vqtbl2_u8
#define vqtbl2_u8(table, index) pictor_vqtbl2_u8(table, index)

/* ---- all lanes together ---- */

PICTOR_NEON v128_t pictor_upper(v128_t a) { return wasm_i64x2_shuffle(a, a, 1, 0); }
PICTOR_NEON v128_t pictor_second(v128_t a) { return wasm_i32x4_shuffle(a, a, 1, 0, 2, 3); }
PICTOR_NEON v128_t pictor_sum_32(v128_t a) {
  const v128_t pairs = wasm_i32x4_add(a, pictor_upper(a));
  return wasm_i32x4_add(pairs, pictor_second(pairs));
}
PICTOR_NEON int32_t pictor_vaddvq_s32(v128_t a) { return wasm_i32x4_extract_lane(pictor_sum_32(a), 0); }
PICTOR_NEON uint32_t pictor_vaddvq_u32(v128_t a) { return (uint32_t)pictor_vaddvq_s32(a); }
PICTOR_NEON int32_t pictor_vaddlvq_s16(v128_t a) { return pictor_vaddvq_s32(wasm_i32x4_extadd_pairwise_i16x8(a)); }
PICTOR_NEON uint32_t pictor_vaddlvq_u16(v128_t a) { return pictor_vaddvq_u32(wasm_u32x4_extadd_pairwise_u16x8(a)); }
PICTOR_NEON uint16_t pictor_vaddvq_u16(v128_t a) { return (uint16_t)pictor_vaddlvq_u16(a); }
PICTOR_NEON int16_t pictor_vmaxvq_s16(v128_t a) {
  const v128_t four = wasm_i16x8_max(a, pictor_upper(a));
  const v128_t two = wasm_i16x8_max(four, pictor_second(four));
  return wasm_i16x8_extract_lane(wasm_i16x8_max(two, wasm_i16x8_shuffle(two, two, 1, 0, 2, 3, 4, 5, 6, 7)), 0);
}
PICTOR_NEON uint32_t pictor_vmaxvq_u32(v128_t a) {
  const v128_t two = wasm_u32x4_max(a, pictor_upper(a));
  return (uint32_t)wasm_i32x4_extract_lane(wasm_u32x4_max(two, pictor_second(two)), 0);
}

#undef vaddvq_s32
#undef vaddvq_u32
#undef vaddlvq_s16
#undef vaddlvq_u16
#undef vaddvq_u16
#undef vmaxvq_s16
#undef vmaxvq_u32
#define vaddvq_s32(a) pictor_vaddvq_s32(a)
#define vaddvq_u32(a) pictor_vaddvq_u32(a)
#define vaddlvq_s16(a) pictor_vaddlvq_s16(a)
#define vaddlvq_u16(a) pictor_vaddlvq_u16(a)
#define vaddvq_u16(a) pictor_vaddvq_u16(a)
#define vmaxvq_s16(a) pictor_vmaxvq_s16(a)
#define vmaxvq_u32(a) pictor_vmaxvq_u32(a)

#endif
