/* The segments between which the scans lie (ITU-T T.81, annex B), in the order of libjpeg's. */
#include "display_p3.h"
#include "jpeg_out_frame.h"

enum {
  SOF0 = 0xC0, /* baseline */
  SOF2 = 0xC2, /* progressive */
  DHT = 0xC4,
  SOI = 0xD8,
  EOI = 0xD9,
  SOS = 0xDA,
  DQT = 0xDB,
  APP0 = 0xE0,
  APP2 = 0xE2
};

static void put_byte(Growing *out, int value) {
  const uint8_t byte = (uint8_t)value;
  growing_append(out, &byte, 1);
}

static void put_word(Growing *out, int value) {
  put_byte(out, value >> 8);
  put_byte(out, value);
}

static void put_marker(Growing *out, int code) {
  put_byte(out, 0xFF);
  put_byte(out, code);
}

/* `bytes`: what follows the length. */
static void put_segment(Growing *out, int code, int bytes) {
  put_marker(out, code);
  put_word(out, 2 + bytes);
}

size_t marker_bytes(int32_t scans, int32_t huffman_codes) {
  const size_t headers = 256 + 32 + DISPLAY_P3_BYTES, scan_header = 16, huffman_code = 5 + 16 + 256;
  return headers + (size_t)scans * scan_header + (size_t)huffman_codes * huffman_code;
}

/* JFIF 1.1, square pixels of no size, no thumbnail. */
static void put_jfif(Growing *out) {
  static const uint8_t JFIF[] = {'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0};
  put_segment(out, APP0, sizeof JFIF);
  growing_append(out, JFIF, sizeof JFIF);
}

/* ICC.1:2022, annex B.4: the first of one piece. */
static void put_profile(Growing *out) {
  static const uint8_t NAME[14] = {'I', 'C', 'C', '_', 'P', 'R', 'O', 'F', 'I', 'L', 'E', 0, 1, 1};
  put_segment(out, APP2, sizeof NAME + DISPLAY_P3_BYTES);
  growing_append(out, NAME, sizeof NAME);
  growing_append(out, DISPLAY_P3_PROFILE, DISPLAY_P3_BYTES);
}

static void put_quantisers(Growing *out, int number, const uint8_t table[64]) {
  put_segment(out, DQT, 1 + 64);
  put_byte(out, number);
  for (int k = 0; k < 64; k++) put_byte(out, table[jpeg_zigzag[k]]);
}

static void put_frame(Growing *out, const Frame *frame, int progressive) {
  put_segment(out, progressive ? SOF2 : SOF0, 6 + 3 * frame->count);
  put_byte(out, 8); /* bits a sample */
  put_word(out, frame->height);
  put_word(out, frame->width);
  put_byte(out, frame->count);
  for (int32_t i = 0; i < frame->count; i++) {
    const int32_t factor = frame->component[i].factor;
    put_byte(out, i + 1);
    put_byte(out, factor << 4 | factor);
    put_byte(out, frame_table_of(i));
  }
}

void write_headers(Growing *out, const Frame *frame, int progressive) {
  put_marker(out, SOI);
  put_jfif(out);
  if (frame->gamut == GAMUT_DISPLAY_P3) put_profile(out);
  for (int i = 0; i < (frame->count > 1 ? 2 : 1); i++) put_quantisers(out, i, frame->table[i]);
  put_frame(out, frame, progressive);
}

void write_huffman_code(Growing *out, int is_ac, int number, const HuffmanCode *code) {
  put_segment(out, DHT, 1 + 16 + code->symbol_count);
  put_byte(out, is_ac << 4 | number);
  growing_append(out, code->counts + 1, 16);
  growing_append(out, code->symbols, (size_t)code->symbol_count);
}

void write_scan_header(Growing *out, const Frame *frame, Scan scan) {
  const int32_t first = scan.component == ALL_COMPONENTS ? 0 : scan.component;
  const int32_t end = scan.component == ALL_COMPONENTS ? frame->count : first + 1;
  put_segment(out, SOS, 1 + 2 * (end - first) + 3);
  put_byte(out, end - first);
  for (int32_t i = first; i < end; i++) {
    const int dc = scan.first == 0 && scan.high == 0 ? frame_table_of(i) : 0;
    const int ac = scan.last > 0 ? frame_table_of(i) : 0;
    put_byte(out, i + 1);
    put_byte(out, dc << 4 | ac);
  }
  put_byte(out, scan.first);
  put_byte(out, scan.last);
  put_byte(out, scan.high << 4 | scan.low);
}

void write_end(Growing *out) { put_marker(out, EOI); }
