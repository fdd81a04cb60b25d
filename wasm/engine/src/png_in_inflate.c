#include "png_in_inflate.h"

#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "png_in_codes.h"
#include "png_in_copy.h"

/* How far back a match may reach. */
#define WINDOW_BYTES 32768
/* Written between two moves of the window: the more, the fewer moves; what fits into a processor's second cache. */
#define WORK_BYTES 65536
/* Longest match, and what its copy may write beyond. */
#define MOST_WRITTEN (258 + COPY_SLOP)
/* The longest symbol: 15 + 5 bits for a length, 15 + 13 for its distance. */
#define SYMBOL_BITS 48

typedef enum { ZLIB_HEADER, BLOCK, STORED_LENGTH, STORED, COUNTS, LENGTH_CODES, LENGTHS, SYMBOLS, ENDED } Step;

struct Inflate {
  Step step;
  int last; /* block */
  uint64_t bits;
  uint32_t held; /* of bits; above them there are zeros */
  uint32_t stored; /* bytes left */
  int literals, distances, codes; /* how many of each the block has lengths for */
  int known;                      /* lengths so far */
  uint8_t lengths[320];
  uint32_t literal[LITERAL_ENTRIES];
  uint32_t distance[DISTANCE_ENTRIES]; /* and, before it, the code of the lengths */
  size_t room, written, taken;
  size_t most_waiting;
  uint8_t out[];
};

/* ---- the buffer ---- */

static size_t room_for(size_t most_waiting) {
  const size_t kept = most_waiting > WINDOW_BYTES ? most_waiting : WINDOW_BYTES;
  return kept + WORK_BYTES + MOST_WRITTEN;
}

size_t inflate_bytes(size_t most_waiting) { return sizeof(Inflate) + room_for(most_waiting); }

Inflate *inflate_create(size_t most_waiting) {
  Inflate *inflate = engine_alloc(inflate_bytes(most_waiting));
  inflate->room = room_for(most_waiting) - MOST_WRITTEN;
  return inflate;
}

void inflate_free(Inflate *inflate) { free(inflate); }

const uint8_t *inflate_waiting(const Inflate *inflate, size_t *count) {
  *count = inflate->written - inflate->taken;
  return inflate->out + inflate->taken;
}

void inflate_take(Inflate *inflate, size_t count) { inflate->taken += count; }

/* Moves to the front what may still be wanted, by a match or by the reader. */
static void slide(Inflate *inflate) {
  if (inflate->written <= WINDOW_BYTES) return;
  size_t from = inflate->written - WINDOW_BYTES;
  if (from > inflate->taken) from = inflate->taken;
  memmove(inflate->out, inflate->out + from, inflate->written - from);
  inflate->written -= from;
  inflate->taken -= from;
}

/* ---- bits ---- */

_Noreturn static void broken(void) { engine_fail(FAIL_BROKEN, "PNG: the compressed pixels are broken"); }

static void refill(Inflate *in, const uint8_t **bytes, const uint8_t *end) {
  while (in->held <= 56 && *bytes < end) {
    in->bits |= (uint64_t)*(*bytes)++ << in->held;
    in->held += 8;
  }
}

static uint32_t peek(const Inflate *in, uint32_t count) { return (uint32_t)(in->bits & ((1ull << count) - 1)); }

static void drop(Inflate *in, uint32_t count) {
  in->bits >>= count;
  in->held -= count;
}

static uint32_t take(Inflate *in, uint32_t count) {
  const uint32_t value = peek(in, count);
  drop(in, count);
  return value;
}

/* ---- heads of blocks: each step answers 0 when it needs more bits, and then has used none ---- */

static int read_zlib_header(Inflate *in) {
  if (in->held < 16) return 0;
  const uint32_t method = take(in, 8), flags = take(in, 8);
  /* Whatever window the header states, there are 32 KiB; a preset dictionary has no meaning in PNG. */
  if ((method & 15) != 8 || (method << 8 | flags) % 31 != 0 || (flags & 32) != 0) broken();
  in->step = BLOCK;
  return 1;
}

static void use_fixed_codes(Inflate *in) {
  memset(in->lengths, 8, 144);
  memset(in->lengths + 144, 9, 112);
  memset(in->lengths + 256, 7, 24);
  memset(in->lengths + 280, 8, 8);
  codes_for_literals(in->literal, in->lengths, 288);
  memset(in->lengths, 5, 32);
  codes_for_distances(in->distance, in->lengths, 32);
}

static int read_block_head(Inflate *in) {
  if (in->last) {
    in->step = ENDED;
    return 1;
  }
  if (in->held < 3) return 0;
  in->last = (int)take(in, 1);
  switch (take(in, 2)) {
    case 0:
      drop(in, in->held & 7);
      in->step = STORED_LENGTH;
      return 1;
    case 1:
      use_fixed_codes(in);
      in->step = SYMBOLS;
      return 1;
    case 2:
      in->step = COUNTS;
      return 1;
    default:
      broken();
  }
}

