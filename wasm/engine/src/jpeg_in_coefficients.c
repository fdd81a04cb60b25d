/*
 * The coefficient controller, in place of jdcoefct.c: entropy decoder → (store) → inverse DCT → rows of samples.
 * A picture in one scan passes through one MCU; others are kept in the store, only as many coefficients as the scale
 * needs.
 */
#include <stdlib.h>

#include "jerror.h"
#include "jpeg_in_decoder.h"

/* Real files have some 10 scans, and visit each block about 10 times; scan bombs have thousands. */
#define MOST_SCANS 200
#define MOST_VISITS 64

/* ---- input ---- */

static void start_row(Coefficients *coefficients) {
  coefficients->mcu = 0;
  coefficients->mcu_row = 0;
}

static void start_input_pass(j_decompress_ptr d) {
  Coefficients *coefficients = coefficients_of(d);
  d->input_iMCU_row = 0;
  start_row(coefficients);
  coefficients->work += (uint64_t)d->MCUs_per_row * d->MCU_rows_in_scan * (uint32_t)d->blocks_in_MCU;
  if (d->input_scan_number > MOST_SCANS || coefficients->work > coefficients->most_work)
    engine_fail(FAIL_BROKEN, "JPEG: too many scans");
  if (!d->progressive_mode || d->Al != 0) return;
  uint64_t band = ~(uint64_t)0 << d->Ss & ~(uint64_t)0 >> (63 - d->Se);
  for (int i = 0; i < d->comps_in_scan; i++) coefficients->exact[d->cur_comp_info[i]->component_index] |= band;
}

void jpeg_in_require_all_scans(j_decompress_ptr d) {
  if (!d->progressive_mode || !jpeg_in_of(d)->ended_early) return;
  for (int i = 0; i < d->num_components; i++)
    if (coefficients_of(d)->exact[i] != ~(uint64_t)0) engine_fail(FAIL_BROKEN, "JPEG: the file ends too early");
}

/* In an interleaved scan there is one row of MCUs, else one for each row of the component's blocks. */
static int mcu_rows(j_decompress_ptr d) {
  if (d->comps_in_scan > 1) return 1;
  const jpeg_component_info *info = d->cur_comp_info[0];
  return d->input_iMCU_row + 1 < d->total_iMCU_rows ? info->v_samp_factor : info->last_row_height;
}

static int arithmetic_mcu(j_decompress_ptr d, Coefficients *coefficients, int with_ac) {
  (void)with_ac;
  const BlockShape *shape = &coefficients->shape;
  JBLOCKROW pointers[D_MAX_BLOCKS_IN_MCU];
  /* The library's decoder cannot wait. */
  if (!jpeg_in_of(d)->end) return 0;
  memset(coefficients->full_blocks, 0, (size_t)d->blocks_in_MCU * sizeof(JBLOCK));
  for (int i = 0; i < d->blocks_in_MCU; i++) pointers[i] = coefficients->full_blocks + i;
  if (!d->entropy->decode_mcu(d, pointers)) return 0;
  /* Nor does it tell whether it needed what is missing. */
  if (jpeg_in_of(d)->ended_early) engine_fail(FAIL_BROKEN, "JPEG: the file ends too early");
  for (int i = 0; i < d->blocks_in_MCU; i++)
    for (int place = 0; place < shape->kept; place++)
      if (shape->natural[place] < DCTSIZE2)
        coefficients->blocks[i * shape->stride + place] = coefficients->full_blocks[i][shape->natural[place]];
  coefficients->has_ac = ~0u;
  return 1;
}

static int sequential_mcu(j_decompress_ptr d, Coefficients *coefficients, int with_ac) {
  if (d->arith_code) return arithmetic_mcu(d, coefficients, with_ac);
  if (coefficients->shape.scale <= SPARSE) return jpeg_in_sparse_mcu(d, coefficients, with_ac);
  return jpeg_in_huffman_mcu(d, coefficients, with_ac);
}

