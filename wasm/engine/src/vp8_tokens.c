/* Writes a page of libwebp's tokens: VP8EmitTokens and VP8PutBit, with the coder's state in registers and few branches. */
#ifdef __wasm_simd128__
#include <string.h>

#include "src/enc/vp8i_enc.h"

/* Each token moves the coder by at most 7 bits. */
enum { BATCH = 256, BATCH_BYTES = BATCH * 7 / 8 + 8 };

enum { PROBABILITIES = NUM_TYPES * NUM_BANDS * NUM_CTX * NUM_PROBAS };

/* The boolean coder of RFC 6386, section 7, as libwebp has it: below `value`'s whole bytes lie `pending` bits. */
typedef struct {
  uint64_t value;
  uint32_t range; /* 128–255 */
  int pending;
  uint8_t *out;
} Coder;

/* Four bytes, and a carry into those before. */
static inline void put_bytes(Coder *coder) {
  const int rest = coder->pending - 24;
  const uint64_t bytes = coder->value >> rest;
  if (bytes >> 32) {
    uint8_t *carry = coder->out;
    while (++*--carry == 0) continue;
  }
  const uint32_t swapped = __builtin_bswap32((uint32_t)bytes);
  memcpy(coder->out, &swapped, 4);
  coder->out += 4;
  coder->value &= (UINT64_C(1) << rest) - 1;
  coder->pending -= 32;
}

static inline void put_bit(Coder *coder, uint32_t bit, uint32_t probability) {
  const uint32_t split = (((coder->range - 1) * probability) >> 8) + 1;
  const uint32_t mask = 0 - bit;
  coder->value += split & mask;
  const uint32_t range = split + (mask & (coder->range - 2 * split));
  const int shift = __builtin_clz(range) - 24;
  coder->range = range << shift;
  coder->value <<= shift;
  coder->pending += shift;
  if (coder->pending > 32) put_bytes(coder);
}

/* The state as VP8PutBit keeps it: at most 8 bits pending, and trailing 0xff counted, as a carry may still reach them. */
static void close_batch(VP8BitWriter *bw, Coder *coder) {
  while (coder->pending > 8) {
    const uint64_t byte = coder->value >> coder->pending;
    if (byte >> 8) {
      uint8_t *carry = coder->out;
      while (++*--carry == 0) continue;
    }
    *coder->out++ = (uint8_t)byte;
    coder->value &= (UINT64_C(1) << coder->pending) - 1;
    coder->pending -= 8;
  }
  bw->range_ = (int32_t)coder->range - 1;
  bw->value_ = (int32_t)coder->value;
  bw->nb_bits_ = coder->pending - 8;
  bw->pos_ = (size_t)(coder->out - bw->buf_);
  while (bw->pos_ > 0 && bw->buf_[bw->pos_ - 1] == 0xff) {
    bw->pos_--;
    bw->run_++;
  }
}

static Coder open_batch(VP8BitWriter *bw) {
  memset(bw->buf_ + bw->pos_, 0xff, (size_t)bw->run_);
  bw->pos_ += (size_t)bw->run_;
  bw->run_ = 0;
  return (Coder){(uint64_t)bw->value_, (uint32_t)bw->range_ + 1, bw->nb_bits_ + 8, bw->buf_ + bw->pos_};
}

/* Bit 15: the bit; bit 14: the rest is its probability, else its place in `probas`. From the last token down. */
void VP8PutTokens(VP8BitWriter *bw, const uint16_t *tokens, int count, const uint8_t *probas) {
  uint8_t probabilities[PROBABILITIES + 256];
  memcpy(probabilities, probas, PROBABILITIES);
  for (int i = 0; i < 256; i++) probabilities[PROBABILITIES + i] = (uint8_t)i;
  while (count > 0) {
    const int batch = count < BATCH ? count : BATCH;
    if (!VP8BitWriterReserve(bw, (size_t)bw->run_ + BATCH_BYTES)) return; /* which bw->error_ tells */
    Coder coder = open_batch(bw);
    for (int end = count - batch; count > end;) {
      const uint32_t token = tokens[--count];
      const uint32_t place = (token & 0x3fff) + (token >> 14 & 1) * PROBABILITIES;
      put_bit(&coder, token >> 15, probabilities[place]);
    }
    close_batch(bw, &coder);
  }
}

#endif
