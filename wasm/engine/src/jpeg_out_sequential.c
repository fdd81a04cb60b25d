#include "jpeg_out_sequential.h"

#include <stdlib.h>
#include <string.h>

#include "jpeg_out_bits.h"

enum { END_OF_BLOCK = 0, ZEROS_16 = 0xF0 };

struct Sequential {
  const Frame *frame;
  int32_t previous_dc[MAX_COMPONENTS];
  /* Of each block: how many symbols it has, and the symbols. */
  Tokens tokens;
  TokenBudget budget;
  uint32_t dc_histogram[2][256], ac_histogram[2][256];
  HuffmanCode dc_code[2], ac_code[2];
};

Sequential *sequential_create(const Frame *frame, size_t most_tokens) {
  Sequential *sequential = engine_alloc(sizeof *sequential);
  sequential->frame = frame;
  sequential->budget.most = most_tokens;
  sequential->tokens.budget = &sequential->budget;
  return sequential;
}

static inline void put(TokenCursor *cursor, uint32_t histogram[256], int symbol, uint32_t bits, int count) {
  histogram[symbol]++;
  token_put(cursor, symbol, bits, count);
}

static inline void put_dc(TokenCursor *cursor, uint32_t histogram[256], int32_t difference) {
  const uint32_t magnitude = (uint32_t)(difference < 0 ? -difference : difference);
  const int size = magnitude == 0 ? 0 : 32 - __builtin_clz(magnitude);
  put(cursor, histogram, size, magnitude ^ (difference < 0 ? (1u << size) - 1 : 0), size);
}

static inline void put_ac(TokenCursor *cursor, uint32_t histogram[256], const JpegBlock *block) {
  int last = 0;
  for (uint64_t left = block->reaches[0] & ~(uint64_t)1; left != 0; left &= left - 1) {
    const int k = __builtin_ctzll(left);
    const uint32_t magnitude = block->magnitude[jpeg_zigzag[k]];
    const int size = 32 - __builtin_clz(magnitude);
    const uint32_t flip = block->negative >> k & 1 ? (1u << size) - 1 : 0;
    int zeros = k - last - 1;
    for (; zeros > 15; zeros -= 16) put(cursor, histogram, ZEROS_16, 0, 0);
    put(cursor, histogram, zeros << 4 | size, magnitude ^ flip, size);
    last = k;
  }
  if (last < 63) put(cursor, histogram, END_OF_BLOCK, 0, 0);
}

void sequential_block(Sequential *sequential, int32_t component, const JpegBlock *block) {
  const int table = frame_table_of(component);
  uint32_t *ac_histogram = sequential->ac_histogram[table];
  /* Count, DC, end of block and 3 times 16 zeros; a symbol and 10 bits for each coefficient. */
  const uint64_t members = block == NULL ? 0 : block->reaches[0];
  tokens_reserve(&sequential->tokens, 3 * __builtin_popcountll(members) + 16);
  TokenCursor cursor = sequential->tokens.cursor;
  uint8_t *count = cursor.symbol++;
  /* One that only fills up has the DC of the block before it, and nothing else. */
  const int32_t dc = block == NULL ? sequential->previous_dc[component] : block->dc;
  put_dc(&cursor, sequential->dc_histogram[table], dc - sequential->previous_dc[component]);
  sequential->previous_dc[component] = dc;
  if (block == NULL)
    put(&cursor, ac_histogram, END_OF_BLOCK, 0, 0);
  else
    put_ac(&cursor, ac_histogram, block);
  *count = (uint8_t)(cursor.symbol - count - 1);
  sequential->tokens.cursor = cursor;
}

/* ---- out ---- */

/* Answers at least the bits that the scan takes, without stuffing. */
static size_t make_codes(Sequential *sequential, int tables) {
  size_t bits = 0;
  for (int i = 0; i < tables; i++) {
    huffman_code(&sequential->dc_code[i], sequential->dc_histogram[i]);
    huffman_code(&sequential->ac_code[i], sequential->ac_histogram[i]);
    bits += huffman_bits(&sequential->dc_code[i], sequential->dc_histogram[i]);
    bits += huffman_bits(&sequential->ac_code[i], sequential->ac_histogram[i]);
  }
  return bits + tokens_bits(&sequential->tokens);
}

typedef struct {
  const Sequential *sequential;
  BitWriter writer;
  int32_t luma_blocks, mcu_blocks; /* in an MCU */
  int32_t block;                   /* the next one's number in its MCU */
} Writing;

static void write_chunk(void *context, const TokenChunk *chunk) {
  Writing *writing = context;
  const Sequential *sequential = writing->sequential;
  TokenReader reader = token_reader(chunk);
  while (reader.symbol < chunk->bytes + chunk->symbols) {
    const int table = writing->block >= writing->luma_blocks;
    const int32_t symbols = *reader.symbol++;
    bits_put_tokens(&writing->writer, &reader, sequential->dc_code[table].code, 1);
    bits_put_tokens(&writing->writer, &reader, sequential->ac_code[table].code, symbols - 1);
    if (++writing->block == writing->mcu_blocks) writing->block = 0;
  }
}

static void write_scan(Sequential *sequential, Growing *out, Replay replay) {
  const Frame *frame = sequential->frame;
  const int32_t luma_blocks = frame->component[0].factor * frame->component[0].factor;
  Writing writing = {sequential, bits_begin(out), luma_blocks, luma_blocks + frame->count - 1, 0};
  if (sequential->budget.is_spent) {
    tokens_drain(&sequential->tokens, write_chunk, &writing);
    memset(sequential->previous_dc, 0, sizeof sequential->previous_dc);
    replay.run(replay.context);
    tokens_end(&sequential->tokens);
  } else {
    for (const TokenChunk *chunk = sequential->tokens.first; chunk != NULL; chunk = chunk->next)
      write_chunk(&writing, chunk);
  }
  bits_end(&writing.writer);
}

void sequential_write(Sequential *sequential, Growing *out, Replay replay) {
  const int tables = sequential->frame->count > 1 ? 2 : 1;
  tokens_end(&sequential->tokens);
  const size_t bytes = scan_bytes(make_codes(sequential, tables)) + marker_bytes(1, 4);
  budget_file(&sequential->budget, bytes);
  if (sequential->budget.is_spent) tokens_forget(&sequential->tokens);
  growing_reserve(out, bytes);
  write_headers(out, sequential->frame, 0);
  for (int i = 0; i < tables; i++) {
    write_huffman_code(out, 0, i, &sequential->dc_code[i]);
    write_huffman_code(out, 1, i, &sequential->ac_code[i]);
  }
  write_scan_header(out, sequential->frame, (Scan){ALL_COMPONENTS, 0, 63, 0, 0});
  write_scan(sequential, out, replay);
  write_end(out);
  tokens_free(&sequential->tokens);
  free(sequential);
}