/* Moves the MCU's blocks to the store. */
static void store_mcu(j_decompress_ptr d, Coefficients *coefficients) {
  const BlockShape *shape = &coefficients->shape;
  const int16_t *block = coefficients->blocks;
  for (int i = 0; i < d->comps_in_scan; i++) {
    const jpeg_component_info *info = d->cur_comp_info[i];
    const Store *store = &coefficients->store[info->component_index];
    size_t left = (size_t)coefficients->mcu * (size_t)info->MCU_width;
    size_t top = (size_t)d->input_iMCU_row * (size_t)info->v_samp_factor + (size_t)coefficients->mcu_row;
    for (int y = 0; y < info->MCU_height; y++)
      for (int x = 0; x < info->MCU_width; x++, block += shape->stride)
        memcpy(store->blocks + ((top + (size_t)y) * store->across + left + (size_t)x) * (size_t)shape->kept, block,
               (size_t)shape->kept * sizeof(int16_t));
  }
}

static int sequential_row(j_decompress_ptr d, Coefficients *coefficients) {
  for (; coefficients->mcu < d->MCUs_per_row; coefficients->mcu++) {
    if (!sequential_mcu(d, coefficients, 1)) return 0;
    store_mcu(d, coefficients);
  }
  return 1;
}

/* What it holds is not kept, and no later scan refines it. */
static int is_needless(j_decompress_ptr d) {
  const BlockShape *shape = &coefficients_of(d)->shape;
  return d->progressive_mode && d->Ss >= shape->limit && (d->Al == 0 || shape->limit == 1);
}

/* One iMCU row of a scan into the store. */
static int consume_data(j_decompress_ptr d) {
  Coefficients *coefficients = coefficients_of(d);
  if (is_needless(d)) {
    if (!jpeg_in_skip_scan(d)) return JPEG_SUSPENDED;
    d->inputctl->finish_input_pass(d);
    return JPEG_SCAN_COMPLETED;
  }
  for (int rows = mcu_rows(d); coefficients->mcu_row < rows; coefficients->mcu_row++, coefficients->mcu = 0) {
    int done = d->progressive_mode ? jpeg_in_progressive_row(d, coefficients) : sequential_row(d, coefficients);
    if (!done) return JPEG_SUSPENDED;
  }
  start_row(coefficients);
  if (++d->input_iMCU_row < d->total_iMCU_rows) return JPEG_ROW_COMPLETED;
  d->inputctl->finish_input_pass(d);
  return JPEG_SCAN_COMPLETED;
}

static int dummy_consume_data(j_decompress_ptr d) {
  (void)d;
  return JPEG_SUSPENDED;
}

/* ---- output ---- */

static void start_output_pass(j_decompress_ptr d) {
  Coefficients *coefficients = coefficients_of(d);
  const BlockShape *shape = &coefficients->shape;
  d->output_iMCU_row = 0;
  for (int i = 0; i < d->num_components; i++) {
    /* A component without any scan has no table, and stays grey. */
    const JQUANT_TBL *table = d->comp_info[i].quant_table;
    for (int place = 0; place < shape->kept; place++)
      if (table != NULL && shape->natural[place] < DCTSIZE2)
        coefficients->quant[i][place] = (int16_t)table->quantval[shape->natural[place]];
  }
}

static inline void transform(j_decompress_ptr d, int component, const int16_t *block, int has_ac, JSAMPARRAY rows,
                             JDIMENSION x) {
  const Coefficients *coefficients = coefficients_of(d);
  const int16_t *quant = coefficients->quant[component];
  int scale = coefficients->shape.scale;
  if (has_ac)
    jpeg_in_idct(&coefficients->factors, scale, block, quant, rows, x);
  else
    jpeg_in_idct_flat(block[0], quant[0], scale, rows, x);
}

/* Whether anybody needs this iMCU row. */
static int is_wanted(j_decompress_ptr d, JDIMENSION imcu_row) {
  const JpegIn *in = jpeg_in_of(d);
  int32_t height = d->max_v_samp_factor * in->scale;
  int32_t top = (int32_t)imcu_row * height;
  return top < in->rows_wanted.end && top + height > in->rows_wanted.first;
}

/* Those of a row's units, each so many samples of luma wide, that anybody needs. */
static Span wanted_columns(j_decompress_ptr d, int32_t width) {
  const Span columns = jpeg_in_of(d)->columns_wanted;
  return (Span){columns.first / width, (columns.end + width - 1) / width};
}

