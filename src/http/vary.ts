/**
 * The value of `Vary` for what was really negotiated, also where the header was absent; `undefined` when nothing was.
 * The order of the names never depends on the order in which they were looked at.
 */
export function vary(negotiated: Iterable<string>): string | undefined {
  return [...new Set(negotiated)].sort().join(", ") || undefined;
}
