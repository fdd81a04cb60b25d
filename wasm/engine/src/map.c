#include "map.h"

#include <math.h>

/* One stored coordinate as a function of the result's: it depends on one of them only. */
typedef struct {
  double u, v, one;
} Term;

static Term term_scale(Term term, double factor, double plus) {
  return (Term){term.u * factor, term.v * factor, term.one * factor + plus};
}

/* size - term: the same axis, read from its other end. */
static Term term_mirror(Term term, double size) { return term_scale(term, -1, size); }

typedef struct {
  Term x, y;
} Point;

/* Result → extract: undo rotate (clockwise), then flip. `width`, `height`: of the extract. */
static Point unturned(const Job *job) {
  const Term u = {1, 0, 0}, v = {0, 1, 0};
  const double width = job->extract.width, height = job->extract.height;
  Point point = {u, v};
  switch (job->rotate) {
    case 90:
      point = (Point){v, term_mirror(u, height)};
      break;
    case 180:
      point = (Point){term_mirror(u, width), term_mirror(v, height)};
      break;
    case 270:
      point = (Point){term_mirror(v, width), u};
      break;
    default:
      break;
  }
  if (job->flip) point.x = term_mirror(point.x, width);
  return point;
}

/* Extract → upright source: the cut of the resized picture, the resize, the crop. */
static Point in_upright_source(const Job *job, Point point) {
  const double across = (double)job->crop.width / job->resize_width;
  const double down = (double)job->crop.height / job->resize_height;
  return (Point){term_scale(point.x, across, job->crop.x + job->extract.x * across),
                 term_scale(point.y, down, job->crop.y + job->extract.y * down)};
}

/* Upright source → source as stored (EXIF 2.3, tag 274). */
static Point in_stored_source(const Job *job, Point point) {
  const double width = job->source_width, height = job->source_height;
  const Term x = point.x, y = point.y;
  switch (job->orientation) {
    case 2:
      return (Point){term_mirror(x, width), y};
    case 3:
      return (Point){term_mirror(x, width), term_mirror(y, height)};
    case 4:
      return (Point){x, term_mirror(y, height)};
    case 5:
      return (Point){y, x};
    case 6:
      return (Point){y, term_mirror(x, height)};
    case 7:
      return (Point){term_mirror(y, width), term_mirror(x, height)};
    case 8:
      return (Point){term_mirror(y, width), x};
    default:
      return point;
  }
}

/* `one`, `other`: where the crop's edges lie on this axis. */
static AxisMap axis_of(Term term, double one, double other) {
  return (AxisMap){term.u != 0 ? term.u : term.v, term.one, fmin(one, other), fmax(one, other)};
}

static Point corner(double x, double y) { return (Point){{0, 0, x}, {0, 0, y}}; }

Map map_of(const Job *job, int turn) {
  const Term u = {1, 0, 0}, v = {0, 1, 0};
  const Point result = turn ? unturned(job) : (Point){u, v};
  const Point stored = in_stored_source(job, in_upright_source(job, result));
  const int on_side = turn && (job->rotate == 90 || job->rotate == 270);
  const int32_t width = on_side ? job->extract.height : job->extract.width;
  const int32_t height = on_side ? job->extract.width : job->extract.height;
  const int transposed = stored.x.v != 0;
  const Rect crop = job->crop;
  const Point near = in_stored_source(job, corner(crop.x, crop.y));
  const Point far = in_stored_source(job, corner((double)crop.x + crop.width, (double)crop.y + crop.height));
  return (Map){.x = axis_of(stored.x, near.x.one, far.x.one),
               .y = axis_of(stored.y, near.y.one, far.y.one),
               .width = transposed ? height : width,
               .height = transposed ? width : height,
               .transposed = transposed};
}

static int32_t least(int32_t size, double scale, double margin) {
  const double wanted = ceil(size * margin / fabs(scale));
  return wanted < size ? (int32_t)wanted : size;
}

void map_least_source(const Job *job, const Map *map, int32_t *width, int32_t *height) {
  *width = least(job->source_width, map->x.scale, job->margin);
  *height = least(job->source_height, map->y.scale, job->margin);
}

AxisMap map_axis_for(AxisMap map, double source_factor, double target_factor) {
  return (AxisMap){map.scale * target_factor / source_factor, map.offset / source_factor, map.low / source_factor,
                   map.high / source_factor};
}