/* The blocks of the MCU, except those beyond the right and lower edge, to samples. */
static void transform_mcu(j_decompress_ptr d, JSAMPIMAGE out) {
  Coefficients *coefficients = coefficients_of(d);
  const BlockShape *shape = &coefficients->shape;
  int is_last_column = coefficients->mcu + 1 == d->MCUs_per_row;
  int is_last_row = d->input_iMCU_row + 1 == d->total_iMCU_rows;
  int number = 0;
  for (int i = 0; i < d->comps_in_scan; i++) {
    const jpeg_component_info *info = d->cur_comp_info[i];
    int width = is_last_column ? info->last_col_width : info->MCU_width;
    JDIMENSION left = coefficients->mcu * (JDIMENSION)(info->MCU_width * shape->scale);
    for (int y = 0; y < info->MCU_height; y++, number += info->MCU_width) {
      if (is_last_row && coefficients->mcu_row + y >= info->last_row_height) continue;
      JSAMPARRAY rows = out[info->component_index] + (coefficients->mcu_row + y) * shape->scale;
      for (int x = 0; x < width; x++)
        transform(d, info->component_index, coefficients->blocks + shape->stride * (number + x),
                  (int)(coefficients->has_ac >> (number + x) & 1), rows, left + (JDIMENSION)(x * shape->scale));
    }
  }
}

/* One iMCU row, decoded as it is read. */
static int decompress_onepass(j_decompress_ptr d, JSAMPIMAGE out) {
  Coefficients *coefficients = coefficients_of(d);
  int is_row_wanted = is_wanted(d, d->input_iMCU_row);
  Span columns = wanted_columns(d, (d->comps_in_scan > 1 ? d->max_h_samp_factor : 1) * coefficients->shape.scale);
  for (int rows = mcu_rows(d); coefficients->mcu_row < rows; coefficients->mcu_row++, coefficients->mcu = 0) {
    for (; coefficients->mcu < d->MCUs_per_row; coefficients->mcu++) {
      int32_t mcu = (int32_t)coefficients->mcu;
      int wanted = is_row_wanted && mcu >= columns.first && mcu < columns.end;
      if (!sequential_mcu(d, coefficients, wanted)) return JPEG_SUSPENDED;
      if (wanted) transform_mcu(d, out);
    }
  }
  start_row(coefficients);
  d->output_iMCU_row++;
  if (++d->input_iMCU_row < d->total_iMCU_rows) return JPEG_ROW_COMPLETED;
  d->inputctl->finish_input_pass(d);
  return JPEG_SCAN_COMPLETED;
}

static void transform_stored(j_decompress_ptr d, int component, JSAMPARRAY out) {
  Coefficients *coefficients = coefficients_of(d);
  const jpeg_component_info *info = &d->comp_info[component];
  const Store *store = &coefficients->store[component];
  int kept = coefficients->shape.kept, scale = coefficients->shape.scale;
  /* In whole MCUs, whatever the component's own factor is. */
  Span columns = wanted_columns(d, scale * d->max_h_samp_factor);
  JDIMENSION first = (JDIMENSION)(columns.first * info->h_samp_factor);
  JDIMENSION end = (JDIMENSION)(columns.end * info->h_samp_factor);
  if (end > info->width_in_blocks) end = info->width_in_blocks;
  for (int y = 0; y < info->v_samp_factor; y++) {
    JDIMENSION row = d->output_iMCU_row * (JDIMENSION)info->v_samp_factor + (JDIMENSION)y;
    if (row >= info->height_in_blocks) return;
    const int16_t *block = store->blocks + ((size_t)row * store->across + first) * (size_t)kept;
    const uint64_t *nonzero = store->nonzero == NULL ? NULL : store->nonzero + (size_t)row * store->across;
    for (JDIMENSION x = first; x < end; x++, block += kept)
      transform(d, component, block, nonzero == NULL || nonzero[x] != 0, out + y * scale, x * (JDIMENSION)scale);
  }
}

