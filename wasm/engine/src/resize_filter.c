/*
 * Lanczos3: sinc(x)·sinc(x/3) inside ±3, stretched by |scale| when shrinking, so that it is the anti-alias filter too.
 * Beyond an edge its sample is repeated: the weights that fall outside are added to the edge sample's.
 * The same as test/engine/reference/lanczos.ts.
 */
#include "resize_filter.h"

#include <math.h>

#include "fixed_point.h"

#define LOBES 3
#define PI 3.14159265358979323846

static double stretch_of(AxisMap map) { return fmax(1, fabs(map.scale)); }

/* Most samples that the open interval of twice the support can hold. */
static double full_window(AxisMap map) { return ceil(2 * LOBES * stretch_of(map)); }

int32_t filter_window(int32_t source, AxisMap map) { return (int32_t)fmin(full_window(map), source); }

static int32_t clamp(int32_t value, int32_t low, int32_t high) {
  return value < low ? low : value > high ? high : value;
}

/* What the samples of an axis have in common. */
typedef struct {
  AxisMap map;
  int32_t low;     /* first source sample that counts */
  int32_t edge;    /* and the last */
  double support;  /* in source samples */
  int32_t longest; /* window */
  double step;     /* between taps, in units of the kernel */
} Axis;

static Axis axis_of(int32_t source, AxisMap map) {
  const double stretch = stretch_of(map);
  int32_t low = 0, edge = source - 1;
  if (map.high > 0) {
    low = clamp(fixed_point_of(floor(map.low)), 0, source - 1);
    edge = clamp(fixed_point_of(ceil(map.high)) - 1, low, source - 1);
  }
  return (Axis){map, low, edge, LOBES * stretch, (int32_t)full_window(map), 1 / stretch};
}

/* Samples that the filter covers around one destination sample, not yet held to the source. */
typedef struct {
  double centre; /* as an index */
  int32_t first, last;
} Window;

static Window window_of(const Axis *axis, int32_t i) {
  const double centre = axis->map.scale * (i + 0.5) + axis->map.offset - 0.5;
  const int32_t first = fixed_point_of(floor(centre - axis->support)) + 1;
  const int32_t last = fixed_point_of(ceil(centre + axis->support)) - 1;
  /* Rounding must not make it longer than the room for it. */
  const int32_t longest = first + axis->longest - 1;
  return (Window){centre, first, last < longest ? last : longest};
}

void filter_extent(int32_t source, AxisMap map, int32_t count, int32_t *first, int32_t *end) {
  const Axis axis = axis_of(source, map);
  const int32_t low = map.scale > 0 ? 0 : count - 1;
  *first = clamp(window_of(&axis, low).first, axis.low, axis.edge);
  *end = clamp(window_of(&axis, count - 1 - low).last, axis.low, axis.edge) + 1;
}

/* sin(πx), to 1e-11: libm's takes most of the time of a small resize. */
static double sin_pi(double x) {
  const double turns = rint(x), r = PI * (x - turns), q = r * r;
  const double sine = r * (1 + q * (-1.0 / 6 + q * (1.0 / 120 + q * (-1.0 / 5040 + q * (1.0 / 362880 +
                      q * (-1.0 / 39916800 + q * (1.0 / 6227020800 + q * (-1.0 / 1307674368000))))))));
  return fixed_point_of(turns) & 1 ? -sine : sine;
}

typedef struct {
  double sine, cosine;
} Angle;

static Angle angle_of(double half_turns) { return (Angle){sin_pi(half_turns), sin_pi(half_turns + 0.5)}; }

/* The next of equal steps along the filter: a product instead of a sine for each tap. */
static Angle turned(Angle at, Angle step) {
  return (Angle){at.sine * step.cosine + at.cosine * step.sine, at.cosine * step.cosine - at.sine * step.sine};
}

/*
 * Weights of the source samples from `base` on, those beyond an edge added to the edge's; answers their sum. `weight`
 * need not be cleared, since memory.fill costs as much as the rest for so few bytes.
 */
static double weigh(double *weight, int32_t base, Axis axis, Window window, Angle outer_step, Angle inner_step) {
  const double start = (window.first - window.centre) * axis.step;
  Angle outer = angle_of(start), inner = angle_of(start / LOBES);
  double sum = 0, at_place = 0;
  int32_t place = -1;
  for (int32_t k = window.first; k <= window.last; k++) {
    const double p = PI * (start + (k - window.first) * axis.step);
    /* At its very middle the quotient is lost in rounding; there the kernel is 1. */
    const double w = fabs(p) < 1e-6 ? 1 : LOBES * outer.sine * inner.sine / (p * p);
    const int32_t next = clamp(k, axis.low, axis.edge) - base;
    at_place = next == place ? at_place + w : w;
    place = next;
    weight[place] = at_place;
    sum += w;
    outer = turned(outer, outer_step);
    inner = turned(inner, inner_step);
  }
  return sum;
}

/* Longest period looked for: beyond, few samples would be saved. */
#define LONGEST_PERIOD 256

/* After how many samples the filter falls on the source in the same way again (2.5: after 2). 0: not soon. */
static int32_t period_of(AxisMap map) {
  for (int32_t period = 1; period <= LONGEST_PERIOD; period++)
    if (fabs(map.scale * period - rint(map.scale * period)) < 1e-9) return period;
  return 0;
}

/*
 * Takes sample i's coefficients from `period` samples before, unless an edge comes into play, or rounding gives the two
 * another window.
 */
static int repeat(Filter *filter, int32_t i, int32_t period, int32_t shift, Window window, const Axis *axis) {
  const int32_t before = i - period;
  if (period == 0 || before < 0 || filter->first[before] == axis->low || filter->last[before] == axis->edge) return 0;
  if (window.first != filter->first[before] + shift || window.last != filter->last[before] + shift) return 0;
  if (window.first < axis->low || window.last > axis->edge) return 0;
  int16_t *to = filter->coefficient + (ptrdiff_t)i * filter->taps;
  const int16_t *from = to - (ptrdiff_t)period * filter->taps;
  for (int32_t t = 0; t < filter->taps; t++) to[t] = from[t];
  return 1;
}

void filter_fill(Filter *filter, int32_t source, AxisMap map, int32_t count, int32_t sum, double *weight) {
  const Axis axis = axis_of(source, map);
  const Angle outer_step = angle_of(axis.step), inner_step = angle_of(axis.step / LOBES);
  const int32_t period = period_of(map), shift = (int32_t)rint(map.scale * period);
  for (int32_t i = 0; i < count; i++) {
    const Window window = window_of(&axis, i);
    const int32_t first = clamp(window.first, axis.low, axis.edge), last = clamp(window.last, axis.low, axis.edge);
    filter->first[i] = first;
    filter->last[i] = last;
    if (repeat(filter, i, period, shift, window, &axis)) continue;
    const double total = weigh(weight, first, axis, window, outer_step, inner_step);
    fixed_point_round(filter->coefficient + (ptrdiff_t)i * filter->taps, weight, last - first + 1, sum / total);
  }
}
