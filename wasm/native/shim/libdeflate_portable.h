/* libdeflate as WASM has it: its portable C, without what it has for x86. Included before its own files. */
#include "lib/lib_common.h"
#undef ARCH_X86_64
