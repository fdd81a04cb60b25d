/* The checksum of PNG's chunks: CRC-32 of ISO 3309 (PNG third edition, section 5.5 and annex D). */
#ifndef PICTOR_PNG_IN_CRC_H
#define PICTOR_PNG_IN_CRC_H

#include <stddef.h>
#include <stdint.h>

/* Eight bytes at a time, each with a table for its place. */
typedef struct {
  uint32_t table[8][256];
} Crc;

void crc_prepare(Crc *crc);
/* Of `count` bytes more; 0 to begin with. */
uint32_t crc_add(const Crc *crc, uint32_t sum, const uint8_t *bytes, size_t count);

#endif
