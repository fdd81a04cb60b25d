/* Jobs as a hostile URL could ask for, drawn from choices. */
#ifndef PICTOR_NATIVE_DRAW_H
#define PICTOR_NATIVE_DRAW_H

#include "choices.h"
#include "facts.h"
#include "job.h"

/*
 * All rectangles go together as src/image/plan.ts has them, since the module trusts them. Results have at most
 * 256 × 256 pixels before their margins, so that many jobs fit into a minute.
 */
Job draw_job(Choices *choices, Facts facts);
/* For engine_run: mostly the largest pieces. */
uint32_t draw_feed(Choices *choices);

#endif
