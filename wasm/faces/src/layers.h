/*
 * The kinds of layer that BlazeFace has. Maps are square, [row][column][channel]; channels are multiples of four but for
 * the picture itself.
 */
#ifndef PICTOR_FACES_LAYERS_H
#define PICTOR_FACES_LAYERS_H

typedef struct {
  int side;
  int channels;
  float *at;
} map;

/*
 * The first layer: RGBA bytes (alpha is not looked at), 2 × side, as -1 … 1 → 5×5 convolution in steps of 2, ReLU.
 * `row`: 5 × (2 × side + 3) × 3 floats to work with.
 */
void layer_first(const unsigned char *pixels, map to, const float *weights, float *rows);

/* A 3×3 convolution of each channel by itself, for one row of the result, in steps of 1 or 2. */
void layer_depthwise_row(map from, int step, int row, const float *weights, float *to);

/*
 * A 1×1 convolution of a row of `columns` places, `inputs` → `outputs` channels. `shortcut` (or NULL) has as many
 * channels as it says, and is added to the first of the result.
 */
typedef struct {
  int columns;
  int inputs;
  int outputs;
  int relu;
  const float *shortcut;
  int shortcut_channels;
} pointwise;
void layer_pointwise_row(pointwise shape, const float *from, const float *weights, float *to);

/* The largest of each 2×2 places, for one row of the result. */
void layer_largest_row(map from, int row, float *to);

#endif
