#include "jpeg_out_progressive.h"

#include <stdlib.h>

#include "jpeg_out_ac_scan.h"

enum { AC_SCANS = 8, DC_LOW = 1 };

static const Scan COLOUR_SCRIPT[] = {
    {ALL_COMPONENTS, 0, 0, 0, DC_LOW}, {0, 1, 5, 0, 2},  {2, 1, 63, 0, 1}, {1, 1, 63, 0, 1}, {0, 6, 63, 0, 2},
    {0, 1, 63, 2, 1}, {ALL_COMPONENTS, 0, 0, DC_LOW, 0}, {2, 1, 63, 1, 0}, {1, 1, 63, 1, 0}, {0, 1, 63, 1, 0},
};
static const Scan GREY_SCRIPT[] = {
    {ALL_COMPONENTS, 0, 0, 0, DC_LOW}, {0, 1, 5, 0, 2}, {0, 6, 63, 0, 2}, {0, 1, 63, 2, 1},
    {ALL_COMPONENTS, 0, 0, DC_LOW, 0}, {0, 1, 63, 1, 0},
};

struct Progressive {
  const Frame *frame;
  const Scan *script;
  int32_t scans;
  /* In the order of MCUs, those that fill up the last MCUs too. */
  int16_t *dc[MAX_COMPONENTS];
  uint32_t dc_histogram[2][256];
  HuffmanCode dc_code[2];
  TokenBudget budget;
  AcScan ac[AC_SCANS]; /* in the order of the script */
  /* Those of each component, one after the other. */
  AcScan *of[MAX_COMPONENTS][AC_SCANS + 1];
  AcScan *replayed; /* the one that sees its blocks again, or NULL */
};

static int is_dc(Scan scan) { return scan.last == 0; }

Progressive *progressive_create(const Frame *frame, size_t most_tokens) {
  Progressive *progressive = engine_alloc(sizeof *progressive);
  const int is_grey = frame->count == 1;
  progressive->frame = frame;
  progressive->budget.most = most_tokens;
  progressive->script = is_grey ? GREY_SCRIPT : COLOUR_SCRIPT;
  progressive->scans = (int32_t)((is_grey ? sizeof GREY_SCRIPT : sizeof COLOUR_SCRIPT) / sizeof(Scan));
  int32_t used[MAX_COMPONENTS] = {0};
  AcScan *ac = progressive->ac;
  for (int32_t i = 0; i < progressive->scans; i++) {
    const Scan scan = progressive->script[i];
    if (is_dc(scan)) continue;
    ac_scan_create(ac, scan, &progressive->budget);
    progressive->of[scan.component][used[scan.component]++] = ac++;
  }
  const size_t mcus = (size_t)frame->mcus_across * (size_t)frame->mcus_down;
  for (int32_t i = 0; i < frame->count; i++) {
    const size_t blocks = (size_t)(frame->component[i].factor * frame->component[i].factor);
    progressive->dc[i] = engine_alloc(mcus * blocks * sizeof *progressive->dc[i]);
  }
  return progressive;
}

static size_t dc_place(const Frame *frame, int32_t factor, int32_t x, int32_t y) {
  const size_t mcu = (size_t)(y / factor) * (size_t)frame->mcus_across + (size_t)(x / factor);
  return (mcu * (size_t)factor + (size_t)(y % factor)) * (size_t)factor + (size_t)(x % factor);
}

int progressive_wants(const Progressive *progressive, int32_t component) {
  return progressive->replayed == NULL || progressive->replayed->scan.component == component;
}

void progressive_block(Progressive *progressive, int32_t component, int32_t x, int32_t y, const JpegBlock *block) {
  if (progressive->replayed != NULL) {
    ac_scan_block(progressive->replayed, block);
    return;
  }
  const int32_t factor = progressive->frame->component[component].factor;
  progressive->dc[component][dc_place(progressive->frame, factor, x, y)] = (int16_t)block->dc;
  for (AcScan *const *ac = progressive->of[component]; *ac != NULL; ac++) ac_scan_block(*ac, block);
}

/* ---- DC: few bits, so they are walked twice ---- */

/* Blocks that fill up an MCU have the DC of the block before them, which costs least. */
static void fill_up(Progressive *progressive, int32_t component) {
  const Frame *frame = progressive->frame;
  const FrameComponent *of = &frame->component[component];
  for (int32_t y = 0; y < frame->mcus_down * of->factor; y++) {
    for (int32_t x = 0; x < frame->mcus_across * of->factor; x++) {
      if (x < of->across && y < of->down) continue;
      const size_t place = dc_place(frame, of->factor, x, y);
      progressive->dc[component][place] = progressive->dc[component][place - 1];
    }
  }
}

typedef void (*DcVisitor)(void *context, int table, int32_t value, int32_t previous);

