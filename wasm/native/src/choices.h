/* Decisions drawn from bytes, so that who writes the bytes (a fuzzer, a generator, a file) decides. */
#ifndef PICTOR_NATIVE_CHOICES_H
#define PICTOR_NATIVE_CHOICES_H

#include <stddef.h>
#include <stdint.h>

/* When the bytes are used up, all further choices are 0. */
typedef struct {
  const uint8_t *bytes;
  size_t left;
} Choices;

uint32_t choose_bits(Choices *choices);
/* 0 to n - 1; 0 for n below 2, without using bytes up. */
int32_t choose_below(Choices *choices, int32_t n);
/* True once in n times, and not when the bytes are used up. */
int choose_seldom(Choices *choices, int32_t n);
/* Bytes that a job's heap may take: mostly as many as in a Worker, at times too few. */
size_t choose_heap(Choices *choices);

#endif
