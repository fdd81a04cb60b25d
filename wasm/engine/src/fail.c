/* How a job ends badly: one import that throws, so that nothing has to return an error through C. */
#include <stdint.h>
#include <string.h>

#include "failure.h"

__attribute__((import_module("env"), import_name("engine_throw"))) _Noreturn void engine_throw(int32_t code, const char *text,
                                                                                           size_t length);

void engine_fail(int code, const char *text) { engine_throw(code, text, strlen(text)); }

__attribute__((export_name("engine_heap_base"))) const void *engine_heap_base(void) {
  extern unsigned char __heap_base;
  return &__heap_base;
}
