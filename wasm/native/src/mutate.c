#include "mutate.h"

#include <string.h>

#include "chunks.h"

uint32_t random_bits(Random *random) { /* Marsaglia's xorshift64, its upper half */
  uint64_t x = random->state;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  random->state = x;
  return (uint32_t)(x >> 32);
}

size_t random_below(Random *random, size_t n) { return n == 0 ? 0 : random_bits(random) % n; }

/* ---- what all else is made of ---- */

/* Cut where the buffer's room or the file ends. */
static void insert(Buffer *file, size_t at, const uint8_t *bytes, size_t count) {
  if (count > file->room - file->size) count = file->room - file->size;
  memmove(file->bytes + at + count, file->bytes + at, file->size - at);
  if (bytes == NULL) memset(file->bytes + at, 0, count);
  else memcpy(file->bytes + at, bytes, count);
  file->size += count;
}

static void erase(Buffer *file, size_t at, size_t count) {
  if (count > file->size - at) count = file->size - at;
  memmove(file->bytes + at, file->bytes + at + count, file->size - at - count);
  file->size -= count;
}

static void scribble(Random *random, Buffer *file, size_t at, size_t count) {
  for (size_t i = at; i < at + count && i < file->size; i++) file->bytes[i] = (uint8_t)random_bits(random);
}

/* Where sums overflow, signs turn and loops end one too early or too late. */
static uint32_t awkward(Random *random) {
  static const uint32_t NUMBERS[] = {0, 1, 2, 7, 8, 0x7f, 0x80, 0xff, 0x100, 0x3fff, 0x7fff, 0x8000, 0xffff, 0x10000,
                                     0xffffff, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff};
  return NUMBERS[random_below(random, sizeof NUMBERS / sizeof *NUMBERS)] + (uint32_t)random_below(random, 3) - 1;
}

static uint32_t number_at(const Buffer *file, size_t at, int count, int little) {
  uint32_t value = 0;
  for (int i = 0; i < count; i++) value = value << 8 | file->bytes[little ? at + (size_t)(count - 1 - i) : at + (size_t)i];
  return value;
}

static void put_number(Buffer *file, size_t at, int count, int little, uint32_t value) {
  if (at + (size_t)count > file->size) return;
  for (int i = 0; i < count; i++) {
    const int shift = 8 * (little ? i : count - 1 - i);
    file->bytes[at + (size_t)i] = (uint8_t)(value >> shift);
  }
}

/* ---- bytes, anywhere or in a given part ---- */

static void change_bytes(Random *random, Buffer *file, size_t from, size_t count) {
  const size_t at = from + random_below(random, count);
  if (at >= file->size) return;
  switch (random_below(random, 9)) {
    case 0:
      file->bytes[at] ^= (uint8_t)(1u << random_below(random, 8));
      return;
    case 1:
      file->bytes[at] = (uint8_t)random_bits(random);
      return;
    case 2:
      file->bytes[at] = (uint8_t)awkward(random);
      return;
    case 3:
      file->bytes[at] += (uint8_t)(random_below(random, 2) ? 1 : -1);
      return;
    case 4:
      put_number(file, at, random_below(random, 2) ? 2 : 4, (int)random_below(random, 2), awkward(random));
      return;
    case 5:
      erase(file, at, 1 + random_below(random, random_below(random, 4) ? 8 : 200));
      return;
    case 6: {
      const size_t size = 1 + random_below(random, random_below(random, 4) ? 8 : 200);
      const size_t before = file->size;
      insert(file, at, NULL, size);
      if (random_below(random, 2)) scribble(random, file, at, file->size - before);
      return;
    }
    case 7: { /* a range again, somewhere else */
      uint8_t copy[256];
      size_t size = 1 + random_below(random, sizeof copy);
      if (size > file->size - at) size = file->size - at;
      memcpy(copy, file->bytes + at, size);
      insert(file, random_below(random, file->size), copy, size);
      return;
    }
    default:
      scribble(random, file, at, 1 + random_below(random, 60));
  }
}

/* ---- chunks ---- */

static void change_length(Random *random, Buffer *file, Chunk chunk) {
  if (chunk.length_bytes == 0 || chunk.length_at + chunk.length_bytes > file->size) return;
  const uint32_t value = number_at(file, chunk.length_at, chunk.length_bytes, chunk.length_little);
  const uint32_t changed = random_below(random, 2) ? awkward(random) : value + (uint32_t)random_below(random, 9) - 4;
  put_number(file, chunk.length_at, chunk.length_bytes, chunk.length_little, changed);
}

