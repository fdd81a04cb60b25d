/** A KV namespace of plain values with faults: fails, is slow, hangs, or loses an answer for good. */
export function fakeKv() {
  const values = new Map<string, string | Uint8Array>();
  const reads: string[] = [];
  const writes: string[] = [];
  const failing = { reads: false, writes: false };
  let hanging = new Set<string>();
  let delay = 0;
  let lost = false;

  const bytesOf = (value: string | Uint8Array) =>
    typeof value === "string" ? new TextEncoder().encode(value) : value;

  const namespace = {
    async get(key: string) {
      reads.push(key);
      if (hanging.has(key)) return new Promise(() => {});
      if (lost) {
        lost = false;
        return new Promise(() => {});
      }
      const value = values.get(key);
      if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
      if (failing.reads) throw new Error("the store is down");
      return value === undefined ? null : new Blob([bytesOf(value) as never]).stream();
    },
    async put(key: string, text: string) {
      if (failing.writes) throw new Error("429 Too Many Requests");
      writes.push(key);
      values.set(key, text);
    },
    async delete(key: string) {
      values.delete(key);
    },
  };
  return {
    namespace,
    values,
    reads,
    writes,
    failing,
    slow(ms: number) {
      delay = ms;
    },
    /** These keys are never answered. */
    hangOn(...keys: string[]) {
      hanging = new Set([...(keys.length > 0 ? hanging : []), ...keys]);
    },
    /** The next read alone is never answered. */
    lose() {
      lost = true;
    },
  };
}