/* One iMCU row from the store. All scans are there: jpeg_start_decompress read them. */
static int decompress_stored(j_decompress_ptr d, JSAMPIMAGE out) {
  if (is_wanted(d, d->output_iMCU_row))
    for (int i = 0; i < d->num_components; i++) transform_stored(d, i, out[i]);
  return ++d->output_iMCU_row < d->total_iMCU_rows ? JPEG_ROW_COMPLETED : JPEG_SCAN_COMPLETED;
}

/* ---- beginning ---- */

static uint32_t round_up(JDIMENSION count, int factor) {
  return (count + (uint32_t)factor - 1) / (uint32_t)factor * (uint32_t)factor;
}

/* The memory of this is what the plan has to know; the formula stands in jpeg_in.c. */
static void create_store(j_decompress_ptr d, Coefficients *coefficients) {
  int with_map = d->progressive_mode && coefficients->shape.limit > 1;
  for (int i = 0; i < d->num_components; i++) {
    const jpeg_component_info *info = &d->comp_info[i];
    Store *store = &coefficients->store[i];
    store->across = round_up(info->width_in_blocks, info->h_samp_factor);
    store->down = round_up(info->height_in_blocks, info->v_samp_factor);
    uint64_t count = (uint64_t)store->across * store->down;
    if (count > SIZE_MAX / 512) engine_fail(FAIL_MEMORY, "JPEG: too large for several scans");
    store->blocks = engine_alloc(((size_t)count * (size_t)coefficients->shape.kept + READ_BEYOND) * sizeof(int16_t));
    if (with_map) store->nonzero = engine_alloc((size_t)count * sizeof(uint64_t));
  }
}

static void create_mcu(j_decompress_ptr d, Coefficients *coefficients) {
  size_t count = (size_t)coefficients->shape.stride * D_MAX_BLOCKS_IN_MCU + READ_BEYOND;
  coefficients->blocks = d->mem->alloc_large((j_common_ptr)d, JPOOL_IMAGE, count * sizeof(int16_t));
  memset(coefficients->blocks, 0, count * sizeof(int16_t));
  if (d->arith_code)
    coefficients->full_blocks = d->mem->alloc_large((j_common_ptr)d, JPOOL_IMAGE, D_MAX_BLOCKS_IN_MCU * sizeof(JBLOCK));
}

static uint64_t blocks_of(j_decompress_ptr d) {
  uint64_t count = 0;
  for (int i = 0; i < d->num_components; i++) {
    const jpeg_component_info *info = &d->comp_info[i];
    count += (uint64_t)round_up(info->width_in_blocks, info->h_samp_factor) *
             round_up(info->height_in_blocks, info->v_samp_factor);
  }
  return count;
}

void jinit_pictor_decoder(j_decompress_ptr d) {
  if (d->arith_code) {
    jinit_arith_decoder(d);
  } else if (d->progressive_mode) {
    jpeg_in_progressive_create(d);
  } else if (jpeg_in_of(d)->scale <= SPARSE) {
    jpeg_in_sparse_create(d);
  } else {
    jpeg_in_huffman_create(d);
  }
  Coefficients *coefficients = d->mem->alloc_small((j_common_ptr)d, JPOOL_IMAGE, sizeof *coefficients);
  memset(coefficients, 0, sizeof *coefficients);
  coefficients->shape = jpeg_in_shape(jpeg_in_of(d)->scale);
  jpeg_in_idct_factors(coefficients->shape.scale, &coefficients->factors);
  coefficients->most_work = blocks_of(d) * MOST_VISITS;
  coefficients->pub.start_input_pass = start_input_pass;
  coefficients->pub.start_output_pass = start_output_pass;
  int has_scans = d->inputctl->has_multiple_scans;
  coefficients->pub.consume_data = has_scans ? consume_data : dummy_consume_data;
  coefficients->pub.decompress_data = has_scans ? decompress_stored : decompress_onepass;
  d->coef = &coefficients->pub;
  if (has_scans) create_store(d, coefficients);
  create_mcu(d, coefficients);
}

void jpeg_in_free_store(j_decompress_ptr d) {
  Coefficients *coefficients = coefficients_of(d);
  if (coefficients == NULL) return;
  for (int i = 0; i < MAX_PLANES; i++) {
    free(coefficients->store[i].blocks);
    free(coefficients->store[i].nonzero);
  }
}
