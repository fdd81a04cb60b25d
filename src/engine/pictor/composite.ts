import type { Facts } from "../../image/facts.ts";
import type { Engine } from "../../ports.ts";

/** One engine of two: `first` does what it reads, `other` the rest. */
export function composite(first: Engine, other: Engine): Engine {
  const engineFor = (facts: Facts) => (first.reads(facts) === true ? first : other);
  return {
    version: `${first.version}.${other.version}`,
    reads: (facts) => engineFor(facts).reads(facts),
    peakBytes: (plan, sourceBytes) => engineFor(plan.source).peakBytes(plan, sourceBytes),
    render: (plan, source) => engineFor(plan.source).render(plan, source),
  };
}
