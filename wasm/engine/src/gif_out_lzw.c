#include "gif_out_lzw.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_BITS = 12, MOST_CODES = 1 << MOST_BITS, SLOTS = 1 << 13, BLOCK_BYTES = 255 };

typedef struct {
  Growing *file;
  int least_bits, bits_a_code;
  int32_t next; /* the next code that gets a meaning */
  uint32_t bits;
  int held;
  uint8_t block[1 + BLOCK_BYTES];
  /* Strings by open hashing: the code before and the index that follows; 0: empty, so they are one more. */
  uint32_t key[SLOTS];
  uint16_t code[SLOTS];
} Coder;

static void end_block(Coder *coder) {
  if (coder->block[0] == 0) return;
  growing_append(coder->file, coder->block, (size_t)coder->block[0] + 1);
  coder->block[0] = 0;
}

static void put_byte(Coder *coder, uint32_t byte) {
  coder->block[++coder->block[0]] = (uint8_t)byte;
  if (coder->block[0] == BLOCK_BYTES) end_block(coder);
}

static void put_code(Coder *coder, int32_t code) {
  coder->bits |= (uint32_t)code << coder->held;
  coder->held += coder->bits_a_code;
  while (coder->held >= 8) {
    put_byte(coder, coder->bits & 255);
    coder->bits >>= 8;
    coder->held -= 8;
  }
}

static void forget(Coder *coder) {
  put_code(coder, 1 << coder->least_bits);
  memset(coder->key, 0, sizeof coder->key);
  coder->bits_a_code = coder->least_bits + 1;
  coder->next = (1 << coder->least_bits) + 2;
}

static uint32_t slot_of(const Coder *coder, uint32_t key) {
  uint32_t slot = (key * 2654435769u) >> 19;
  while (coder->key[slot] != 0 && coder->key[slot] != key) slot = (slot + 1) % SLOTS;
  return slot;
}

/* The reader learns a code one step later: the width grows when the code before the new one needs it. */
static void learn(Coder *coder, uint32_t slot, uint32_t key) {
  if (coder->next == MOST_CODES) {
    forget(coder);
    return;
  }
  coder->key[slot] = key;
  coder->code[slot] = (uint16_t)coder->next;
  if (coder->next == 1 << coder->bits_a_code) coder->bits_a_code++;
  coder->next++;
}

static int32_t add(Coder *coder, int32_t string, int32_t index) {
  if (string < 0) return index;
  const uint32_t key = ((uint32_t)string << 8 | (uint32_t)index) + 1;
  const uint32_t slot = slot_of(coder, key);
  if (coder->key[slot] == key) return coder->code[slot];
  put_code(coder, string);
  learn(coder, slot, key);
  return index;
}

void gif_compress(Growing *file, const uint8_t *indexes, int32_t width, int32_t height, ptrdiff_t stride, int least_bits) {
  Coder *coder = engine_alloc(sizeof *coder);
  const uint8_t head = (uint8_t)least_bits;
  growing_append(file, &head, 1);
  coder->file = file;
  coder->least_bits = least_bits;
  coder->bits_a_code = least_bits + 1;
  forget(coder);
  int32_t string = -1;
  for (int32_t y = 0; y < height; y++) {
    for (int32_t x = 0; x < width; x++) string = add(coder, string, indexes[y * stride + x]);
  }
  put_code(coder, string);
  /* The reader has learnt one code more by now. */
  if (coder->next == 1 << coder->bits_a_code && coder->bits_a_code < MOST_BITS) coder->bits_a_code++;
  put_code(coder, (1 << least_bits) + 1);
  if (coder->held > 0) put_byte(coder, coder->bits & 255);
  end_block(coder);
  const uint8_t end = 0;
  growing_append(file, &end, 1);
  free(coder);
}
