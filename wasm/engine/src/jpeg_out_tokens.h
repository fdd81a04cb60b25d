/*
 * What a scan will say, before its Huffman code is known: symbols, a byte each, and the bits that follow them in the
 * file, packed. So a picture's coefficients are walked once and need not be kept: symbols and bits take a fifth of
 * them in photos. In noise they would take as much: when the budget is spent, tokens are only counted, and come again
 * once the code is known, to be written as they come.
 */
#ifndef PICTOR_JPEG_OUT_TOKENS_H
#define PICTOR_JPEG_OUT_TOKENS_H

#include <stddef.h>
#include <stdint.h>

enum { TOKEN_CHUNK_BYTES = 2048 - 4 * sizeof(uint32_t) };

/* Symbols from the front, words of bits from the back. */
typedef struct TokenChunk {
  struct TokenChunk *next;
  int32_t symbols;
  _Alignas(uint32_t) uint8_t bytes[TOKEN_CHUNK_BYTES];
} TokenChunk;

/* Where a chunk is being filled. Small, so that a function can hold it in registers. */
typedef struct {
  uint8_t *symbol;  /* the next one */
  uint32_t *word;   /* the last one */
  uint64_t bits;    /* the last ones */
  int32_t pending;  /* how many of them are in no word yet: 0–31 */
} TokenCursor;

/* What all scans of a picture may keep together, in bytes; with the file half as much more. */
typedef struct {
  size_t most, kept;
  int is_spent; /* then what was kept is of no use */
} TokenBudget;

/* When all tokens are there and with them the file's size. */
void budget_file(TokenBudget *budget, size_t bytes);

/* Takes a chunk's tokens before it is used again. */
typedef void (*TokenDrain)(void *context, const TokenChunk *chunk);

typedef struct {
  TokenChunk *first, *last;
  size_t words; /* of all chunks that were ended */
  TokenCursor cursor;
  TokenBudget *budget; /* set by the owner */
  TokenDrain drain;
  void *context;
} Tokens;

/* The first chunk of each scan is free of charge. */
void tokens_next_chunk(Tokens *tokens);
/* All tokens come a second time: from now on, chunks are passed on. */
void tokens_drain(Tokens *tokens, TokenDrain drain, void *context);

/* Room for tokens of `bytes` bytes in all, symbols and bits; less than a chunk has. */
static inline void tokens_reserve(Tokens *tokens, ptrdiff_t bytes) {
  const ptrdiff_t free = (uint8_t *)tokens->cursor.word - tokens->cursor.symbol;
  if (free < bytes + (ptrdiff_t)(2 * sizeof(uint32_t))) tokens_next_chunk(tokens);
}

/* `count` ≤ 32 bits, of which `bits` has no others set. */
static inline void token_put(TokenCursor *cursor, int symbol, uint32_t bits, int count) {
  *cursor->symbol++ = (uint8_t)symbol;
  cursor->bits = cursor->bits << count | bits;
  cursor->pending += count;
  if (cursor->pending >= 32) {
    cursor->pending -= 32;
    *--cursor->word = (uint32_t)(cursor->bits >> cursor->pending);
  }
}

/* When all is put. */
void tokens_end(Tokens *tokens);
/* Frees all but a chunk. */
void tokens_forget(Tokens *tokens);
/* At least as many bits as came with symbols. */
size_t tokens_bits(const Tokens *tokens);
void tokens_free(Tokens *tokens);

/* ---- reading a chunk ---- */

typedef struct {
  const uint8_t *symbol;
  const uint32_t *word;
  uint64_t bits;
  int32_t left; /* of them */
} TokenReader;

static inline TokenReader token_reader(const TokenChunk *chunk) {
  return (TokenReader){.symbol = chunk->bytes, .word = (const uint32_t *)(chunk->bytes + TOKEN_CHUNK_BYTES)};
}

#endif
