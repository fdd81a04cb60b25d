/*
 * Film grain (AV1 specification section 7.18.3) in the decoded picture itself: dav1d would make a second one. The patch
 * dav1d-01 has chroma done before the luma that it depends on.
 */
#include "config.h"

#include "av1.h"
#include "src/fg_apply.h"
#include "src/filmgrain.h"

/* As dav1d's has_grain. */
static int has_grain(const Dav1dFilmGrainData *data) {
  return data->num_y_points || data->num_uv_points[0] || data->num_uv_points[1] ||
         (data->clip_to_restricted_range && data->chroma_scaling_from_luma);
}

void film_grain_apply(Dav1dPicture *picture) {
  if (!has_grain(&picture->frame_hdr->film_grain.data)) return;
  Dav1dFilmGrainDSPContext dsp;
  if (picture->p.bpc == 8) {
    dav1d_film_grain_dsp_init_8bpc(&dsp);
    dav1d_apply_grain_8bpc(&dsp, picture, picture);
  } else {
    dav1d_film_grain_dsp_init_16bpc(&dsp);
    dav1d_apply_grain_16bpc(&dsp, picture, picture);
  }
}
