/* Where each sample of the result comes from: crop, resize, extract, orientation, flip and rotate in one map. */
#ifndef PICTOR_MAP_H
#define PICTOR_MAP_H

#include "engine.h"

typedef struct {
  AxisMap x, y;          /* stored source samples, by samples of the target's own axes */
  int32_t width, height; /* of the target, which is the result lying on its side if `transposed` */
  int transposed;        /* the result is the target mirrored on its diagonal */
} Map;

/* `turn`: whether flip and rotate are part of the map (they are a later step when a canvas comes between). */
Map map_of(const Job *job, int turn);

/* Least size of the decoded picture, as stored, that keeps `margin` samples for each sample of the result. */
void map_least_source(const Job *job, const Map *map, int32_t *width, int32_t *height);

/* The map for a plane that has one sample where the source has `source_factor` and the target `target_factor`. */
AxisMap map_axis_for(AxisMap map, double source_factor, double target_factor);

#endif