static int read_stored_length(Inflate *in) {
  if (in->held < 32) return 0;
  in->stored = take(in, 16);
  if (take(in, 16) != (in->stored ^ 0xFFFF)) broken();
  in->step = STORED;
  return 1;
}

static int read_counts(Inflate *in) {
  if (in->held < 14) return 0;
  in->literals = (int)take(in, 5) + 257;
  in->distances = (int)take(in, 5) + 1;
  in->codes = (int)take(in, 4) + 4;
  if (in->literals > 286 || in->distances > 30) broken();
  memset(in->lengths, 0, sizeof in->lengths);
  in->known = 0;
  in->step = LENGTH_CODES;
  return 1;
}

static int read_length_code(Inflate *in) {
  static const uint8_t order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  if (in->held < 3) return 0;
  in->lengths[order[in->known++]] = (uint8_t)take(in, 3);
  if (in->known < in->codes) return 1;
  codes_for_lengths(in->distance, in->lengths);
  memset(in->lengths, 0, sizeof in->lengths);
  in->known = 0;
  in->step = LENGTHS;
  return 1;
}

static void use_lengths(Inflate *in) {
  if (in->lengths[256] == 0) broken(); /* the block would never end */
  codes_for_literals(in->literal, in->lengths, in->literals);
  codes_for_distances(in->distance, in->lengths + in->literals, in->distances);
  in->step = SYMBOLS;
}

static int read_length(Inflate *in) {
  const uint32_t entry = in->distance[peek(in, LENGTH_CODE_BITS)];
  const uint32_t symbol = ENTRY_VALUE(entry), bits = ENTRY_BITS(entry);
  if (entry & ENTRY_INVALID) broken();
  const uint32_t extra = symbol < 16 ? 0 : symbol == 16 ? 2 : symbol == 17 ? 3 : 7;
  if (in->held < bits + extra) return 0;
  drop(in, bits);
  const int total = in->literals + in->distances;
  if (symbol < 16) {
    in->lengths[in->known++] = (uint8_t)symbol;
  } else {
    const int repeats = (int)take(in, extra) + (symbol == 18 ? 11 : 3);
    if (repeats > total - in->known || (symbol == 16 && in->known == 0)) broken();
    memset(in->lengths + in->known, symbol == 16 ? in->lengths[in->known - 1] : 0, (size_t)repeats);
    in->known += repeats;
  }
  if (in->known == total) use_lengths(in);
  return 1;
}

/* ---- pixels ---- */

/* Answers 0 when it wants bytes or room. */
static int copy_stored(Inflate *in, const uint8_t **bytes, const uint8_t *end) {
  if (in->written >= in->room) return 0;
  for (; in->stored > 0 && in->held > 0 && in->written < in->room; in->stored--) in->out[in->written++] = (uint8_t)take(in, 8);
  if (in->held == 0) {
    size_t count = (size_t)(end - *bytes);
    if (count > in->stored) count = in->stored;
    if (count > in->room - in->written) count = in->room - in->written;
    if (count > 0) memcpy(in->out + in->written, *bytes, count);
    *bytes += count;
    in->written += count;
    in->stored -= (uint32_t)count;
  }
  if (in->stored > 0) return 0;
  in->step = BLOCK;
  return 1;
}

static uint32_t literal_entry(const Inflate *in, uint64_t bits) {
  const uint32_t entry = in->literal[bits & ((1 << LITERAL_BITS) - 1)];
  if (!(entry & ENTRY_LINK)) return entry;
  return in->literal[ENTRY_VALUE(entry) + (bits >> LITERAL_BITS & ((1u << ENTRY_CODE_BITS(entry)) - 1))];
}

static uint32_t distance_entry(const Inflate *in, uint64_t bits) {
  const uint32_t entry = in->distance[bits & ((1 << DISTANCE_BITS) - 1)];
  if (!(entry & ENTRY_LINK)) return entry;
  return in->distance[ENTRY_VALUE(entry) + (bits >> DISTANCE_BITS & ((1u << ENTRY_CODE_BITS(entry)) - 1))];
}

/* What the entry stands for, with the number behind its code, which `bits` begins with. */
static uint32_t number_of(uint32_t entry, uint64_t bits) {
  const uint64_t all = bits & ((1ull << ENTRY_BITS(entry)) - 1);
  return ENTRY_VALUE(entry) + (uint32_t)(all >> ENTRY_CODE_BITS(entry));
}

/* One symbol, where bytes may be missing. Answers 0 when they are. */
static int read_symbol(Inflate *in) {
  const uint32_t entry = literal_entry(in, in->bits);
  const uint32_t bits = ENTRY_BITS(entry);
  if (bits > in->held) return 0;
  if (entry & ENTRY_INVALID) broken();
  if (entry & ENTRY_END) {
    drop(in, bits);
    in->step = BLOCK;
    return 1;
  }
  if (entry & ENTRY_LITERAL) {
    drop(in, bits);
    in->out[in->written++] = (uint8_t)ENTRY_VALUE(entry);
    return 1;
  }
  const uint64_t rest = in->bits >> bits;
  const uint32_t far = distance_entry(in, rest);
  if (bits + ENTRY_BITS(far) > in->held) return 0;
  const uint32_t length = number_of(entry, in->bits), distance = number_of(far, rest);
  if ((far & ENTRY_INVALID) || distance > in->written) broken();
  drop(in, bits + ENTRY_BITS(far));
  copy_match(in->out + in->written, distance, length);
  in->written += length;
  return 1;
}

