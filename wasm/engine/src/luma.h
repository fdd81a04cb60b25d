/* Rec. 709 luma weights; ops use them on sRGB-coded values. */
#ifndef PICTOR_LUMA_H
#define PICTOR_LUMA_H

#define LUMA_R 0.2126
#define LUMA_G 0.7152
#define LUMA_B 0.0722

#endif
