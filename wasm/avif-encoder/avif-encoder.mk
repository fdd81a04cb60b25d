# Compiles and links avif-encoder.wasm. Called by build.sh with TOOLCHAIN, UPSTREAM (patched sources), OBJ and OUT.

MODULE := wasm/avif-encoder
# 93 KB were seen in use at speed 6, 81 at 7 to 9: noise, photos, 4:2:0, 4:4:4, monochrome, lossless, filled with a pattern.
STACK_BYTES := 262144

SPEED := -O3
include wasm/toolchain.mk

# AOM_TARGET_CPU=arm64: libaom's NEON kernels, translated by SIMDe. Optimised again as a whole when it is linked: 5% of
# the CPU time, for 5% more bytes.
CODE_OF_libaom := -std=gnu11 -w -flto -DSIMDE_FLOAT16_API=1
LINK += -flto -Wl,--lto-O3

# ---- what is compiled ----

AOM := $(UPSTREAM)/aom
AOM_SOURCES := $(sort $(wildcard $(AOM)/av1/common/*.c $(AOM)/av1/common/arm/*.c $(AOM)/av1/encoder/*.c \
	$(AOM)/av1/encoder/arm/*.c $(AOM)/aom_dsp/*.c $(AOM)/aom_dsp/arm/*.c $(AOM)/aom_dsp/flow_estimation/*.c \
	$(AOM)/aom_dsp/flow_estimation/arm/*.c $(AOM)/aom_scale/generic/*.c $(AOM)/third_party/fastfeat/*.c $(AOM)/third_party/vector/*.c) \
	$(addprefix $(AOM)/,aom/src/aom_codec.c aom/src/aom_encoder.c aom/src/aom_image.c aom/src/aom_integer.c \
	aom_mem/aom_mem.c aom_scale/aom_scale_rtcd.c aom_util/aom_thread.c av1/av1_cx_iface.c))
# Other processors' instructions, samples of more than 8 bits, decoding, experiments.
AOM_SOURCES := $(filter-out %_neon_dotprod.c %_neon_i8mm.c %_sve.c %_sve2.c %_arm_crc32.c \
	$(AOM)/aom_dsp/arm/highbd_% $(addprefix $(AOM)/av1/,$(addprefix common/arm/highbd_,compound% convolve% recon% warp% wiener%) \
	$(addprefix encoder/arm/,highbd_pickrst% highbd_rdopt% highbd_temporal% av1_highbd% av1_temporal%) \
	$(addprefix encoder/,av1_temporal_denoiser.c blockiness.c deltaq4_model.c optical_flow.c saliency_map.c \
	sparse_linear_solver.c thirdpass.c tune_butteraugli.c tune_vmaf.c)) \
	$(addprefix $(AOM)/aom_dsp/,binary_codes_reader.c bitreader.c butteraugli.c entdec.c fastssim.c psnrhvs.c vmaf.c),$(AOM_SOURCES))
AOM_OBJECTS := $(AOM_SOURCES:$(UPSTREAM)/%.c=$(OBJ)/%.o)

OWN_SOURCES := $(sort $(wildcard $(MODULE)/src/*.c) $(wildcard $(MODULE)/shim/*.c))
SHARED_SOURCES := wasm/engine/src/alloc.c wasm/engine/src/fail.c wasm/engine/shim/sbrk.c
OWN_OBJECTS := $(OWN_SOURCES:wasm/%.c=$(OBJ)/%.o) $(SHARED_SOURCES:wasm/%.c=$(OBJ)/%.o)

OBJECTS := $(sort $(OWN_OBJECTS) $(AOM_OBJECTS))

# ---- how ----

$(AOM_OBJECTS): private FLAGS = $(CODE_OF_libaom) -I$(MODULE) -I$(MODULE)/shim -I$(AOM) -I$(MODULE)/shim/neon
$(OWN_OBJECTS): private FLAGS = $(OWN_CODE) -I$(MODULE)/src -I$(MODULE)/shim -iquote wasm/engine/src -isystem $(AOM) $(EXPERIMENT)

$(AOM_OBJECTS): $(OBJ)/%.o: $(UPSTREAM)/%.c
	$(compile_object)
$(OWN_OBJECTS): $(OBJ)/%.o: wasm/%.c
	$(compile_object)

UPSTREAM_NAMES := libaom
include wasm/module.mk
