/* The profile that a result in Display P3 carries. */
#ifndef PICTOR_DISPLAY_P3_H
#define PICTOR_DISPLAY_P3_H

#include <stdint.h>

enum { DISPLAY_P3_BYTES = 492 };
extern const uint8_t DISPLAY_P3_PROFILE[DISPLAY_P3_BYTES];

#endif
