/* SSE2's intrinsics for libwebp, translated to WASM's 128-bit SIMD by SIMDe; x86 has its own (wasm/native). */
#ifdef __wasm__
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/sse2.h>
#else
#include_next <emmintrin.h>
#endif
