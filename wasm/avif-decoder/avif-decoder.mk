# Compiles and links avif-decoder.wasm. Called by build.sh with TOOLCHAIN, UPSTREAM (patched sources), OBJ and OUT.

MODULE := wasm/avif-decoder
# The most that was seen in use is 38 KB (the corpus); film grain of more than 8 bits has 50 KB of tables on it.
# The stack lies below the data, so an overflow traps.
STACK_BYTES := 262144

SPEED := -O3 -flto
include wasm/toolchain.mk

# Without threads: pthread's functions are wasi-libc's stand-ins, and dav1d calls none of them for one thread.
CODE_OF_dav1d := -std=gnu11 -w -D_GNU_SOURCE -D_WASI_EMULATED_PTHREAD
OWN_LINK := -lwasi-emulated-pthread

# ---- what is compiled ----

DAV1D := $(UPSTREAM)/dav1d
# All of src/ but what asks the processor, logs, or runs threads (shim/threads.c).
DAV1D_NAMES := cdf cpu ctx data decode dequant_tables getbits intra_edge itx_1d lf_mask lib mem msac obu pal picture \
	qm ref refmvs scan tables warpmv wedge
# Compiled for 8 bits a sample and for 16.
DAV1D_DEPTH_NAMES := cdef_apply cdef fg_apply filmgrain ipred_prepare ipred itx lf_apply loopfilter looprestoration \
	lr_apply mc recon
DAV1D_OBJECTS := $(DAV1D_NAMES:%=$(OBJ)/dav1d/src/%.o)
DAV1D_8_OBJECTS := $(DAV1D_DEPTH_NAMES:%=$(OBJ)/dav1d/src/%_tmpl.8.o)
DAV1D_16_OBJECTS := $(DAV1D_DEPTH_NAMES:%=$(OBJ)/dav1d/src/%_tmpl.16.o)

OWN_SOURCES := $(sort $(wildcard $(MODULE)/src/*.c) $(wildcard $(MODULE)/shim/*.c))
SHARED_SOURCES := wasm/engine/src/alloc.c wasm/engine/src/fail.c wasm/engine/shim/sbrk.c
OWN_OBJECTS := $(OWN_SOURCES:wasm/%.c=$(OBJ)/%.o) $(SHARED_SOURCES:wasm/%.c=$(OBJ)/%.o)

OBJECTS := $(sort $(OWN_OBJECTS) $(DAV1D_OBJECTS) $(DAV1D_8_OBJECTS) $(DAV1D_16_OBJECTS))

# ---- how ----

DAV1D_INCLUDES := -I$(MODULE)/config -I$(MODULE)/src -I$(DAV1D) -I$(DAV1D)/include -I$(DAV1D)/include/dav1d
$(DAV1D_OBJECTS): private FLAGS = $(CODE_OF_dav1d) $(DAV1D_INCLUDES)
$(DAV1D_8_OBJECTS): private FLAGS = $(CODE_OF_dav1d) $(DAV1D_INCLUDES) -DBITDEPTH=8
$(DAV1D_16_OBJECTS): private FLAGS = $(CODE_OF_dav1d) $(DAV1D_INCLUDES) -DBITDEPTH=16
$(OWN_OBJECTS): private FLAGS = $(OWN_CODE) -D_WASI_EMULATED_PTHREAD -I$(MODULE)/src -iquote wasm/engine/src \
	-isystem $(MODULE)/config -isystem $(DAV1D) -isystem $(DAV1D)/include

$(DAV1D_OBJECTS): $(OBJ)/%.o: $(UPSTREAM)/%.c
	$(compile_object)
$(DAV1D_8_OBJECTS): $(OBJ)/%.8.o: $(UPSTREAM)/%.c
	$(compile_object)
$(DAV1D_16_OBJECTS): $(OBJ)/%.16.o: $(UPSTREAM)/%.c
	$(compile_object)
$(OWN_OBJECTS): $(OBJ)/%.o: wasm/%.c
	$(compile_object)

UPSTREAM_NAMES := dav1d
include wasm/module.mk
