/* LZW as in GIF (GIF89a, appendix F), its bytes coming in pieces. */
#ifndef PICTOR_GIF_IN_LZW_H
#define PICTOR_GIF_IN_LZW_H

#include <stddef.h>
#include <stdint.h>

typedef struct Lzw Lzw;

/* The longest string that a code can stand for: each is one longer than an older one's. */
#define LZW_MOST_STRING 4096

/* `least_bits`: the minimum code size, 1 to 11. */
Lzw *lzw_create(int least_bits);
/* As new, for another picture. */
void lzw_begin(Lzw *lzw, int least_bits);
/*
 * Uses bytes from `*bytes` on, until `room` indexes or more are written: at most LZW_MOST_STRING - 1 more. Answers how
 * many. Fewer than `room`: it wants more bytes. Fails the job on codes that mean nothing, and at the end code.
 */
size_t lzw_run(Lzw *lzw, const uint8_t **bytes, const uint8_t *end, uint8_t *to, size_t room);
void lzw_free(Lzw *lzw);

#endif
