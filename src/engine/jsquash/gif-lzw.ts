const MAX_CODES = 4096;

/**
 * Decodes GIF's LZW (GIF89a Appendix F) of the sub-blocks at `start` into at most `count` palette indexes.
 * Answers nothing when the data ends, or turns to nonsense, before `count` indexes came.
 *
 * Every code's string is one byte longer than its prefix's, and a prefix is always an older code, so that each code
 * ends after at most 4096 steps whatever the file says.
 */
export function readLzw(file: Uint8Array, start: number, count: number): Uint8Array | undefined {
  const minSize = file[start] ?? 0;
  if (minSize < 1 || minSize > 11) return undefined;
  const readCode = createCodeReader(file, start + 1);
  const clear = 1 << minSize;
  const prefix = new Uint16Array(MAX_CODES);
  const suffix = new Uint8Array(MAX_CODES);
  const length = new Uint16Array(MAX_CODES);
  for (let code = 0; code < clear; code++) {
    suffix[code] = code;
    length[code] = 1;
  }
  const output = new Uint8Array(count);
  let size = minSize + 1;
  let next = clear + 2;
  let previous = -1;
  let at = 0;
  while (at < count) {
    const code = readCode(size);
    if (code === undefined || code === clear + 1) return undefined;
    if (code === clear) {
      size = minSize + 1;
      next = clear + 2;
      previous = -1;
      continue;
    }
    const known = code < next && length[code]! > 0;
    if (previous < 0 ? code > clear : !known && code !== next) return undefined;
    if (previous >= 0 && next < MAX_CODES) {
      prefix[next] = previous;
      length[next] = length[previous]! + 1;
      suffix[next] = firstByte(prefix, length, suffix, code === next ? previous : code);
      next++;
      if (next === 1 << size && size < 12) size++;
    }
    at = write(output, at, code);
    previous = code;
  }
  return output;

  /** Writes the code's string backwards from its end; what lies beyond the output is dropped. */
  function write(to: Uint8Array, from: number, code: number): number {
    const end = from + length[code]!;
    for (let i = end - 1, c = code; i >= from; i--, c = prefix[c]!)
      if (i < count) to[i] = suffix[c]!;
    return end;
  }
}

function firstByte(
  prefix: Uint16Array,
  length: Uint16Array,
  suffix: Uint8Array,
  code: number,
): number {
  let c = code;
  while (length[c]! > 1) c = prefix[c]!;
  return suffix[c]!;
}

/** Reads codes of `size` bits, lowest bits first, across sub-blocks of at most 255 bytes. */
function createCodeReader(file: Uint8Array, start: number) {
  let at = start;
  let left = 0;
  let bits = 0;
  let held = 0;
  return (size: number): number | undefined => {
    while (held < size) {
      if (left === 0) {
        left = file[at++] ?? 0;
        if (left === 0) return undefined;
      }
      if (at >= file.length) return undefined;
      bits |= file[at++]! << held;
      held += 8;
      left--;
    }
    const code = bits & ((1 << size) - 1);
    bits >>>= size;
    held -= size;
    return code;
  };
}
