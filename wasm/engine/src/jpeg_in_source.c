/* The suspending source: bytes arrive in pieces and only those stay that libjpeg has not used. */
#include <stdlib.h>
#include <string.h>

#include "jpeg_in_private.h"

/*
 * Everything that has to be in the buffer in one piece is shorter: a segment with tables (64 KiB), one MCU of
 * entropy-coded data. More is only wanted by a file that is padded without end.
 */
#define MOST_WAITING (192 * 1024)
#define LEAST_CAPACITY (16 * 1024)

/* What libjpeg reads when the file has ended: an EOI marker. */
static const uint8_t end_of_image[2] = {0xFF, JPEG_EOI};

static void drop_skipped(JpegIn *in) {
  struct jpeg_source_mgr *source = &in->source;
  size_t count = in->skip < source->bytes_in_buffer ? in->skip : source->bytes_in_buffer;
  if (count == 0) return; /* before the first piece there is no buffer */
  source->next_input_byte += count;
  source->bytes_in_buffer -= count;
  in->skip -= count;
}

void jpeg_in_feed(JpegIn *in, const uint8_t *bytes, size_t count, int end) {
  struct jpeg_source_mgr *source = &in->source;
  if (end) in->end = 1;
  size_t dropped = in->skip < count ? in->skip : count;
  in->skip -= dropped;
  if (count == dropped) return; /* then there may be no address */
  bytes += dropped;
  count -= dropped;

  size_t kept = source->bytes_in_buffer;
  if (count > SIZE_MAX / 2 - kept) engine_fail(FAIL_MEMORY, "JPEG: the file is too long for one piece");
  size_t needed = kept + count;
  if (needed > in->capacity) {
    /* Arithmetic coding collects the whole file: not one copy a piece. */
    size_t capacity = kept > MOST_WAITING ? needed + needed / 2 : needed;
    if (capacity < LEAST_CAPACITY) capacity = LEAST_CAPACITY;
    uint8_t *larger = engine_alloc(capacity);
    if (kept > 0) memcpy(larger, source->next_input_byte, kept);
    free(in->buffer);
    in->buffer = larger;
    in->capacity = capacity;
  } else if (kept > 0 && source->next_input_byte != in->buffer) {
    memmove(in->buffer, source->next_input_byte, kept);
  }
  memcpy(in->buffer + kept, bytes, count);
  source->next_input_byte = in->buffer;
  source->bytes_in_buffer = needed;
}

int jpeg_in_should_wait(j_decompress_ptr d, size_t wanted) {
  return d->src->bytes_in_buffer < wanted && !jpeg_in_of(d)->end && d->unread_marker == 0;
}

static void init_source(j_decompress_ptr d) { (void)d; }

static boolean fill_input_buffer(j_decompress_ptr d) {
  JpegIn *in = jpeg_in_of(d);
  if (!in->end) {
    /* libjpeg goes back to where it was and reads that again when more is there. */
    if (d->src->bytes_in_buffer > MOST_WAITING) engine_fail(FAIL_BROKEN, "JPEG: padding without end");
    return FALSE;
  }
  in->ended_early = 1;
  d->src->next_input_byte = end_of_image;
  d->src->bytes_in_buffer = sizeof end_of_image;
  return TRUE;
}

static void skip_input_data(j_decompress_ptr d, long count) {
  JpegIn *in = jpeg_in_of(d);
  if (count <= 0) return;
  in->skip = (size_t)count;
  drop_skipped(in);
}

static void term_source(j_decompress_ptr d) { (void)d; }

void jpeg_in_source_create(JpegIn *in) {
  in->source.init_source = init_source;
  in->source.fill_input_buffer = fill_input_buffer;
  in->source.skip_input_data = skip_input_data;
  in->source.resync_to_restart = jpeg_resync_to_restart;
  in->source.term_source = term_source;
  in->d.src = &in->source;
}
