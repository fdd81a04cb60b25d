#include "png_in_crc.h"

#include <string.h>

void crc_prepare(Crc *crc) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t sum = i;
    for (int bit = 0; bit < 8; bit++) sum = sum & 1 ? sum >> 1 ^ 0xEDB88320 : sum >> 1;
    crc->table[0][i] = sum;
  }
  for (int place = 1; place < 8; place++)
    for (uint32_t i = 0; i < 256; i++) {
      const uint32_t sum = crc->table[place - 1][i];
      crc->table[place][i] = sum >> 8 ^ crc->table[0][sum & 255];
    }
}

uint32_t crc_add(const Crc *crc, uint32_t sum, const uint8_t *bytes, size_t count) {
  const uint32_t(*const t)[256] = crc->table;
  sum = ~sum;
  for (; count >= 8; count -= 8, bytes += 8) {
    uint32_t low, high; /* little-endian, as WASM is */
    memcpy(&low, bytes, 4);
    memcpy(&high, bytes + 4, 4);
    low ^= sum;
    sum = t[7][low & 255] ^ t[6][low >> 8 & 255] ^ t[5][low >> 16 & 255] ^ t[4][low >> 24] ^ t[3][high & 255] ^
          t[2][high >> 8 & 255] ^ t[1][high >> 16 & 255] ^ t[0][high >> 24];
  }
  for (; count > 0; count--) sum = sum >> 8 ^ t[0][(sum ^ *bytes++) & 255];
  return ~sum;
}