static uint64_t load64(const uint8_t *bytes) {
  uint64_t value; /* WASM and all that is built for besides are little-endian */
  memcpy(&value, bytes, sizeof value);
  return value;
}

/*
 * Symbols while 16 bytes and the room for a match are there. The bits are filled up to at least 56 with a load of eight
 * bytes, of which the last may be counted in part: they come again with the next one. 56 bits are enough for three
 * literals of the first table, or for two and a length; then the distance needs a second load.
 */
static void read_symbols(Inflate *in, const uint8_t **bytes, const uint8_t *end) {
  const uint8_t *from = *bytes;
  uint8_t *to = in->out + in->written;
  const uint8_t *const most = in->out + in->room;
  uint64_t bits = in->bits;
  uint32_t held = in->held;
  const uint32_t *const literal = in->literal;
#define REFILL()                \
  bits |= load64(from) << held; \
  from += (63 - held) >> 3;     \
  held |= 56
#define DROP(entry)            \
  bits >>= ENTRY_BITS(entry);  \
  held -= ENTRY_BITS(entry)
#define FIRST() literal[bits & ((1 << LITERAL_BITS) - 1)]

  /* Three literals may come before room is looked at again: they fit into what a copy may write beyond. */
  while (end - from >= 16 && to < most) {
    REFILL();
    uint32_t entry = FIRST();
    if (entry & ENTRY_LITERAL) {
      DROP(entry);
      *to++ = (uint8_t)(entry >> 16);
      entry = FIRST();
      if (entry & ENTRY_LITERAL) {
        DROP(entry);
        *to++ = (uint8_t)(entry >> 16);
        entry = FIRST();
        if (entry & ENTRY_LITERAL) {
          DROP(entry);
          *to++ = (uint8_t)(entry >> 16);
          continue;
        }
      }
    }
    if (entry & ENTRY_SPECIAL) {
      if (entry & ENTRY_LINK) entry = literal_entry(in, bits);
      if (entry & ENTRY_INVALID) broken();
      if (entry & ENTRY_END) {
        DROP(entry);
        in->step = BLOCK;
        break;
      }
      if (entry & ENTRY_LITERAL) {
        DROP(entry);
        *to++ = (uint8_t)(entry >> 16);
        continue;
      }
    }
    const uint32_t length = number_of(entry, bits);
    DROP(entry);
    if (held < SYMBOL_BITS - 20) {
      REFILL();
    }
    const uint32_t far = distance_entry(in, bits);
    const uint32_t distance = number_of(far, bits);
    if ((far & ENTRY_INVALID) || distance > (size_t)(to - in->out)) broken();
    DROP(far);
    copy_match(to, distance, length);
    to += length;
  }
#undef FIRST
#undef DROP
#undef REFILL
  in->bits = bits & (held < 64 ? (1ull << held) - 1 : UINT64_MAX);
  in->held = held;
  in->written = (size_t)(to - in->out);
  *bytes = from;
}

/* As many symbols as can be read now; 0 when bytes or room are missing. */
static int read_all_symbols(Inflate *in, const uint8_t **bytes, const uint8_t *end) {
  for (;;) {
    if (in->written >= in->room) return 0;
    if (end - *bytes >= 16) {
      read_symbols(in, bytes, end);
      if (in->step != SYMBOLS) return 1;
      continue;
    }
    refill(in, bytes, end);
    if (!read_symbol(in)) return 0;
    if (in->step != SYMBOLS) return 1;
  }
}

InflateState inflate_run(Inflate *in, const uint8_t **bytes, const uint8_t *end) {
  slide(in);
  for (;;) {
    int goes_on = 0;
    if (in->step != STORED && in->step != SYMBOLS) refill(in, bytes, end);
    switch (in->step) {
      case ZLIB_HEADER: goes_on = read_zlib_header(in); break;
      case BLOCK: goes_on = read_block_head(in); break;
      case STORED_LENGTH: goes_on = read_stored_length(in); break;
      case STORED: goes_on = copy_stored(in, bytes, end); break;
      case COUNTS: goes_on = read_counts(in); break;
      case LENGTH_CODES: goes_on = read_length_code(in); break;
      case LENGTHS: goes_on = read_length(in); break;
      case SYMBOLS: goes_on = read_all_symbols(in, bytes, end); break;
      case ENDED: return INFLATE_ENDED;
    }
    if (!goes_on) return in->written >= in->room ? INFLATE_FULL : INFLATE_WANTS;
  }
}
