/* The second half of a job: from the resized planes to the finished file. */
#ifndef PICTOR_FINISH_H
#define PICTOR_FINISH_H

#include "engine.h"

/* The pixels of `Job.draw`, by number; they stay for all frames of the job. */
typedef struct {
  Raster raster[MAX_DRAWS];
} Overlays;

/* Takes the planes over. `direct`: they are in the encoder's own form. */
Bytes finish_job(const Job *job, Planes planes, int direct, const Overlays *overlays, Numbers colours);

#endif
