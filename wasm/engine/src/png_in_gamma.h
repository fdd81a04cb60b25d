/* gAMA: what samples mean, when nothing else says so. */
#ifndef PICTOR_PNG_IN_GAMMA_H
#define PICTOR_PNG_IN_GAMMA_H

#include "png_in_header.h"

/*
 * Whether samples have to be changed to be shown as sRGB: the file has a gamma, no colour space that counts more, and it
 * differs from 1/2.2 by more than 5%, which is libpng's threshold and with it the browsers'.
 */
int png_gamma_counts(const PngHeader *header);
/* The 8-bit levels of samples 0 to `most` (at most 65,535), with gamma applied where it counts. */
void png_gamma_levels(const PngHeader *header, uint8_t *levels, uint32_t most);

#endif
