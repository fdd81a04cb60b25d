/*
 * What dav1d's thread_task.c would give it. With one thread none of it is ever called; a trap would show that it was.
 */
#include "config.h"
#include "src/internal.h"
#include "src/thread_task.h"

int dav1d_task_create_tile_sbrow(Dav1dFrameContext *f, int pass, int cond) {
  (void)f, (void)pass, (void)cond;
  __builtin_trap();
}

void dav1d_task_frame_init(Dav1dFrameContext *f) {
  (void)f;
  __builtin_trap();
}

void dav1d_task_delayed_fg(Dav1dContext *c, Dav1dPicture *out, const Dav1dPicture *in) {
  (void)c, (void)out, (void)in;
  __builtin_trap();
}

void *dav1d_worker_task(void *data) {
  (void)data;
  __builtin_trap();
}
