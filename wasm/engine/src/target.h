/* The planes that the resize fills: which they are, how large, and in which range. */
#ifndef PICTOR_TARGET_H
#define PICTOR_TARGET_H

#include "engine.h"
#include "map.h"

typedef struct {
  Planes planes;                 /* of the target, before it is turned upright */
  Resizer *resizer[MAX_PLANES];  /* one a source plane */
  Span columns[MAX_PLANES];      /* of the source that the resizer needs */
  Span rows[MAX_PLANES];
  int32_t count;
  int transposed;
  int direct;                    /* the planes go to the encoder as they are, without becoming a raster */
} Target;

/* The planes of a decoded source. Factors: samples of the stored source for each sample of the plane. */
typedef struct {
  ColourModel model;
  int32_t count;
  int32_t width[MAX_PLANES], height[MAX_PLANES];
  double factor_x[MAX_PLANES], factor_y[MAX_PLANES];
  int studio;      /* samples are coded in studio range, else in full range */
  uint32_t matrix; /* of MODEL_MATRIX */
} SourcePlanes;

/* Whether the encoder can take the planes: no step works on colours, and the source is luma and chroma already. */
int target_is_direct(const Job *job, ColourModel model);

Target target_create(const Job *job, const SourcePlanes *source, const Map *map, int direct);
void target_push(Target *target, int32_t plane, int32_t y, const uint8_t *row);
/* The planes upright; the target is empty afterwards. */
Planes target_take(Target *target);
void planes_free(Planes *planes);

#endif
