#ifndef PICTOR_OP_TINT_H
#define PICTOR_OP_TINT_H

#include "engine.h"

/* `colour`: 0xAABBGGRR, of which alpha does not count. */
void op_tint(Raster *raster, uint32_t colour);

#endif
