/* An enlarged, blurred copy of the picture that fills what is transparent around and in it (`background=blur`). */
#ifndef PICTOR_BACKDROP_H
#define PICTOR_BACKDROP_H

#include "engine.h"

typedef struct Backdrop Backdrop;

/* Keeps a small copy of the picture, over white. Memory: less than 16 KiB, whatever the picture. */
Backdrop *backdrop_create(const Raster *picture);
/* Lays the raster over the copy, which covers it, its middle in the raster's. The result is opaque. */
void backdrop_fill(const Backdrop *backdrop, Raster *raster);
void backdrop_free(Backdrop *backdrop);

#endif
