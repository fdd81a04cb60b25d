/*
 * The engine's static variables, put back as they were before its first job, as an instance is scrubbed
 * (src/engine/pictor/instance.ts). They lie between those of statics_first.c and statics_last.c, since the linker keeps
 * the order of its command line within .data and .bss.
 */
#ifndef PICTOR_NATIVE_STATICS_H
#define PICTOR_NATIVE_STATICS_H

/* Once, before the first job. Aborts when `one_of_them`, if it is told, does not lie in between. */
void statics_keep(const void *one_of_them);
void statics_restore(void);

#endif
