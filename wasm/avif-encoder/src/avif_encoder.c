/*
 * An AV1 still picture of 8-bit planes by libaom: the job's description comes first, then the planes go to where
 * `avif_input` says, then `avif_encode` makes the one frame. Containers are TypeScript's (src/engine/avif/).
 */
#include <aom/aom_encoder.h>
#include <aom/aomcx.h>
#include <string.h>

#include "avif_job.h"
#include "failure.h"

/* What one job holds. All of it is gone when the instance is scrubbed or thrown away. */
static struct {
  AvifJob job;
  uint8_t *planes; /* tight, one after the other */
  aom_codec_ctx_t codec;
  const uint8_t *output; /* libaom's */
  size_t output_size;
} encoder;

/* AV1's own limit (16 bits in the sequence header); also keeps the sums of `planes_bytes` far from overflow. */
#define MAX_SIDE 65536
#define MAX_PIXELS (1u << 28)

__attribute__((export_name("avif_job"))) AvifJob *avif_job(void) { return &encoder.job; }

static uint32_t chroma_side(uint32_t side) { return encoder.job.chroma_444 ? side : (side + 1) / 2; }

static size_t plane_bytes(int plane) {
  const AvifJob *job = &encoder.job;
  return plane == 0 ? (size_t)job->width * job->height : (size_t)chroma_side(job->width) * chroma_side(job->height);
}

/* Where the tight planes are to be put: Y, Cb, Cr (G, B, R with the identity matrix), or the one. */
__attribute__((export_name("avif_input"))) uint8_t *avif_input(void) {
  const AvifJob *job = &encoder.job;
  if (job->width < 1 || job->height < 1 || job->width > MAX_SIDE || job->height > MAX_SIDE ||
      job->width > MAX_PIXELS / job->height) {
    engine_fail(FAIL_INTERNAL, "a picture's size is out of range");
  }
  encoder.planes = engine_alloc(plane_bytes(0) + (job->monochrome ? 0 : 2 * plane_bytes(1)));
  return encoder.planes;
}

static void require(aom_codec_err_t error) {
  if (error == AOM_CODEC_OK) return;
  if (error == AOM_CODEC_MEM_ERROR) engine_fail(FAIL_MEMORY, "the picture needs more memory than was planned");
  engine_fail(FAIL_INTERNAL, "the AV1 encoder failed");
}

/* Where libaom would jump back to (shim/setjmp.h). */
_Noreturn void avif_encoder_jump(int error) {
  require((aom_codec_err_t)error);
  engine_fail(FAIL_INTERNAL, "the AV1 encoder failed");
}

static aom_codec_enc_cfg_t settings(void) {
  const AvifJob *job = &encoder.job;
  aom_codec_enc_cfg_t cfg;
  require(aom_codec_enc_config_default(aom_codec_av1_cx(), &cfg, AOM_USAGE_ALL_INTRA));
  /* 4:4:4 is profile 1 alone; monochrome and 4:2:0 are profile 0. */
  cfg.g_profile = job->chroma_444 && !job->monochrome ? 1 : 0;
  cfg.g_w = job->width;
  cfg.g_h = job->height;
  cfg.g_limit = 1; /* a still picture, with the reduced header */
  cfg.g_lag_in_frames = 0;
  cfg.g_threads = 1;
  cfg.monochrome = job->monochrome;
  cfg.rc_end_usage = AOM_Q;
  return cfg;
}

#ifdef PICTOR_AVIF_EXPERIMENT
static int experiment[64][2], experiments;
__attribute__((export_name("avif_experiment"))) void avif_experiment(int control, int value) {
  experiment[experiments][0] = control;
  experiment[experiments++][1] = value;
}
#endif

