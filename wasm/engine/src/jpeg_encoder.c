#include "jpeg_encoder.h"

#include <string.h>

#include "jerror.h"

/* ---- errors: libjpeg's own manager would pull in stdio ---- */

static void fail(j_common_ptr common) {
  if (common->err->msg_code == JERR_OUT_OF_MEMORY) engine_fail(FAIL_MEMORY, "no memory for the JPEG encoder");
  if (common->err->msg_code == JERR_IMAGE_TOO_BIG) {
    engine_fail(FAIL_UNSUPPORTED, "a JPEG has at most 65500 pixels a side");
  }
  engine_fail(FAIL_INTERNAL, "the JPEG encoder failed");
}

static void ignore_message(j_common_ptr common, int level) {
  (void)common;
  (void)level;
}

static void ignore_output(j_common_ptr common) { (void)common; }

static void format_nothing(j_common_ptr common, char *text) {
  (void)common;
  text[0] = '\0';
}

static void reset_nothing(j_common_ptr common) { (void)common; }

/* ---- where the bytes go ---- */

static JpegEncoder *encoder_of(j_compress_ptr compress) { return compress->client_data; }

static void offer_room(JpegEncoder *encoder) {
  encoder->destination.next_output_byte = encoder->output.data + encoder->output.size;
  encoder->destination.free_in_buffer = encoder->output.room - encoder->output.size;
}

static void start_output(j_compress_ptr compress) {
  JpegEncoder *encoder = encoder_of(compress);
  /* A bit for each sample of luma is about what photos take at quality 80. */
  growing_reserve(&encoder->output, 4096 + (size_t)compress->image_width * compress->image_height / 8);
  offer_room(encoder);
}

static boolean extend_output(j_compress_ptr compress) {
  JpegEncoder *encoder = encoder_of(compress);
  encoder->output.size = encoder->output.room; /* called when all room is used, whatever next_output_byte says */
  growing_extend(&encoder->output);
  offer_room(encoder);
  return TRUE;
}

static void end_output(j_compress_ptr compress) {
  JpegEncoder *encoder = encoder_of(compress);
  encoder->output.size = encoder->output.room - encoder->destination.free_in_buffer;
}

/* ---- settings ---- */

void jpeg_encoder_create(JpegEncoder *encoder) {
  memset(encoder, 0, sizeof *encoder);
  encoder->errors.error_exit = fail;
  encoder->errors.emit_message = ignore_message;
  encoder->errors.output_message = ignore_output;
  encoder->errors.format_message = format_nothing;
  encoder->errors.reset_error_mgr = reset_nothing;
  encoder->compress.err = &encoder->errors;
  jpeg_create_compress(&encoder->compress);
  encoder->destination.init_destination = start_output;
  encoder->destination.empty_output_buffer = extend_output;
  encoder->destination.term_destination = end_output;
  encoder->compress.dest = &encoder->destination;
  encoder->compress.client_data = encoder;
}

void jpeg_encoder_configure(JpegEncoder *encoder, const Job *job, J_COLOR_SPACE coded, int luma_factor) {
  j_compress_ptr compress = &encoder->compress;
  jpeg_set_defaults(compress);
  jpeg_set_colorspace(compress, coded);
  jpeg_set_quality(compress, (int)job->quality, TRUE);
  compress->comp_info[0].h_samp_factor = luma_factor;
  compress->comp_info[0].v_samp_factor = luma_factor;
  compress->dct_method = JDCT_ISLOW;
  compress->optimize_coding = TRUE;
  if (job->progressive) jpeg_simple_progression(compress);
}

Bytes jpeg_encoder_finish(JpegEncoder *encoder) {
  jpeg_finish_compress(&encoder->compress);
  jpeg_destroy_compress(&encoder->compress);
  return growing_take(&encoder->output);
}
