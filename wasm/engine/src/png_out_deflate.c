#include "png_out_deflate.h"

#include <libdeflate.h>
#include <string.h>

#include "png_out_chunks.h"

size_t png_deflate(int level, const uint8_t *bytes, size_t count, uint8_t *out, size_t room) {
  struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(level);
  if (compressor == NULL) engine_fail(FAIL_MEMORY, "no memory to compress the picture");
  const size_t written = libdeflate_zlib_compress(compressor, bytes, count, out, room);
  libdeflate_free_compressor(compressor);
  return written;
}

size_t png_deflate_bound(size_t count) { return libdeflate_zlib_compress_bound(NULL, count); }

/* A stored block's length has 16 bits; its type, length and the length's complement take 5 bytes. */
enum { BLOCK_MOST = 65535, BLOCK_HEAD = 5, ZLIB_HEAD = 2, ZLIB_TAIL = 4 };

size_t png_store_bound(size_t count) {
  const size_t blocks = count / BLOCK_MOST + 1;
  return ZLIB_HEAD + blocks * BLOCK_HEAD + count + ZLIB_TAIL;
}

size_t png_store(uint8_t *out, size_t room, size_t count) {
  const uint8_t *from = out + room - ZLIB_TAIL - count;
  memmove(out + room - ZLIB_TAIL - count, out + room - count, count);
  const uint32_t sum = libdeflate_adler32(1, from, count);
  uint8_t *at = out;
  /* Deflate with a window of 32 KiB, fastest. */
  *at++ = 0x78;
  *at++ = 0x01;
  /* Each block is copied downwards; its head is no further up than the bytes that are still to come. */
  do {
    const size_t length = count < BLOCK_MOST ? count : BLOCK_MOST;
    count -= length;
    memmove(at + BLOCK_HEAD, from, length);
    from += length;
    at[0] = count == 0;
    at[1] = (uint8_t)length;
    at[2] = (uint8_t)(length >> 8);
    at[3] = (uint8_t)~length;
    at[4] = (uint8_t)(~length >> 8);
    at += BLOCK_HEAD + length;
  } while (count > 0);
  png_put_u32(at, sum);
  return (size_t)(at + ZLIB_TAIL - out);
}