static inline void each_dc(const Progressive *progressive, DcVisitor visit, void *context) {
  const Frame *frame = progressive->frame;
  const int16_t *next[MAX_COMPONENTS] = {progressive->dc[0], progressive->dc[1], progressive->dc[2]};
  int32_t previous[MAX_COMPONENTS] = {0};
  for (int32_t mcu = 0; mcu < frame->mcus_across * frame->mcus_down; mcu++) {
    for (int32_t i = 0; i < frame->count; i++) {
      for (int32_t left = frame->component[i].factor * frame->component[i].factor; left > 0; left--) {
        const int32_t value = *next[i]++;
        visit(context, frame_table_of(i), value, previous[i]);
        previous[i] = value;
      }
    }
  }
}

typedef struct {
  int32_t size;
  uint32_t bits;
} Difference;

static inline Difference difference_of(int32_t value, int32_t previous) {
  const int32_t difference = (value >> DC_LOW) - (previous >> DC_LOW);
  const uint32_t magnitude = (uint32_t)(difference < 0 ? -difference : difference);
  const int32_t size = magnitude == 0 ? 0 : 32 - __builtin_clz(magnitude);
  return (Difference){size, magnitude ^ (difference < 0 ? (1u << size) - 1 : 0)};
}

static inline void count_first(void *context, int table, int32_t value, int32_t previous) {
  Progressive *progressive = context;
  progressive->dc_histogram[table][difference_of(value, previous).size]++;
}

typedef struct {
  const Progressive *progressive;
  BitWriter *writer;
} DcWriting;

static inline void write_first(void *context, int table, int32_t value, int32_t previous) {
  const DcWriting *writing = context;
  const Difference difference = difference_of(value, previous);
  const uint32_t code = writing->progressive->dc_code[table].code[difference.size];
  bits_put(writing->writer, code >> 16 << difference.size | difference.bits, (int)(code >> 8 & 0xFF) + difference.size);
}

static inline void write_last(void *context, int table, int32_t value, int32_t previous) {
  const DcWriting *writing = context;
  (void)table;
  (void)previous;
  bits_put(writing->writer, (uint64_t)(value & 1), 1);
}

/* Answers the bits that both scans take. */
static size_t end_dc(Progressive *progressive) {
  size_t bits = 0;
  for (int32_t i = 0; i < progressive->frame->count; i++) fill_up(progressive, i);
  each_dc(progressive, count_first, progressive);
  for (int i = 0; i < (progressive->frame->count > 1 ? 2 : 1); i++) {
    const uint32_t *histogram = progressive->dc_histogram[i];
    huffman_code(&progressive->dc_code[i], histogram);
    bits += huffman_bits(&progressive->dc_code[i], histogram);
    for (uint32_t size = 0; size < 16; size++) bits += (size_t)histogram[size] * (size + 1);
  }
  return bits;
}

static void write_dc(const Progressive *progressive, Scan scan, Growing *out) {
  const Frame *frame = progressive->frame;
  const int tables = scan.high > 0 ? 0 : frame->count > 1 ? 2 : 1;
  for (int i = 0; i < tables; i++) write_huffman_code(out, 0, i, &progressive->dc_code[i]);
  write_scan_header(out, frame, scan);
  BitWriter writer = bits_begin(out);
  DcWriting writing = {progressive, &writer};
  each_dc(progressive, scan.high > 0 ? write_last : write_first, &writing);
  bits_end(&writer);
}

/* ---- out ---- */

static void write_ac(Progressive *progressive, AcScan *ac, Growing *out, Replay replay) {
  write_huffman_code(out, 1, frame_table_of(ac->scan.component), &ac->code);
  write_scan_header(out, progressive->frame, ac->scan);
  BitWriter writer = bits_begin(out);
  progressive->replayed = ac;
  ac_scan_write(ac, &writer, replay);
  bits_end(&writer);
}

void progressive_write(Progressive *progressive, Growing *out, Replay replay) {
  size_t bits = end_dc(progressive);
  AcScan *ac = progressive->ac;
  for (int32_t i = 0; i < progressive->scans; i++)
    if (!is_dc(progressive->script[i])) bits += ac_scan_end(ac++);
  /* One code each; the first DC scan has two and the last none. */
  const size_t bytes = scan_bytes(bits) + marker_bytes(progressive->scans, progressive->scans);
  budget_file(&progressive->budget, bytes);
  if (progressive->budget.is_spent)
    for (int i = 0; i < AC_SCANS; i++) tokens_forget(&progressive->ac[i].tokens);
  growing_reserve(out, bytes);
  write_headers(out, progressive->frame, 1);
  ac = progressive->ac;
  for (int32_t i = 0; i < progressive->scans; i++) {
    const Scan scan = progressive->script[i];
    if (is_dc(scan))
      write_dc(progressive, scan, out);
    else
      write_ac(progressive, ac++, out, replay);
  }
  write_end(out);
  for (int32_t i = 0; i < progressive->frame->count; i++) free(progressive->dc[i]);
  free(progressive);
}
