#include <stddef.h>

#include "layers.h"
#include "vector.h"

/* Places that are worked on together, so that a weight is loaded once for all of them. Every row has a multiple. */
enum { TOGETHER = 4 };

static vec4 finished(pointwise shape, vec4 sum, int column, int output) {
  if (shape.shortcut != NULL && output < shape.shortcut_channels) {
    const float *added = shape.shortcut + (ptrdiff_t)column * shape.shortcut_channels + output;
    sum = vec4_add(sum, vec4_load(added));
  }
  return shape.relu ? vec4_most(sum, vec4_all(0)) : sum;
}

/* Four outputs of four places. */
static void four_outputs(pointwise shape, const float *from, const float *weights, int column, int output, float *to) {
  const vec4 bias = vec4_load(weights + shape.inputs * shape.outputs + output);
  vec4 sums[TOGETHER] = {bias, bias, bias, bias};
  const float *places = from + column * shape.inputs;
  for (int input = 0; input < shape.inputs; input++) {
    const vec4 weight = vec4_load(weights + input * shape.outputs + output);
    for (int p = 0; p < TOGETHER; p++)
      sums[p] = vec4_times_plus(vec4_all(places[p * shape.inputs + input]), weight, sums[p]);
  }
  for (int p = 0; p < TOGETHER; p++)
    vec4_store(to + (column + p) * shape.outputs + output, finished(shape, sums[p], column + p, output));
}

void layer_pointwise_row(pointwise shape, const float *from, const float *weights, float *to) {
  for (int column = 0; column < shape.columns; column += TOGETHER)
    for (int output = 0; output < shape.outputs; output += 4) four_outputs(shape, from, weights, column, output, to);
}
