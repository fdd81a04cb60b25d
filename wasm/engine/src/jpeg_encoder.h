/* libjpeg-turbo's encoder set up for one picture: errors end the job, bytes go to a growing buffer. */
#ifndef PICTOR_JPEG_ENCODER_H
#define PICTOR_JPEG_ENCODER_H

#include <stdio.h> /* jpeglib.h wants FILE and size_t */

#include "engine.h"
#include "growing.h"
#include "jpeglib.h"

typedef struct {
  struct jpeg_compress_struct compress;
  struct jpeg_error_mgr errors;
  struct jpeg_destination_mgr destination;
  Growing output;
} JpegEncoder;

/* The encoder holds pointers to itself: it must stay where it is. Next come the picture's size and colour space. */
void jpeg_encoder_create(JpegEncoder *encoder);
/* `coded`: the colour space in the file. `luma_factor`: both sampling factors of luma, 2 for 4:2:0, else 1. */
void jpeg_encoder_configure(JpegEncoder *encoder, const Job *job, J_COLOR_SPACE coded, int luma_factor);
/* The file, when all rows were written. Frees everything else. */
Bytes jpeg_encoder_finish(JpegEncoder *encoder);

#endif
