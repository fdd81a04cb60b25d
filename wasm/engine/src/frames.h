/*
 * A source of several pictures, read frame after frame: each reader composes its format's frames on one canvas, as their
 * bytes come. What is cut off within a frame, or broken, fails the job (FAIL_BROKEN); a file that ends between two
 * frames has just those before.
 */
#ifndef PICTOR_FRAMES_H
#define PICTOR_FRAMES_H

#include "canvas.h"

typedef enum {
  FRAME_WANTS, /* all bytes are used, and more are needed */
  FRAME_SHOWN, /* the canvas shows the next frame */
  FRAME_ENDED  /* there is none after the last one */
} FrameState;

typedef struct {
  /* `canvas`, which is clear and outlives the reader, is drawn on. */
  void *(*create)(const Job *job, Canvas *canvas);
  /* More of the file, `end` with its last bytes. They have to stay until `next` says that it wants more. */
  void (*feed)(void *reader, const uint8_t *bytes, size_t count, int end);
  /* `delay`: how long the frame is shown, in ms. */
  FrameState (*next)(void *reader, uint32_t *delay);
  /* How often all is played; 0: for ever. Known after the first frame. */
  uint32_t (*plays)(const void *reader);
  void (*free)(void *reader);
} FrameReader;

extern const FrameReader gif_frames;
extern const FrameReader webp_frames; /* when all bytes are there */
extern const FrameReader png_frames;

#endif
