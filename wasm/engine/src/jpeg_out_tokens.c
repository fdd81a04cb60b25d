#include "jpeg_out_tokens.h"

#include <stdlib.h>
#include <string.h>

#include "engine.h"

static uint32_t *words_end(TokenChunk *chunk) { return (uint32_t *)(chunk->bytes + TOKEN_CHUNK_BYTES); }

/* A chunk's bits end with it: the last word is filled up with zeros. */
static void end_chunk(Tokens *tokens) {
  TokenCursor *cursor = &tokens->cursor;
  TokenChunk *chunk = tokens->last;
  if (chunk == NULL) return;
  if (cursor->pending > 0) *--cursor->word = (uint32_t)(cursor->bits << (32 - cursor->pending));
  cursor->pending = 0;
  chunk->symbols = (int32_t)(cursor->symbol - chunk->bytes);
  tokens->words += (size_t)(words_end(chunk) - cursor->word);
}

static void begin_chunk(Tokens *tokens) {
  tokens->cursor = (TokenCursor){.symbol = tokens->last->bytes, .word = words_end(tokens->last)};
}

static void append_chunk(Tokens *tokens) {
  TokenChunk *chunk = engine_alloc(sizeof *chunk);
  if (tokens->last == NULL)
    tokens->first = chunk;
  else
    tokens->last->next = chunk;
  tokens->last = chunk;
}

static void free_chunks(TokenChunk *chunk) {
  while (chunk != NULL) {
    TokenChunk *next = chunk->next;
    free(chunk);
    chunk = next;
  }
}

/* The first one was allocated before most others, and is not in the way of the file. */
void tokens_forget(Tokens *tokens) {
  if (tokens->first == NULL) return;
  free_chunks(tokens->first->next);
  tokens->first->next = NULL;
  tokens->last = tokens->first;
}

static void spend(TokenBudget *budget, size_t bytes) {
  if (budget->kept + bytes > budget->most)
    budget->is_spent = 1;
  else
    budget->kept += bytes;
}

void budget_file(TokenBudget *budget, size_t bytes) {
  if (budget->kept > 0 && budget->kept + bytes > budget->most + budget->most / 2) budget->is_spent = 1;
}

void tokens_next_chunk(Tokens *tokens) {
  end_chunk(tokens);
  if (tokens->last != NULL && !tokens->budget->is_spent) spend(tokens->budget, sizeof(TokenChunk));
  if (tokens->last == NULL || !tokens->budget->is_spent)
    append_chunk(tokens);
  else if (tokens->drain != NULL)
    tokens->drain(tokens->context, tokens->last);
  else
    tokens_forget(tokens);
  begin_chunk(tokens);
}

void tokens_drain(Tokens *tokens, TokenDrain drain, void *context) {
  tokens->drain = drain;
  tokens->context = context;
  begin_chunk(tokens);
}

void tokens_end(Tokens *tokens) {
  end_chunk(tokens);
  if (tokens->drain != NULL)
    tokens->drain(tokens->context, tokens->last);
  else if (tokens->budget->is_spent)
    tokens_forget(tokens);
}

size_t tokens_bits(const Tokens *tokens) { return tokens->words * 32; }

void tokens_free(Tokens *tokens) {
  free_chunks(tokens->first);
  memset(tokens, 0, sizeof *tokens);
}
