#include "jpeg_out_ac_scan.h"

enum { ZEROS_16 = 0xF0, LONGEST_RUN = 0x7FFF };

/*
 * At least the bytes of a block's tokens, when so many coefficients get a symbol: that, 10 bits or a symbol of plain
 * bits; 3 times 16 zeros, with plain bits too; 63 corrections.
 */
static inline ptrdiff_t bytes_for(uint64_t members) { return 3 * __builtin_popcountll(members) + 16; }

/* Bits without a symbol, 1–32: in a refining scan, symbols end in 0 or 1, so those that end in 2 or 3 are free. */
static inline int plain_bits(int count) { return ((count - 1) & 15) << 4 | (2 + ((count - 1) >> 4)); }

static inline void put_plain(TokenCursor *cursor, uint64_t bits, int count) {
  if (count > 32) {
    token_put(cursor, plain_bits(32), (uint32_t)(bits >> (count - 32)), 32);
    count -= 32;
    bits &= ((uint64_t)1 << count) - 1;
  }
  if (count > 0) token_put(cursor, plain_bits(count), (uint32_t)bits, count);
}

static inline void put_symbol(AcScan *ac, TokenCursor *cursor, int symbol, uint32_t bits, int count) {
  ac->histogram[symbol]++;
  token_put(cursor, symbol, bits, count);
}

void ac_scan_create(AcScan *ac, Scan scan, TokenBudget *budget) {
  ac->scan = scan;
  ac->tokens.budget = budget;
  ac->band = (~(uint64_t)0 << scan.first) & (~(uint64_t)0 >> (63 - scan.last));
}

/* ---- runs of blocks that say nothing more ---- */

static void end_run(AcScan *ac) {
  if (ac->run == 0) return;
  tokens_reserve(&ac->tokens, 16 + 5 * ac->words);
  TokenCursor *cursor = &ac->tokens.cursor;
  const int size = 31 - __builtin_clz(ac->run);
  put_symbol(ac, cursor, size << 4, ac->run & ((1u << size) - 1), size);
  for (int32_t i = 0; i < ac->words; i++) put_plain(cursor, ac->word[i], 32);
  put_plain(cursor, ac->bits & (((uint64_t)1 << ac->pending) - 1), ac->pending);
  ac->run = 0;
  ac->words = ac->pending = 0;
}

static inline void add_corrections(AcScan *ac, uint64_t passed, uint64_t bit) {
  for (; passed != 0; passed &= passed - 1) {
    ac->bits = ac->bits << 1 | (bit >> __builtin_ctzll(passed) & 1);
    if (++ac->pending == 32) {
      ac->word[ac->words++] = (uint32_t)ac->bits;
      ac->pending = 0;
    }
  }
}

static inline void add_to_run(AcScan *ac) {
  const int32_t corrections = 32 * ac->words + ac->pending;
  if (++ac->run == LONGEST_RUN || corrections > MOST_CORRECTIONS - MOST_BLOCK_CORRECTIONS) end_run(ac);
}

/* ---- first scans: magnitudes but for their low bits ---- */

static inline void put_coefficients(AcScan *ac, TokenCursor *cursor, const JpegBlock *block, uint64_t left) {
  int last = ac->scan.first - 1;
  for (; left != 0; left &= left - 1) {
    const int k = __builtin_ctzll(left);
    const uint32_t magnitude = (uint32_t)block->magnitude[jpeg_zigzag[k]] >> ac->scan.low;
    const int size = 32 - __builtin_clz(magnitude);
    const uint32_t flip = block->negative >> k & 1 ? (1u << size) - 1 : 0;
    int zeros = k - last - 1;
    for (; zeros > 15; zeros -= 16) put_symbol(ac, cursor, ZEROS_16, 0, 0);
    put_symbol(ac, cursor, zeros << 4 | size, magnitude ^ flip, size);
    last = k;
  }
}

static void first_block(AcScan *ac, const JpegBlock *block) {
  const uint64_t members = block->reaches[ac->scan.low] & ac->band;
  if (members != 0) {
    end_run(ac);
    tokens_reserve(&ac->tokens, bytes_for(members));
    TokenCursor cursor = ac->tokens.cursor;
    put_coefficients(ac, &cursor, block, members);
    ac->tokens.cursor = cursor;
  }
  if ((members >> ac->scan.last & 1) == 0) add_to_run(ac);
}

/* ---- scans that refine: a bit more of those that are known, and those that begin with this bit ---- */

