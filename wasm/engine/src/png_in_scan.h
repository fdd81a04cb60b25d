/* Filtered rows in the order of the file → whole rows of the picture, top to bottom (PNG third edition, section 8, 9). */
#ifndef PICTOR_PNG_IN_SCAN_H
#define PICTOR_PNG_IN_SCAN_H

#include "png_in_header.h"

typedef struct PngScan PngScan;

/*
 * `header` has to outlive it. What lies outside `columns` and `rows` is not converted, and not waited for.
 *
 * Of an interlaced picture, all passes but the last have the even rows together, the last one has the odd ones: half
 * the picture is kept, as it is stored, and goes out with the last pass.
 */
PngScan *png_scan_create(const PngHeader *header, Span columns, Span rows);
/* Bytes of the next filtered row, with the one that says how. Not to be asked after the end. */
size_t png_scan_row_bytes(const PngScan *scan);
/* At most. */
size_t png_scan_most_row_bytes(const PngHeader *header);
/* 1: the last row that is wanted went out. */
int png_scan_row(PngScan *scan, const uint8_t *filtered, RowSink sink, void *context);
/* There is no row after the last one that was given. */
int png_scan_is_whole(const PngScan *scan);
void png_scan_free(PngScan *scan);

#endif
