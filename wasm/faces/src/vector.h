/* Four floats at once: WASM's SIMD, or the same in plain C. */
#ifndef PICTOR_FACES_VECTOR_H
#define PICTOR_FACES_VECTOR_H

#ifdef __wasm_simd128__

#include <wasm_simd128.h>

typedef v128_t vec4;

static inline vec4 vec4_load(const float *from) { return wasm_v128_load(from); }
static inline void vec4_store(float *to, vec4 value) { wasm_v128_store(to, value); }
static inline vec4 vec4_all(float value) { return wasm_f32x4_splat(value); }
static inline vec4 vec4_add(vec4 a, vec4 b) { return wasm_f32x4_add(a, b); }
static inline vec4 vec4_times_plus(vec4 a, vec4 b, vec4 sum) { return wasm_f32x4_add(sum, wasm_f32x4_mul(a, b)); }
static inline vec4 vec4_most(vec4 a, vec4 b) { return wasm_f32x4_pmax(a, b); }

#else

typedef struct {
  float of[4];
} vec4;

#define EACH_OF_VEC4(value)                 \
  vec4 result;                              \
  for (int i = 0; i < 4; i++) result.of[i] = (value); \
  return result

static inline vec4 vec4_load(const float *from) { EACH_OF_VEC4(from[i]); }
static inline void vec4_store(float *to, vec4 value) {
  for (int i = 0; i < 4; i++) to[i] = value.of[i];
}
static inline vec4 vec4_all(float value) { EACH_OF_VEC4(value); }
static inline vec4 vec4_add(vec4 a, vec4 b) { EACH_OF_VEC4(a.of[i] + b.of[i]); }
static inline vec4 vec4_times_plus(vec4 a, vec4 b, vec4 sum) { EACH_OF_VEC4(sum.of[i] + a.of[i] * b.of[i]); }
static inline vec4 vec4_most(vec4 a, vec4 b) { EACH_OF_VEC4(a.of[i] > b.of[i] ? a.of[i] : b.of[i]); }

#endif
#endif
