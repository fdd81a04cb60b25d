/** `Server-Timing`: W3C Server Timing. */

export interface Metric {
  readonly name: string;
  /** Milliseconds. Written only when above 0: where the clock stands still, a time would be a lie. */
  readonly duration?: number;
  readonly description?: string;
}

/** Stages with how often each ran (`desc="n=1"`) and, where the clock runs, how long it took (`dur`, ms). */
export function metricsOf(
  counts: Readonly<Record<string, number>>,
  times: Readonly<Record<string, number>>,
): readonly Metric[] {
  const names = new Set([...Object.keys(counts), ...Object.keys(times)]);
  return [...names].map((name) => ({
    name,
    ...(Object.hasOwn(counts, name) && { description: `n=${counts[name]}` }),
    ...(Object.hasOwn(times, name) && { duration: times[name]! }),
  }));
}

/** The header's value; `undefined` when there is nothing to say. */
export function serverTiming(metrics: readonly Metric[]): string | undefined {
  return metrics.map(serialize).join(", ") || undefined;
}

function serialize({ name, duration = 0, description }: Metric): string {
  let text = token(name);
  if (description !== undefined) text += `;desc=${quote(description)}`;
  const tenths = Math.round(duration * 10);
  if (Number.isFinite(tenths) && tenths > 0) text += `;dur=${tenths / 10}`;
  return text;
}

/** A name must be a token (RFC 9110 section 5.6.2); other characters become `-`. */
function token(name: string): string {
  return name.replace(/[^\w!#$%&'*+.^`|~-]/gu, "-") || "-";
}

/** A quoted-string (RFC 9110 section 5.6.4), kept to visible ASCII. */
function quote(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/gu, "?").replace(/["\\]/g, "\\$&")}"`;
}
