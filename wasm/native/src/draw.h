/* Jobs as a hostile URL could ask for, drawn from choices. */
#ifndef PICTOR_NATIVE_DRAW_H
#define PICTOR_NATIVE_DRAW_H

#include "choices.h"
#include "facts.h"
#include "host.h"

/*
 * All rectangles go together as src/image/plan.ts has them, since the module trusts them. Results have at most
 * 256 × 256 pixels before their margins, so that many jobs fit into a minute.
 */
Job draw_job(Choices *choices, Facts facts);
/* Mostly as much memory as a Worker has, at times too little for the job. */
HostOptions draw_options(Choices *choices);

#endif
