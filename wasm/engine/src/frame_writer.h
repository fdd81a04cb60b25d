/*
 * An animation that is written frame after frame, each as what it changes of the one before. What is finished leaves in
 * parts, so that no more than a frame of it is held; the file's head, which says what only the end knows, comes last and
 * belongs before all parts.
 */
#ifndef PICTOR_FRAME_WRITER_H
#define PICTOR_FRAME_WRITER_H

#include "engine.h"

typedef struct {
  void *(*create)(const Job *job);
  /* Takes the raster over. `delay`: ms that it is shown. */
  void (*add)(void *writer, Raster raster, uint32_t delay);
  /* No frame follows. */
  void (*end)(void *writer);
  /* What was written since the last call; it belongs to the caller. */
  Bytes (*take)(void *writer);
  /* `plays`: how often all is to be shown, 0 for ever. After the end. */
  Bytes (*head)(void *writer, uint32_t plays);
  void (*free)(void *writer);
} FrameWriter;

extern const FrameWriter webp_writer;
extern const FrameWriter gif_writer;

/* Least rectangle that holds all pixels that differ; empty where none does. Both are of one size. */
Rect changed_rect(const Raster *before, const Raster *after);

#endif
