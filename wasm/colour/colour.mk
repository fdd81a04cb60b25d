# Compiles and links colour.wasm. Called by build.sh with TOOLCHAIN, UPSTREAM (patched sources), OBJ and OUT.

MODULE := wasm/colour
# Little CMS keeps a pipeline's values on it, for at most 128 channels. The stack lies below the data, so an overflow traps.
STACK_BYTES := 131072

SPEED := -O2 -flto
include wasm/toolchain.mk

# One thread; no half floats, which no pixel of ours has.
CODE_OF_lcms2 := -std=gnu11 -w -DCMS_NO_PTHREADS=1 -DCMS_NO_HALF_SUPPORT=1 -DCMS_NO_REGISTER_KEYWORD=1

# ---- what is compiled ----

LCMS2 := $(UPSTREAM)/lcms2
# All but what writes and reads files of other kinds (CGATS, PostScript) and describes gamuts' hulls.
LCMS2_NAMES := cmsalpha cmscam02 cmscnvrt cmserr cmsgamma cmsgmt cmshalf cmsintrp cmsio0 cmsio1 cmslut cmsmd5 cmsmtrx \
	cmsnamed cmsopt cmspack cmspcs cmsplugin cmsps2 cmssamp cmssm cmstypes cmsvirt cmswtpnt cmsxform
LCMS2_OBJECTS := $(LCMS2_NAMES:%=$(OBJ)/lcms2/src/%.o)

OWN_SOURCES := $(sort $(wildcard $(MODULE)/src/*.c) $(wildcard $(MODULE)/shim/*.c))
SHARED_SOURCES := wasm/engine/src/alloc.c wasm/engine/src/fail.c wasm/engine/shim/sbrk.c
OWN_OBJECTS := $(OWN_SOURCES:wasm/%.c=$(OBJ)/%.o) $(SHARED_SOURCES:wasm/%.c=$(OBJ)/%.o)

OBJECTS := $(sort $(OWN_OBJECTS) $(LCMS2_OBJECTS))

# ---- how ----

$(LCMS2_OBJECTS): private FLAGS = $(CODE_OF_lcms2) -I$(LCMS2)/include -I$(LCMS2)/src
$(OWN_OBJECTS): private FLAGS = $(OWN_CODE) -iquote wasm/engine/src -isystem $(LCMS2)/include

$(LCMS2_OBJECTS): $(OBJ)/%.o: $(UPSTREAM)/%.c
	$(compile_object)
$(OWN_OBJECTS): $(OBJ)/%.o: wasm/%.c
	$(compile_object)

UPSTREAM_NAMES := lcms2
include wasm/module.mk
