/* Jobs on a source of several pictures: all of its frames, or one that is not the first. */
#ifndef PICTOR_ANIMATE_H
#define PICTOR_ANIMATE_H

#include "finish.h"

typedef struct Animation Animation;

/* Whether a job is one of these. */
int animation_is_wanted(const Job *job);
/* `overlays` and `colours` outlive it. */
Animation *animation_create(const Job *job, const Overlays *overlays, Numbers colours);
/* More of the source; the bytes have to stay until animation_run says that it wants more. */
void animation_feed(Animation *animation, const uint8_t *bytes, size_t count, int end);

typedef enum { ANIMATION_WANTS, ANIMATION_DONE, ANIMATION_PART } AnimationState;
/*
 * ANIMATION_PART: `output` is the next part of the file; call it again. ANIMATION_DONE: `output` is the file's head, before
 * all parts, or the whole file where there was no part. The output belongs to the caller.
 */
AnimationState animation_run(Animation *animation, Bytes *output);

#endif
