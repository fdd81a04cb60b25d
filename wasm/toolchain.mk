# What all modules are compiled and linked with. Included by each module's makefile, which build.sh calls with
# TOOLCHAIN, UPSTREAM (patched sources), OBJ and OUT; it says first how to optimise (SPEED) and the STACK_BYTES.
# Nothing of the machine may reach the output: no paths, no time, no order of a directory listing.

, := ,
LLVM := $(TOOLCHAIN)/usr/lib/llvm-19
CC := $(LLVM)/bin/clang

CODE := --target=wasm32-wasi $(firstword $(SPEED)) -DNDEBUG -msimd128 -mbulk-memory -msign-ext -mnontrapping-fptoint -mmutable-globals \
	-fno-strict-aliasing $(wordlist 2,$(words $(SPEED)),$(SPEED))
# Without compiler-rt: nothing needs it, and what came to would fail to link.
LINK := -mexec-model=reactor -nodefaultlibs -lc -Wl,--import-memory -Wl,--gc-sections -Wl,--stack-first -Wl,-z,stack-size=$(STACK_BYTES) -Wl,--strip-all
NAMED_LINK := $(filter-out -Wl$(,)--strip-all,$(LINK))
OWN_CODE := -std=c11 -Wall -Wextra -Werror

LIBRARIES := --sysroot=$(TOOLCHAIN)/usr -resource-dir=$(LLVM)/lib/clang/19
COMPILE := $(CC) $(CODE) $(LIBRARIES) -ffile-prefix-map=$(UPSTREAM)=upstream -ffile-prefix-map=$(TOOLCHAIN)=toolchain \
	-ffile-prefix-map=$(CURDIR)=. -MD -MP
LINKER := $(CC) $(CODE) $(LIBRARIES) -fuse-ld=$(LLVM)/bin/wasm-ld

# The recipe of every object; each has FLAGS of its own.
define compile_object
@mkdir -p $(@D)
@echo '  $(@F)'
@$(COMPILE) $(FLAGS) -c $< -o $@
endef
