/*
 * What is wrong with a JPEG, and what of it ends the job.
 *
 * Damage inside a file is shown as browsers show it (libjpeg's warnings are dropped), but a picture that is not all
 * there is refused, as the rows that are missing would be grey: when the file ends early and any entropy-coded data
 * were damaged or missing, or a progressive scan is; and when a marker ends the data with more than an eighth of the
 * rows to come. A file that lacks nothing but its EOI marker passes; so do extraneous bytes and whatever follows EOI
 * (MPF).
 */
#include "jerror.h"
#include "jpeg_in_private.h"

static _Noreturn void error_exit(j_common_ptr common) {
  switch (common->err->msg_code) {
    case JERR_OUT_OF_MEMORY: engine_fail(FAIL_MEMORY, "JPEG: out of memory");
    case JERR_BAD_PRECISION: engine_fail(FAIL_UNSUPPORTED, "JPEG: only 8 bits a sample are read");
    case JERR_SOF_UNSUPPORTED: engine_fail(FAIL_UNSUPPORTED, "JPEG: lossless and hierarchical coding are not read");
    case JERR_ARITH_NOTIMPL: engine_fail(FAIL_UNSUPPORTED, "JPEG: arithmetic coding is not read");
    case JERR_IMAGE_TOO_BIG: engine_fail(FAIL_UNSUPPORTED, "JPEG: more than 65500 pixels on a side");
    case JERR_COMPONENT_COUNT: engine_fail(FAIL_UNSUPPORTED, "JPEG: only 1, 3 or 4 components are read");
    case JERR_NO_SOI: engine_fail(FAIL_BROKEN, "JPEG: does not start with a SOI marker");
    case JERR_NO_IMAGE:
    case JERR_SOF_NO_SOS: engine_fail(FAIL_BROKEN, "JPEG: ends before any picture");
    case JERR_BAD_HUFF_TABLE:
    case JERR_NO_HUFF_TABLE: engine_fail(FAIL_BROKEN, "JPEG: a Huffman table is wrong or missing");
    case JERR_NO_QUANT_TABLE: engine_fail(FAIL_BROKEN, "JPEG: a quantisation table is missing");
    case JERR_BAD_PROGRESSION: engine_fail(FAIL_BROKEN, "JPEG: the progressive scans are in no legal order");
    case JERR_BAD_MCU_SIZE:
    case JERR_BAD_SAMPLING: engine_fail(FAIL_BROKEN, "JPEG: the sampling factors are not allowed");
    case JERR_EMPTY_IMAGE: engine_fail(FAIL_BROKEN, "JPEG: no width or height");
    case JERR_BAD_LENGTH: engine_fail(FAIL_BROKEN, "JPEG: a marker segment has a wrong length");
    default: engine_fail(FAIL_BROKEN, "JPEG: the structure of the file is broken");
  }
}

static void emit_message(j_common_ptr common, int level) {
  if (level >= 0) return; /* a trace */
  JpegIn *in = (JpegIn *)common->client_data;
  common->err->num_warnings++;
  switch (common->err->msg_code) {
    case JWRN_HIT_MARKER: jpeg_in_data_ran_out(&in->d); break;
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC: in->damaged = 1; break;
    default: break;
  }
  if (in->damaged && in->ended_early) engine_fail(FAIL_BROKEN, "JPEG: the file ends too early");
}

void jpeg_in_data_ran_out(j_decompress_ptr d) {
  JpegIn *in = jpeg_in_of(d);
  in->damaged = 1;
  if (in->ended_early) engine_fail(FAIL_BROKEN, "JPEG: the file ends too early");
  int is_restart = d->unread_marker >= JPEG_RST0 && d->unread_marker <= JPEG_RST0 + 7;
  int is_first_scan = d->Ss == 0 && d->Ah == 0;
  JDIMENSION missing = d->total_iMCU_rows - d->input_iMCU_row;
  if (!is_restart && is_first_scan && missing > 1 && missing > d->total_iMCU_rows / 8)
    engine_fail(FAIL_BROKEN, "JPEG: the data end before the picture does");
}

static void output_message(j_common_ptr common) { (void)common; }

static void format_message(j_common_ptr common, char *text) {
  (void)common;
  text[0] = 0;
}

static void reset_error_mgr(j_common_ptr common) { common->err->num_warnings = 0; }

void jpeg_in_errors_create(JpegIn *in) {
  in->errors.error_exit = error_exit;
  in->errors.emit_message = emit_message;
  in->errors.output_message = output_message;
  in->errors.format_message = format_message;
  in->errors.reset_error_mgr = reset_error_mgr;
  in->d.err = &in->errors;
}