/* Correction bits that wait for the symbol after which they belong. */
typedef struct {
  uint64_t bits;
  int32_t count;
} Corrections;

static inline void correct(Corrections *corrections, uint64_t bit, int k) {
  corrections->bits = corrections->bits << 1 | (bit >> k & 1);
  corrections->count++;
}

/*
 * From behind position `last` to `k`, where more than 15 zeros lie: a symbol for each 16 of them comes when the first
 * position after them that is not 0 is reached, with the corrections up to there. Answers the zeros that are left.
 */
static int skip_zeros(AcScan *ac, TokenCursor *cursor, Corrections *corrections, uint64_t passed, uint64_t bit,
                      int last, int k) {
  int zeros = 0;
  for (uint64_t rest = passed | (uint64_t)1 << k;; rest &= rest - 1) {
    const int position = __builtin_ctzll(rest);
    for (zeros += position - last - 1; zeros > 15; zeros -= 16) {
      put_symbol(ac, cursor, ZEROS_16, 0, 0);
      put_plain(cursor, corrections->bits, corrections->count);
      *corrections = (Corrections){0};
    }
    if (position == k) return zeros;
    correct(corrections, bit, position);
    last = position;
  }
}

static inline int put_fresh(AcScan *ac, TokenCursor *cursor, const JpegBlock *block, uint64_t fresh, uint64_t known) {
  const uint64_t bit = block->bit[ac->scan.low];
  int last = ac->scan.first - 1;
  for (; fresh != 0; fresh &= fresh - 1) {
    const int k = __builtin_ctzll(fresh);
    uint64_t passed = known & (((uint64_t)1 << k) - ((uint64_t)2 << last));
    int zeros = k - last - 1 - __builtin_popcountll(passed);
    Corrections corrections = {0};
    if (zeros > 15)
      zeros = skip_zeros(ac, cursor, &corrections, passed, bit, last, k);
    else
      for (; passed != 0; passed &= passed - 1) correct(&corrections, bit, __builtin_ctzll(passed));
    put_symbol(ac, cursor, zeros << 4 | 1, (uint32_t)(~block->negative >> k & 1), 1);
    put_plain(cursor, corrections.bits, corrections.count);
    last = k;
  }
  return last;
}

static void refine_block(AcScan *ac, const JpegBlock *block) {
  const uint64_t bit = block->bit[ac->scan.low], known = block->reaches[ac->scan.low + 1] & ac->band;
  const uint64_t fresh = bit & ac->band & ~known;
  int last = ac->scan.first - 1;
  if (fresh != 0) {
    end_run(ac);
    tokens_reserve(&ac->tokens, bytes_for(fresh));
    TokenCursor cursor = ac->tokens.cursor;
    last = put_fresh(ac, &cursor, block, fresh, known);
    ac->tokens.cursor = cursor;
  }
  if (last == ac->scan.last) return;
  add_corrections(ac, known & (~(uint64_t)0 << (last + 1)), bit);
  add_to_run(ac);
}

void ac_scan_block(AcScan *ac, const JpegBlock *block) {
  if (ac->scan.high > 0)
    refine_block(ac, block);
  else
    first_block(ac, block);
}

/* ---- out ---- */

size_t ac_scan_end(AcScan *ac) {
  end_run(ac);
  tokens_end(&ac->tokens);
  huffman_code(&ac->code, ac->histogram);
  if (ac->scan.high > 0)
    for (int count = 1; count <= 32; count++) ac->code.code[plain_bits(count)] = (uint32_t)count;
  return huffman_bits(&ac->code, ac->histogram) + tokens_bits(&ac->tokens);
}

typedef struct {
  const AcScan *ac;
  BitWriter *writer;
} Writing;

static void write_chunk(void *context, const TokenChunk *chunk) {
  const Writing *writing = context;
  TokenReader reader = token_reader(chunk);
  bits_put_tokens(writing->writer, &reader, writing->ac->code.code, chunk->symbols);
}

void ac_scan_write(AcScan *ac, BitWriter *writer, Replay replay) {
  Writing writing = {ac, writer};
  if (ac->tokens.budget->is_spent) {
    tokens_drain(&ac->tokens, write_chunk, &writing);
    replay.run(replay.context);
    end_run(ac);
    tokens_end(&ac->tokens);
  } else {
    for (const TokenChunk *chunk = ac->tokens.first; chunk != NULL; chunk = chunk->next) write_chunk(&writing, chunk);
  }
  tokens_free(&ac->tokens);
}