/* Another chunk's name, or one bit of it. */
static void change_type(Random *random, Buffer *file, const Chunks *chunks, Chunk chunk) {
  const Chunk other = chunks->chunk[random_below(random, (size_t)chunks->count)];
  const size_t count = chunk.length_bytes == 4 ? 4 : 1;
  if (chunk.type_at + count > file->size || other.type_at + count > file->size) return;
  if (random_below(random, 2)) memmove(file->bytes + chunk.type_at, file->bytes + other.type_at, count);
  else file->bytes[chunk.type_at] ^= (uint8_t)(1u << random_below(random, 8));
}

/* A chunk of `from` comes before one of the file's, or at its end. */
static void insert_chunk(Random *random, Buffer *file, const Chunks *chunks, const uint8_t *from, const Chunks *of) {
  if (of->count == 0) return;
  uint8_t copy[4096];
  const Chunk chunk = of->chunk[random_below(random, (size_t)of->count)];
  const size_t count = chunk.bytes < sizeof copy ? chunk.bytes : sizeof copy;
  memcpy(copy, from + chunk.at, count);
  const size_t place = random_below(random, (size_t)chunks->count + 1);
  insert(file, place < (size_t)chunks->count ? chunks->chunk[place].at : file->size, copy, count);
}

static void change_chunks(Random *random, Buffer *file, Format format, const uint8_t *other, size_t other_size) {
  const Chunks chunks = chunks_of(format, file->bytes, file->size);
  if (chunks.count == 0) return;
  const Chunk chunk = chunks.chunk[random_below(random, (size_t)chunks.count)];
  switch (random_below(random, 7)) {
    case 0:
      change_length(random, file, chunk);
      return;
    case 1:
      change_type(random, file, &chunks, chunk);
      return;
    case 2:
      erase(file, chunk.at, chunk.bytes);
      return;
    case 3:
      insert_chunk(random, file, &chunks, file->bytes, &chunks);
      return;
    case 4: {
      const Chunks of = chunks_of(format, other, other_size);
      insert_chunk(random, file, &chunks, other, &of);
      return;
    }
    default: { /* what a chunk begins with says most */
      const size_t header = chunk.payload_at + 24 < chunk.at + chunk.bytes ? chunk.payload_at + 24 : chunk.at + chunk.bytes;
      change_bytes(random, file, chunk.at, header - chunk.at);
    }
  }
}

/* Goes on as the other file does from some place on. */
static void splice(Random *random, Buffer *file, const uint8_t *other, size_t other_size) {
  if (other_size == 0) return;
  const size_t at = random_below(random, file->size), from = random_below(random, other_size);
  file->size = at;
  insert(file, at, other + from, other_size - from);
}

/* ---- PNG's checksums ---- */

static uint32_t crc_of(const uint8_t *bytes, size_t count) { /* PNG 1.2 section 15 */
  static uint32_t table[256];
  if (table[1] == 0) {
    for (uint32_t i = 0; i < 256; i++) {
      uint32_t value = i;
      for (int bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320u ^ value >> 1 : value >> 1;
      table[i] = value;
    }
  }
  uint32_t crc = 0xffffffffu;
  for (size_t i = 0; i < count; i++) crc = table[(crc ^ bytes[i]) & 0xff] ^ crc >> 8;
  return ~crc;
}

static void make_checksums_good(Buffer *file) {
  const Chunks chunks = chunks_of(FORMAT_PNG, file->bytes, file->size);
  for (int i = 0; i < chunks.count; i++) {
    const Chunk chunk = chunks.chunk[i];
    const size_t end = chunk.at + chunk.bytes;
    if (chunk.bytes >= 12) put_number(file, end - 4, 4, 0, crc_of(file->bytes + chunk.type_at, end - 4 - chunk.type_at));
  }
}

void mutate(Random *random, Buffer *file, const uint8_t *other, size_t other_size) {
  const Format format = format_of(file->bytes, file->size);
  const size_t most = random_below(random, 3) ? 3 : 16;
  for (size_t changes = 1 + random_below(random, most); changes > 0 && file->size > 16; changes--) {
    switch (random_below(random, 12)) {
      case 0:
        file->size = random_below(random, file->size);
        changes = 1;
        break;
      case 1:
        splice(random, file, other, other_size);
        break;
      case 2:
      case 3:
      case 4:
        change_chunks(random, file, format, other, other_size);
        break;
      case 5:
      case 6:
        change_bytes(random, file, 8, file->size < 200 ? file->size : 200);
        break;
      default:
        change_bytes(random, file, 8, file->size);
    }
  }
  if (format == FORMAT_PNG && random_below(random, 8)) make_checksums_good(file);
}
