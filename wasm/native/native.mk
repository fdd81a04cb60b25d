# Builds a module for the machine at hand, with sanitizers, and what drives it. What is compiled is what the module's own
# makefile says; only how differs, so that a library that comes to a module comes here, too. Called by fuzz.sh with
# TOOLCHAIN, RUNTIME (clang's resource directory, with the sanitizers), UPSTREAM (patched sources), OBJ, and:
#
#   FUZZ      engine or avif-decoder
#   WAYS      simd     our SIMD ways and libwebp's, translated to SSE by SIMDe or by themselves
#             scalar   the ways that are compiled where there is no SIMD
#   SANITIZE  address  AddressSanitizer and UndefinedBehaviorSanitizer
#             memory   MemorySanitizer: reads of what was never written
#   COVERAGE  1        for libFuzzer

NATIVE := wasm/native

# libFuzzer's targets, by the format of the source (format.h), and how a case of them is run.
FUZZED_engine := jpeg webp png gif raw
FUZZED_avif-decoder := av1
FUZZED := $(FUZZED_$(FUZZ))
CASE_engine := case_engine engine_run draw facts raw
CASE_avif-decoder := case_av1

# ---- checks ----

# Both kinds end the program at the first finding.
CHECKS_address := -fsanitize=address,undefined,float-divide-by-zero,float-cast-overflow -fno-sanitize-recover=all
CHECKS_memory := -fsanitize=memory -fsanitize-memory-track-origins -fno-sanitize-recover=all
CHECKS := $(CHECKS_$(SANITIZE)) -fno-omit-frame-pointer $(if $(COVERAGE),-fsanitize=fuzzer-no-link)
# What is not checked, and why; all else is, in upstream's code as in ours.
ifeq ($(SANITIZE),address)
# Negative coefficients are shifted left (undefined before C23, the same instruction everywhere), and methods are called
# by pointers of slightly other types.
JPEG_UNCHECKED := -fno-sanitize=shift-base,function
endif

# ---- how ----

override CODE := --target=x86_64-linux-gnu -O1 -g1 -DNDEBUG -fno-strict-aliasing -ffunction-sections $(if $(filter simd,$(WAYS)),-msse4.1) $(CHECKS) \
	-include $(NATIVE)/src/heap.h
# WASI's headers lie in a directory of their own; in this one are SIMDe's alone.
override LIBRARIES := -resource-dir=$(RUNTIME) -isystem $(RUNTIME)/sanitizers -isystem $(TOOLCHAIN)/usr/include
WEBP_SIMD := -DHAVE_CONFIG_H -I$(NATIVE)/shim/scalar
ifeq ($(WAYS),simd)
OWN_SIMD := -I$(NATIVE)/shim -include $(NATIVE)/shim/wasm_simd128.h
WEBP_SIMD := -DWEBP_USE_SSE2 -DWEBP_USE_SSE41 $(OWN_SIMD)
DAV1D_SIMD := $(OWN_SIMD)
endif
# A library's flags are engine.mk's where nothing is said of them here.
override CODE_OF_libjpeg-turbo := -std=gnu11 -w -DNO_GETENV -DNO_PUTENV -DNEON_INTRINSICS -DSIMDE_FLOAT16_API=1 $(JPEG_UNCHECKED)
override CODE_OF_libwebp := -std=gnu11 -w -DEMSCRIPTEN -DSIMDE_FLOAT16_API=1 $(WEBP_SIMD)
override CODE_OF_libdeflate := -std=gnu11 -w -include $(NATIVE)/shim/libdeflate_portable.h
override CODE_OF_dav1d := -std=gnu11 -w -D_GNU_SOURCE $(DAV1D_SIMD) $(DAV1D_UNCHECKED)
override OWN_CODE := -std=gnu11 -Wall -Wextra -Werror -Wno-unknown-attributes $(OWN_SIMD)

.DEFAULT_GOAL := corpus
include wasm/$(FUZZ)/$(FUZZ).mk

# ---- what drives it ----

# The order matters to statics.h. WASM's own sbrk is not for here.
MODULE_OBJECTS := $(filter-out %/shim/sbrk.o,$(OBJECTS))
DRIVER_NAMES := $(CASE_$(FUZZ)) choices chunks format heap host mutate statics
DRIVER := $(DRIVER_NAMES:%=$(OBJ)/native/%.o)
FIRST := $(OBJ)/native/statics_first.o
LAST := $(OBJ)/native/statics_last.o
FUZZERS := $(FUZZED:%=$(OBJ)/fuzz-%)
NATIVE_CODE := -std=gnu11 -Wall -Wextra -Werror -DPICTOR_NATIVE_DRIVER -Iwasm/engine/src -I$(NATIVE)/src

.PHONY: corpus fuzzers
corpus: $(OBJ)/corpus
fuzzers: $(FUZZERS)

$(OBJ)/native/%.o: $(NATIVE)/src/%.c $(NATIVE)/native.mk
	@mkdir -p $(@D)
	@$(COMPILE) $(NATIVE_CODE) -c $< -o $@
$(OBJ)/native/fuzz-%.o: $(NATIVE)/src/fuzz.c $(NATIVE)/native.mk
	@mkdir -p $(@D)
	@$(COMPILE) $(NATIVE_CODE) -DFUZZ_FORMAT=FORMAT_$(shell echo $* | tr a-z A-Z) -c $< -o $@
$(OBJECTS): $(NATIVE)/native.mk

LINK_NATIVE = $(CC) $(CODE) $(LIBRARIES) -fuse-ld=lld --ld-path=$(LLVM)/bin/ld.lld -Wl,--gc-sections \
	$(FIRST) $(MODULE_OBJECTS) $(LAST) $(DRIVER)
$(OBJ)/corpus: $(OBJ)/native/corpus.o $(FIRST) $(MODULE_OBJECTS) $(LAST) $(DRIVER)
	@$(LINK_NATIVE) $< -lm -o $@
$(OBJ)/fuzz-%: $(OBJ)/native/fuzz-%.o $(FIRST) $(MODULE_OBJECTS) $(LAST) $(DRIVER)
	@$(LINK_NATIVE) -fsanitize=fuzzer $< -lstdc++ -lm -o $@
.SECONDARY: $(FUZZED:%=$(OBJ)/native/fuzz-%.o)

-include $(OBJ)/native/*.d
