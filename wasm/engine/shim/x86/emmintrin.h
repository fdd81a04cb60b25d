/* SSE2's intrinsics for libwebp, translated to WASM's 128-bit SIMD by SIMDe. */
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/sse2.h>
