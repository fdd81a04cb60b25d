# Compiles and links colour.wasm. Called by build.sh with TOOLCHAIN, UPSTREAM (patched sources), OBJ and OUT.

MODULE := wasm/colour
# Little CMS keeps a pipeline's values on it, for at most 128 channels. The stack lies below the data, so an overflow traps.
STACK_BYTES := 131072

SPEED := -O2 -flto
include wasm/toolchain.mk

# One thread; no half floats, which no pixel of ours has.
LCMS2_CODE := -std=gnu11 -w -DCMS_NO_PTHREADS=1 -DCMS_NO_HALF_SUPPORT=1 -DCMS_NO_REGISTER_KEYWORD=1

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

$(LCMS2_OBJECTS): private FLAGS = $(LCMS2_CODE) -I$(LCMS2)/include -I$(LCMS2)/src
$(OWN_OBJECTS): private FLAGS = $(OWN_CODE) -iquote wasm/engine/src -isystem $(LCMS2)/include

.DELETE_ON_ERROR:
.PHONY: all names
all: $(OUT)/colour.wasm
names: $(OBJ)/colour.names.wasm

$(OBJECTS): $(MODULE)/colour.mk wasm/toolchain.mk
define compile_object
@mkdir -p $(@D)
@echo '  $(@F)'
@$(COMPILE) $(FLAGS) -c $< -o $@
endef
$(LCMS2_OBJECTS): $(OBJ)/%.o: $(UPSTREAM)/%.c
	$(compile_object)
$(OWN_OBJECTS): $(OBJ)/%.o: wasm/%.c
	$(compile_object)

# Without and with names of functions. Again when a source was added or removed, too.
$(OUT)/colour.wasm: $(OBJECTS) $(MODULE)/src
	@$(LINKER) $(sort $(OBJECTS)) $(LINK) -o $@
$(OBJ)/colour.names.wasm: $(OBJECTS) $(MODULE)/src
	@$(LINKER) $(sort $(OBJECTS)) $(NAMED_LINK) -o $@

# For the manifest.
.PHONY: describe
describe:
	@echo 'compiler=$(shell $(CC) --version | head -n 1)'
	@echo 'linker=$(shell $(LLVM)/bin/wasm-ld --version)'
	@echo 'compile=$(CODE)'
	@echo 'compile lcms2=$(LCMS2_CODE)'
	@echo 'compile own=$(OWN_CODE)'
	@echo 'link=$(LINK)'

-include $(OBJECTS:.o=.d)
