/*
 * Tables for sequential decoding. Each answers the next 11 bits with a step: up to two coefficients, and the end of the
 * block when it follows. There is one table for where a block begins (DC and what comes then) and one for the rest.
 */
#ifndef PICTOR_JPEG_IN_STEPS_H
#define PICTOR_JPEG_IN_STEPS_H

#include "jpeg_in_bits.h"

#define STEP_BITS 11
#define STEP_SIZE (1 << STEP_BITS)

/* Between two refills so many steps need no more than the 56 bits that a refill gives. */
#define STEPS 5

/*
 *   bits 0–5    bits of all that the step holds, at most 11
 *   8–15        zigzag positions from where the block stands to the second coefficient
 *   16–19       bits of the first coefficient alone
 *   20–23       positions to the first coefficient: its run
 *   24–31       positions to where the block stands after all; STEP_END is added when it ends
 *   32–47       the first coefficient
 *   48–63       the second one
 * A coefficient that is missing is a 0 at a position that nothing was written to yet; ZRL is a coefficient 0.
 *
 * STEP_PARTIAL stands in bits 24–31 when there is nothing whole: then 0–5 are the bits of the code alone, 8–15 the
 * symbol; 0–5 are 0 when the code is longer than 11 bits.
 *
 * Added to a position, 0–63, bits 24–31 thus have bit 6 set when the step is partial, or leads out of the block and so
 * may have taken something of the next one: that needs care. Else they have bit 7 set when the block ends.
 */
#define STEP_END 128
#define STEP_PARTIAL 192
#define STEP_CARE 64

static HOT int step_bits(uint64_t step) { return (int)(step & 63); }
static HOT int step_second(uint64_t step) { return (int)((uint32_t)step >> 8 & 0xFF); }
static HOT int step_first_bits(uint64_t step) { return (int)((uint32_t)step >> 16 & 15); }
static HOT int step_first(uint64_t step) { return (int)((uint32_t)step >> 20 & 15); }
static HOT int step_advance(uint64_t step) { return (int)((uint32_t)step >> 24); }
static HOT int16_t step_first_value(uint64_t step) { return (int16_t)(uint16_t)(step >> 32); }
static HOT int16_t step_second_value(uint64_t step) { return (int16_t)(uint16_t)(step >> 48); }

/* The two tables of a component, one after the other. The file's tables have to be legal. */
void jpeg_in_build_steps(const JHUFF_TBL *dc, const JHUFF_TBL *ac, uint64_t steps[2 * STEP_SIZE]);

#endif
