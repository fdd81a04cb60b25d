/** `max-bytes`: the whole job again in less quality, until its result is short enough. The source is held meanwhile. */
import type { Plan } from "./image/job.ts";
import { fitted } from "./image/quality-search.ts";
import type { RenderResult } from "./ports.ts";

export interface WithinBytes extends RenderResult {
  /** Value of `Pictor-Max-Bytes`: a dictionary of RFC 8941. */
  readonly maxBytes?: string;
}

/** `render` is called up to `MOST_ENCODES` times, one after the other; what it counts is added up. */
export async function withinBytes(
  plan: Plan,
  maxBytes: number,
  render: (plan: Plan) => Promise<RenderResult>,
): Promise<WithinBytes> {
  const { output } = plan;
  if (output.lossless || output.format === "gif") {
    const result = await render(plan);
    return result.bytes.length <= maxBytes ? result : { ...result, maxBytes: "exceeded" };
  }
  let counts: RenderResult["facts"]["counts"] = {};
  let times: RenderResult["facts"]["times"] = {};
  const encode = async (quality: number) => {
    const result = await render({ ...plan, output: { ...output, quality } });
    counts = sums(counts, result.facts.counts);
    times = sums(times, result.facts.times);
    return result;
  };
  const { made, quality, fits } = await fitted(encode, output.quality, maxBytes);
  const facts = { ...made.facts, counts, times };
  return { bytes: made.bytes, facts, maxBytes: `quality=${quality}${fits ? "" : ", exceeded"}` };
}

type Numbers = Readonly<Record<string, number>>;

function sums(a: Numbers, b: Numbers): Numbers {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return Object.fromEntries(names.map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]));
}
