/*
 * libFuzzer's target for one source format (FUZZ_FORMAT: a Format). Its inputs are cases (case.h); half of its mutations
 * are those that know the format, the rest are its own.
 */
#include <string.h>

#include "case.h"
#include "mutate.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t room, unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t room);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  if (format_of(bytes, count) != FUZZ_FORMAT) return -1;
  return case_run(bytes, count, 0xa5).is_run ? 0 : -1;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t room, unsigned int seed) {
  Random random = {seed * 0x9e3779b97f4a7c15u + 1};
  if (size < 2 * CASE_CHOICE_BYTES || random_below(&random, 2)) return LLVMFuzzerMutate(bytes, size, room);
  uint8_t choices[CASE_CHOICE_BYTES];
  memcpy(choices, bytes + size - CASE_CHOICE_BYTES, CASE_CHOICE_BYTES);
  if (random_below(&random, 3) == 0) { /* the same picture, another job */
    LLVMFuzzerMutate(choices, CASE_CHOICE_BYTES, CASE_CHOICE_BYTES);
    memcpy(bytes + size - CASE_CHOICE_BYTES, choices, CASE_CHOICE_BYTES);
    return size;
  }
  Buffer file = {bytes, size - CASE_CHOICE_BYTES, room - CASE_CHOICE_BYTES};
  mutate(&random, &file, NULL, 0);
  memcpy(bytes + file.size, choices, CASE_CHOICE_BYTES);
  return file.size + CASE_CHOICE_BYTES;
}
