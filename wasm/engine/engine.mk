# Compiles and links engine.wasm. Called by build.sh with TOOLCHAIN, UPSTREAM (patched sources), OBJ and OUT.

MODULE := wasm/engine
# The most that was seen in use is 25 KB (WebP with alpha). The stack lies below the data, so an overflow traps.
STACK_BYTES := 131072

# Link-time optimisation makes WebP encoding 6 to 10% faster and the module 7% smaller.
SPEED := -O3 -flto
include wasm/toolchain.mk

CODE_OF_libjpeg-turbo := -std=gnu11 -w -DNO_GETENV -DNO_PUTENV -DNEON_INTRINSICS -DSIMDE_FLOAT16_API=1
CODE_OF_libwebp := -std=gnu11 -w -DWEBP_USE_SSE2 -DWEBP_USE_SSE41 -DEMSCRIPTEN -DSIMDE_FLOAT16_API=1
# No FREESTANDING: it shall use our malloc, and memcpy as the compiler's own instruction.
CODE_OF_libdeflate := -std=gnu11 -w

# ---- what is compiled ----

JPEG := $(UPSTREAM)/libjpeg-turbo
# The decoder alone; encoding is our own.
JPEG_NAMES := jaricom jcomapi jdapimin jdapistd jdarith jdatasrc jdcoefct jdcolor jdhuff jdicc jdinput jdmainct \
	jdmarker jdmaster jdmerge jdphuff jdpostct jdsample jdtrans jerror jmemmgr jmemnobs \
	jquant1 jquant2 jutils
JPEG_SIMD_NAMES := aarch64/jsimd jdcolor-neon jdmerge-neon jdsample-neon
JPEG_OBJECTS := $(JPEG_NAMES:%=$(OBJ)/libjpeg-turbo/%.o)
JPEG_SIMD_OBJECTS := $(JPEG_SIMD_NAMES:%=$(OBJ)/libjpeg-turbo/simd/arm/%.o)

WEBP := $(UPSTREAM)/libwebp
WEBP_SOURCES := $(sort $(foreach part,dec dsp enc utils,$(wildcard $(WEBP)/src/$(part)/*.c)) $(wildcard $(WEBP)/sharpyuv/*.c))
WEBP_SOURCES := $(filter-out %_mips32.c %_mips_dsp_r2.c %_msa.c %_neon.c,$(WEBP_SOURCES))
WEBP_OBJECTS := $(WEBP_SOURCES:$(UPSTREAM)/%.c=$(OBJ)/%.o)

DEFLATE := $(UPSTREAM)/libdeflate
# zlib's format and raw deflate, no gzip. What it has for CPUs is chosen by macros of x86 and ARM: here its portable C.
DEFLATE_NAMES := adler32 crc32 deflate_compress deflate_decompress utils zlib_compress zlib_decompress
DEFLATE_OBJECTS := $(DEFLATE_NAMES:%=$(OBJ)/libdeflate/lib/%.o)

OWN_SOURCES := $(sort $(wildcard $(MODULE)/src/*.c) $(wildcard $(MODULE)/shim/*.c))
OWN_OBJECTS := $(OWN_SOURCES:$(MODULE)/%.c=$(OBJ)/engine/%.o)

OBJECTS := $(sort $(OWN_OBJECTS) $(JPEG_OBJECTS) $(JPEG_SIMD_OBJECTS) $(WEBP_OBJECTS) $(DEFLATE_OBJECTS))

# ---- how ----

$(JPEG_OBJECTS) $(JPEG_SIMD_OBJECTS): private FLAGS = $(CODE_OF_libjpeg-turbo) -I$(MODULE)/config -I$(JPEG) \
	-I$(JPEG)/simd/arm -I$(MODULE)/shim/neon
$(WEBP_OBJECTS): private FLAGS = $(CODE_OF_libwebp) -I$(WEBP) -I$(WEBP)/src -I$(MODULE)/shim/x86
$(DEFLATE_OBJECTS): private FLAGS = $(CODE_OF_libdeflate) -I$(DEFLATE)
# jconfig.h first of all: the numbers of jerror.h's messages depend on it, in whatever order a file includes them.
$(OWN_OBJECTS): private FLAGS = $(OWN_CODE) -include $(MODULE)/config/jconfig.h -I$(MODULE)/src \
	-isystem $(MODULE)/config -isystem $(JPEG) -isystem $(WEBP) -isystem $(WEBP)/src -isystem $(DEFLATE)

$(filter $(OBJ)/lib%,$(OBJECTS)): $(OBJ)/%.o: $(UPSTREAM)/%.c
	$(compile_object)
$(OWN_OBJECTS): $(OBJ)/engine/%.o: $(MODULE)/%.c
	$(compile_object)

UPSTREAM_NAMES := libjpeg-turbo libwebp libdeflate
include wasm/module.mk
