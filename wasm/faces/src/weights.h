/* The weights as wasm/faces/convert.mjs has written them: see there for their order. */
#ifndef PICTOR_FACES_WEIGHTS_H
#define PICTOR_FACES_WEIGHTS_H

#include <stdint.h>

#define FACES_WEIGHTS 135092

/* IEEE 754 binary16, as they were trained. */
extern const uint16_t faces_halves[FACES_WEIGHTS];

/* All of them as floats, on the heap; made once. */
const float *weights_all(void);

#endif
