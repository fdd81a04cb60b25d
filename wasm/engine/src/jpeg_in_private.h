/*
 * What the files of "JPEG in" share. jpeg_in.c is the door, jpeg_in_source.c holds the bytes, jpeg_in_errors.c says
 * what is damage and what is fatal; jpeg_in_coefficients.c drives jpeg_in_huffman.c (sequential),
 * jpeg_in_progressive.c and the library's arithmetic decoder, and jpeg_in_idct.c makes samples.
 */
#ifndef PICTOR_JPEG_IN_PRIVATE_H
#define PICTOR_JPEG_IN_PRIVATE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h> /* jpeglib.h wants FILE */

#define JPEG_INTERNALS
#include "jpeglib.h"

#include "engine.h"

/* Most bytes that one entropy-coded block takes: 64 symbols of at most 31 bits, every byte stuffed. As in jdhuff.c. */
#define BLOCK_BYTES (DCTSIZE2 * 8)
/* What the fast reader may look at beyond the bytes that it uses. */
#define LOOK_AHEAD 16

struct JpegIn {
  struct jpeg_decompress_struct d; /* first: `d.client_data` leads back here */
  struct jpeg_error_mgr errors;
  struct jpeg_source_mgr source;

  uint8_t *buffer; /* source.next_input_byte points into it */
  size_t capacity;
  size_t skip;     /* bytes of a segment that still have to come, to be dropped */
  int end;         /* no more bytes will come */
  int ended_early; /* the decoder wanted more than the file has */
  int damaged;     /* entropy-coded data that ran out or made no sense */

  int is_started; /* jpeg_start_decompress is done: rows can be read */
  int32_t scale;  /* samples a block's side, 1 to 8 */
  Span columns_wanted, rows_wanted; /* of luma */
  JSAMPARRAY rows[MAX_PLANES]; /* of one iMCU row */
  uint8_t *samples[MAX_PLANES];
  int32_t plane_height[MAX_PLANES];
};

static inline JpegIn *jpeg_in_of(j_decompress_ptr d) { return (JpegIn *)d->client_data; }

void jpeg_in_source_create(JpegIn *in);
/* True when a decoder should rather wait than go on with what is left in the buffer. */
int jpeg_in_should_wait(j_decompress_ptr d, size_t wanted);
void jpeg_in_errors_create(JpegIn *in);
/* The entropy-coded data ended before the picture did. Fails the job when too much is missing. */
void jpeg_in_data_ran_out(j_decompress_ptr d);

/* Called by jdmaster.c (libjpeg-turbo-02-planes-only.patch) in place of the library's own decoders. */
void jinit_pictor_decoder(j_decompress_ptr d);
/* After all scans: fails the job when the file ended before scans that should have come. */
void jpeg_in_require_all_scans(j_decompress_ptr d);
/* The coefficients that were kept; the rest of the decoder's memory is libjpeg's to free. */
void jpeg_in_free_store(j_decompress_ptr d);

#endif
