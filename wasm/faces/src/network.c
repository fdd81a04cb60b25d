/*
 * BlazeFace, the "back" network of MediaPipe for 256×256 pixels: a picture → 896 boxes with scores, as logits.
 * Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs", 2019. A first convolution, 31
 * blocks of a depthwise and a pointwise convolution around a shortcut, and heads at 16×16 and 8×8 places.
 */
#include <stddef.h>

#include "failure.h"
#include "layers.h"
#include "weights.h"

enum {
  INPUT_SIDE = 256,
  FIRST_SIDE = 128,
  FIRST_CHANNELS = 24,
  MOST_FLOATS = FIRST_SIDE * FIRST_SIDE * FIRST_CHANNELS,
  /* A row of any layer. */
  ROW_FLOATS = FIRST_SIDE * FIRST_CHANNELS,
  /* Two anchors a place at 16×16, six at 8×8; 16 numbers of a box, 1 score; up to a multiple of four. */
  HEAD_16 = 36,
  HEAD_8 = 104,
  OUTPUT_FLOATS = 16 * 16 * HEAD_16 + 8 * 8 * HEAD_8,
  FIRST_WEIGHTS = 5 * 5 * 3 * FIRST_CHANNELS + FIRST_CHANNELS
};

static struct {
  unsigned char *pixels;
  float *maps[2];
  float *row;
  float *shortcut;
  float *rows;
  float *output;
} buffers;

static void allocate(void) {
  if (buffers.pixels != NULL) return;
  for (int i = 0; i < 2; i++) buffers.maps[i] = engine_alloc(sizeof(float) * MOST_FLOATS);
  buffers.row = engine_alloc(sizeof(float) * ROW_FLOATS);
  buffers.shortcut = engine_alloc(sizeof(float) * ROW_FLOATS);
  buffers.rows = engine_alloc(sizeof(float) * 5 * 3 * (INPUT_SIDE + 3));
  buffers.output = engine_alloc(sizeof(float) * OUTPUT_FLOATS);
  buffers.pixels = engine_alloc((size_t)INPUT_SIDE * INPUT_SIDE * 4);
}

/* Where the next layer writes: what is not read. */
static float *other(const float *map) { return map == buffers.maps[0] ? buffers.maps[1] : buffers.maps[0]; }

/* The last block has no shortcut. */
typedef struct {
  int outputs;
  int step;
  int shortcut;
} block;

static map run_block(map from, block shape, const float **weights) {
  const map to = {from.side / shape.step, shape.outputs, other(from.at)};
  const float *depthwise = *weights;
  const float *weighted = depthwise + 9 * from.channels;
  for (int y = 0; y < to.side; y++) {
    const float *shortcut = from.at + (ptrdiff_t)y * from.side * from.channels;
    if (shape.step == 2 && shape.shortcut) {
      layer_largest_row(from, y, buffers.shortcut);
      shortcut = buffers.shortcut;
    }
    layer_depthwise_row(from, shape.step, y, depthwise, buffers.row);
    const pointwise row = {to.side, from.channels, to.channels, 1, shape.shortcut ? shortcut : NULL, from.channels};
    layer_pointwise_row(row, buffers.row, weighted, to.at + (ptrdiff_t)y * to.side * to.channels);
  }
  *weights = weighted + from.channels * to.channels + to.channels;
  return to;
}

/* A block that makes the map smaller or not, then seven that keep its size. */
static map run_stage(map from, block first, const float **weights) {
  map at = run_block(from, first, weights);
  const block kept = {first.outputs, 1, 1};
  for (int i = 0; i < 7; i++) at = run_block(at, kept, weights);
  return at;
}

static float *run_head(map from, int outputs, const float **weights, float *to) {
  const pointwise all = {from.side * from.side, from.channels, outputs, 0, NULL, 0};
  layer_pointwise_row(all, from.at, *weights, to);
  *weights += from.channels * outputs + outputs;
  return to + from.side * from.side * outputs;
}

/* Where 256×256 pixels of RGBA are put. */
__attribute__((export_name("faces_input"))) unsigned char *faces_input(void) {
  allocate();
  return buffers.pixels;
}

/* FACES_WEIGHTS floats, for tests that run the same layers another way. */
__attribute__((export_name("faces_weights"))) const float *faces_weights(void) { return weights_all(); }

/*
 * The heads' floats: 16×16 places of two boxes of 16 numbers, two scores and two that mean nothing; then 8×8 places of
 * six boxes, six scores and two that mean nothing.
 */
__attribute__((export_name("faces_run"))) const float *faces_run(void) {
  allocate();
  const float *const all = weights_all();
  const float *weights = all;
  map at = {FIRST_SIDE, FIRST_CHANNELS, buffers.maps[0]};
  layer_first(buffers.pixels, at, weights, buffers.rows);
  weights += FIRST_WEIGHTS;
  const block same = {24, 1, 1}, halved24 = {24, 2, 1}, halved48 = {48, 2, 1}, halved96 = {96, 2, 1}, last = {96, 2, 0};
  for (int i = 0; i < 7; i++) at = run_block(at, same, &weights);
  at = run_stage(at, halved24, &weights);
  at = run_stage(at, halved48, &weights);
  at = run_stage(at, halved96, &weights);
  float *output = run_head(at, HEAD_16, &weights, buffers.output);
  at = run_block(at, last, &weights);
  run_head(at, HEAD_8, &weights, output);
  if (weights != all + FACES_WEIGHTS) engine_fail(FAIL_INTERNAL, "the network and its weights differ");
  return buffers.output;
}
