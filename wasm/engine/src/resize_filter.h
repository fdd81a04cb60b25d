/* The coefficients of one axis of a Lanczos3 resize, in fixed point. */
#ifndef PICTOR_RESIZE_FILTER_H
#define PICTOR_RESIZE_FILTER_H

#include <stdint.h>

#include "engine.h"

/* For each destination sample the source samples `first … last`, and `taps` coefficients, 0 beyond `last`. */
typedef struct {
  int32_t taps;
  int32_t *first, *last;
  int16_t *coefficient;
} Filter;

/* Most source samples that a destination sample depends on. */
int32_t filter_window(int32_t source, AxisMap map);
/* First and one past the last source sample that the samples 0 … count - 1 depend on. */
void filter_extent(int32_t source, AxisMap map, int32_t count, int32_t *first, int32_t *end);
/*
 * Fills the filter's tables for `count` samples; each set of coefficients sums to `sum` exactly, so that flat areas
 * stay flat. `weight` is scratch for `filter_window` doubles.
 */
void filter_fill(Filter *filter, int32_t source, AxisMap map, int32_t count, int32_t sum, double *weight);

#endif
