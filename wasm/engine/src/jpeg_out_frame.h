/* How a picture lies in the blocks and MCUs of a JPEG, and how its coefficients are quantised. */
#ifndef PICTOR_JPEG_OUT_FRAME_H
#define PICTOR_JPEG_OUT_FRAME_H

#include "engine.h"
#include "growing.h"
#include "jpeg_out_block.h"
#include "jpeg_out_huffman.h"

enum { MAX_COMPONENTS = 3 };

typedef struct {
  int32_t factor;       /* sampling factor: an MCU has factor × factor blocks */
  int32_t across, down; /* blocks; those that only fill up the last MCUs do not count */
} FrameComponent;

typedef struct {
  int32_t width, height;
  int32_t count; /* components: 1 (grey) or 3 (YCbCr) */
  FrameComponent component[MAX_COMPONENTS];
  int32_t mcus_across, mcus_down;
  uint8_t table[2][64]; /* quantisers of luma and chroma, row by row */
  Quantiser quantiser[2];
  uint32_t gamut; /* GAMUT_* */
} Frame;

/* Component 0 has tables of its own, the others share the second ones. */
static inline int frame_table_of(int32_t component) { return component > 0; }

/* `luma_factor`: 2 for 4:2:0, else 1. */
void frame_create(Frame *frame, int32_t width, int32_t height, int32_t count, int32_t luma_factor, uint32_t quality);

/*
 * All blocks of the picture again, to the same coder: what noise says is too much to be kept. `context` is the
 * encoder's.
 */
typedef struct {
  void (*run)(void *context);
  void *context;
} Replay;

/* ---- markers (jpeg_out_markers.c) ---- */

/* What is coded of which coefficients: those at zigzag positions `first`–`last`, from bit `high` down to bit `low`. */
typedef struct {
  int8_t component; /* or ALL_COMPONENTS */
  int8_t first, last, high, low;
} Scan;
enum { ALL_COMPONENTS = -1 };

/* At least the bytes of all markers of a picture. */
size_t marker_bytes(int32_t scans, int32_t huffman_codes);
/* Up to the first scan. */
void write_headers(Growing *out, const Frame *frame, int progressive);
void write_huffman_code(Growing *out, int is_ac, int number, const HuffmanCode *code);
void write_scan_header(Growing *out, const Frame *frame, Scan scan);
void write_end(Growing *out);

#endif
