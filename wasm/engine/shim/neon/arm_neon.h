/* ARM's intrinsics for libjpeg-turbo, translated to WASM's 128-bit SIMD by SIMDe. */
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/arm/neon.h>
