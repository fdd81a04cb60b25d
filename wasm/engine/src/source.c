#include "source.h"

#include "map.h"

/* Flip and rotate belong to the map, unless a canvas or a raster comes between; then they are steps of their own. */
void flow_open(Flow *flow, const SourcePlanes *source) {
  const int direct = target_is_direct(flow->job, source->model);
  const Map map = map_of(flow->job, direct);
  flow->target = target_create(flow->job, source, &map, direct);
}

void flow_row(void *flow, int32_t plane, int32_t y, const uint8_t *row) {
  target_push(&((Flow *)flow)->target, plane, y, row);
}

void source_require_size(const Job *job, int32_t width, int32_t height) {
  if (width != job->source_width || height != job->source_height) {
    engine_fail(FAIL_MISMATCH, "the picture has another size than its header said");
  }
}
