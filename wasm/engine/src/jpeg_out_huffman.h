/* Huffman codes made for the symbols of a scan (ITU-T T.81, K.2), the same as libjpeg makes. */
#ifndef PICTOR_JPEG_OUT_HUFFMAN_H
#define PICTOR_JPEG_OUT_HUFFMAN_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint8_t counts[17]; /* codes of each length, as DHT has them; [0] is not used */
  uint8_t symbols[256];
  int32_t symbol_count;
  /* By symbol: its code << 16 | the code's length << 8 | how many bits follow it. */
  uint32_t code[256];
} HuffmanCode;

/*
 * `histogram`: how often each symbol comes. Where its low half byte is not 0, that many bits follow a symbol; else as
 * many as its high half says (runs of empty blocks), but none after 0xF0 (16 zeros).
 */
void huffman_code(HuffmanCode *code, const uint32_t histogram[256]);
/* What the codes of all symbols take, without the bits that follow. */
size_t huffman_bits(const HuffmanCode *code, const uint32_t histogram[256]);

#endif
