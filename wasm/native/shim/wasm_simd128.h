/*
 * WASM's SIMD intrinsics on the machine that the native build runs on, by SIMDe (which lowers them to SSE). The build
 * defines __wasm_simd128__ for our own code, so that it takes its SIMD ways; SIMDe must not see that, or it would look
 * for the real intrinsics.
 */
#ifndef PICTOR_NATIVE_WASM_SIMD128_H
#define PICTOR_NATIVE_WASM_SIMD128_H

#undef __wasm_simd128__
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/wasm/simd128.h>
#define __wasm_simd128__ 1

/* SIMDe has these as shuffles of a vector of their own, which clang refuses for arguments that are not literals. */
#undef wasm_i8x16_const_splat
#undef wasm_i16x8_const_splat
#undef wasm_i32x4_const_splat
#undef wasm_u8x16_const_splat
#undef wasm_u16x8_const_splat
#undef wasm_u32x4_const_splat
#define wasm_i8x16_const_splat(x) wasm_i8x16_splat((int8_t)(x))
#define wasm_i16x8_const_splat(x) wasm_i16x8_splat((int16_t)(x))
#define wasm_i32x4_const_splat(x) wasm_i32x4_splat((int32_t)(x))
#define wasm_u8x16_const_splat(x) wasm_i8x16_splat((int8_t)(x))
#define wasm_u16x8_const_splat(x) wasm_i16x8_splat((int16_t)(x))
#define wasm_u32x4_const_splat(x) wasm_i32x4_splat((int32_t)(x))

#endif
