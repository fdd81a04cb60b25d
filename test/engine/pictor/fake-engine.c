/*
 * A module with the engine's imports and exports, and no codecs: it answers with what it was sent, and does what the
 * first byte of the source says. For tests of the lifecycle alone. `fake-engine.ts` holds it compiled:
 *
 *   clang-19 --target=wasm32 -Os -nostdlib -mexec-model=reactor -Wl,--import-memory -Wl,--no-entry \
 *     -Wl,-z,stack-size=16384 -Wl,--strip-all -o fake-engine.wasm fake-engine.c && base64 -w 116 fake-engine.wasm
 */
#include <stdint.h>

enum { INPUT_BYTES = 1 << 16, JOB_BYTES = 256 };
enum { TRAP = 0xe0, THROW = 0xe1, EXHAUST = 0xe2, STAIN = 0xe3, DONE_EARLY = 0xe4, TEXT_FROM = 0xe5 };

__attribute__((import_module("env"), import_name("engine_throw"))) _Noreturn void engine_throw(int32_t code,
                                                                                            const char *text,
                                                                                            uint32_t length);
extern uint8_t __heap_base;
static uint8_t job[JOB_BYTES];
static uint32_t size, constructed = 1;

static uint8_t *heap(void) { return &__heap_base; }
/* The source is gathered behind the input buffer. */
static uint8_t *file(void) { return heap() + INPUT_BYTES; }

__attribute__((export_name("_initialize"))) void initialize(void) { constructed = 0x5eed; }
__attribute__((export_name("engine_heap_base"))) uint8_t *engine_heap_base(void) { return heap(); }
__attribute__((export_name("engine_job"))) uint8_t *engine_job(void) { return job; }
__attribute__((export_name("engine_start"))) void engine_start(void) {
  if (constructed != 0x5eed || size != 0) engine_throw(5, "not as new", 10);
}
__attribute__((export_name("engine_input"))) uint8_t *engine_input(uint32_t bytes) {
  if (bytes > INPUT_BYTES) engine_throw(5, "too much at once", 16);
  return heap();
}

static volatile int depth;
static int exhaust(void) { return depth++ < 0 ? 0 : exhaust() + depth; }

__attribute__((export_name("engine_feed"))) int32_t engine_feed(uint32_t count, int32_t end) {
  for (uint32_t i = 0; i < count; i++) file()[size++] = heap()[i];
  switch (file()[0]) {
    case TRAP:
      __builtin_trap();
    case THROW:
      engine_throw(file()[1], "the picture is broken", 21);
    case TEXT_FROM: /* a text that C never wrote */
      engine_throw(1, (const char *)heap(), 0x7fffffff);
    case EXHAUST:
      return exhaust();
    case STAIN: /* every byte of the memory that is left */
      for (uint8_t *at = file() + size; at < (uint8_t *)(__builtin_wasm_memory_size(0) << 16); at++) *at = 0xaa;
      break;
    case DONE_EARLY:
      return 1;
    default:
      break;
  }
  return end;
}
__attribute__((export_name("engine_output"))) uint8_t *engine_output(void) { return file(); }
__attribute__((export_name("engine_output_size"))) uint32_t engine_output_size(void) { return size; }
