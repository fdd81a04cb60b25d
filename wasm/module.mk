# How a module is linked of its OBJECTS, and what of its making goes into its manifest. Included by each module's makefile at
# its end: by then that says OBJECTS and, of what is not our own, UPSTREAM_NAMES with a CODE_OF_<name> each. What it links
# with beside LINK is OWN_LINK.

NAME := $(notdir $(MODULE))

.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
.PHONY: all names describe
all: $(OUT)/$(NAME).wasm
names: $(OBJ)/$(NAME).names.wasm

$(OBJECTS): $(MODULE)/$(NAME).mk wasm/toolchain.mk wasm/module.mk

# Without and with names of functions. Again when a source was added or removed, too.
$(OUT)/$(NAME).wasm: $(OBJECTS) $(MODULE)/src
	@$(LINKER) $(sort $(OBJECTS)) $(strip $(OWN_LINK) $(LINK)) -o $@
$(OBJ)/$(NAME).names.wasm: $(OBJECTS) $(MODULE)/src
	@$(LINKER) $(sort $(OBJECTS)) $(strip $(OWN_LINK) $(NAMED_LINK)) -o $@

describe:
	@echo 'compiler=$(shell $(CC) --version | head -n 1)'
	@echo 'linker=$(shell $(LLVM)/bin/wasm-ld --version)'
	@echo 'compile=$(CODE)'
	@$(foreach name,$(UPSTREAM_NAMES),echo 'compile $(name)=$(CODE_OF_$(name))';)
	@echo 'compile own=$(OWN_CODE)'
	@echo 'link=$(strip $(OWN_LINK) $(LINK))'

-include $(OBJECTS:.o=.d)