static void control(void) {
  const AvifJob *job = &encoder.job;
  aom_codec_ctx_t *codec = &encoder.codec;
  require(aom_codec_control(codec, AOME_SET_CPUUSED, (int)job->speed));
  require(aom_codec_control(codec, AOME_SET_TUNING, (int)job->tune));
  require(aom_codec_control(codec, AOME_SET_CQ_LEVEL, job->level));
  /* Image quality tuning is better by SSIMULACRA2 without two of the things that it sets: 2% of the bytes. */
  require(aom_codec_control(codec, AOME_SET_SHARPNESS, 0));
  require(aom_codec_control(codec, AV1E_SET_ENABLE_CHROMA_DELTAQ, 0));
  require(aom_codec_control(codec, AV1E_SET_LOSSLESS, job->lossless));
  require(aom_codec_control(codec, AV1E_SET_ROW_MT, 0u));
  /* At speed 8, graphics get palettes by costs that are not those of intra frames: up to three times the bytes. */
  require(aom_codec_control(codec, AV1E_SET_ENABLE_PALETTE, job->speed < 8));
  /* What stills have no use for (patches/aom-02-stills-alone.patch), or what costs memory for other frames alone. */
  require(aom_codec_control(codec, AV1E_SET_ENABLE_INTRABC, 0));
  require(aom_codec_control(codec, AV1E_SET_ENABLE_GLOBAL_MOTION, 0));
  require(aom_codec_control(codec, AV1E_SET_COLOR_RANGE, 1));
  require(aom_codec_control(codec, AV1E_SET_COLOR_PRIMARIES, 1));
  require(aom_codec_control(codec, AV1E_SET_TRANSFER_CHARACTERISTICS, 13));
  require(aom_codec_control(codec, AV1E_SET_MATRIX_COEFFICIENTS, (int)job->matrix));
#ifdef PICTOR_AVIF_EXPERIMENT
  for (int i = 0; i < experiments; i++) require(aom_codec_control(codec, experiment[i][0], experiment[i][1]));
#endif
}

static aom_image_t image(void) {
  const AvifJob *job = &encoder.job;
  aom_image_t image;
  memset(&image, 0, sizeof image);
  /* A monochrome picture is 4:2:0 whose chroma is never read. */
  const int is_444 = job->chroma_444 && !job->monochrome;
  image.fmt = is_444 ? AOM_IMG_FMT_I444 : AOM_IMG_FMT_I420;
  image.range = AOM_CR_FULL_RANGE;
  image.monochrome = (int)job->monochrome;
  image.w = image.d_w = job->width;
  image.h = image.d_h = job->height;
  image.bit_depth = 8;
  image.bps = is_444 ? 24 : 12;
  image.x_chroma_shift = image.y_chroma_shift = is_444 ? 0 : 1;
  image.planes[0] = encoder.planes;
  image.stride[0] = (int)job->width;
  if (job->monochrome) return image;
  for (int i = 1; i < 3; i++) {
    image.planes[i] = image.planes[i - 1] + plane_bytes(i - 1);
    image.stride[i] = (int)chroma_side(job->width);
  }
  return image;
}

/* The frame's packet; the output stays libaom's own. */
static void take_packet(void) {
  aom_codec_iter_t at = NULL;
  const aom_codec_cx_pkt_t *packet;
  while ((packet = aom_codec_get_cx_data(&encoder.codec, &at)) != NULL) {
    if (packet->kind != AOM_CODEC_CX_FRAME_PKT) continue;
    encoder.output = packet->data.frame.buf;
    encoder.output_size = packet->data.frame.sz;
    return;
  }
}

__attribute__((export_name("avif_encode"))) void avif_encode(void) {
  const aom_codec_enc_cfg_t cfg = settings();
  require(aom_codec_enc_init(&encoder.codec, aom_codec_av1_cx(), &cfg, 0));
  control();
  const aom_image_t frame = image();
  require(aom_codec_encode(&encoder.codec, &frame, 0, 1, 0));
  take_packet();
  if (encoder.output == NULL) {
    require(aom_codec_encode(&encoder.codec, NULL, 0, 1, 0));
    take_packet();
  }
  if (encoder.output == NULL) engine_fail(FAIL_INTERNAL, "the AV1 encoder gave nothing");
}

__attribute__((export_name("avif_output"))) const uint8_t *avif_output(void) { return encoder.output; }

__attribute__((export_name("avif_output_size"))) size_t avif_output_size(void) { return encoder.output_size; }
