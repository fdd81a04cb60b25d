/** LZW as TIFF 6.0 section 13 has it: codes of 9 to 12 bits, highest bit first, which grow one code early. */
import { PictorError } from "../../errors.ts";
import { broken } from "../../image/probe/reader.ts";
import { endsEarly, type Fill } from "./bytes.ts";
import type { Spend } from "./work.ts";

const CLEAR = 256;
const END = 257;
const FIRST = 258;
const MAX_CODES = 4096;

export function lzwBytes(bytes: Uint8Array, spend: Spend): Fill {
  assertModern(bytes);
  /** Each code is another one and a byte behind it. */
  const prefix = new Uint16Array(MAX_CODES);
  const suffix = new Uint8Array(MAX_CODES);
  /** The string of the newest code, from its end; what of it is not handed out yet. */
  const string = new Uint8Array(MAX_CODES);
  let length = 0;
  let [at, held, heldBits] = [0, 0, 0];
  let [size, next, last] = [9, FIRST, -1];
  let first = 0;
  for (let i = 0; i < 256; i++) suffix[i] = i;

  function readCode(): number {
    while (heldBits < size) {
      if (at >= bytes.length) endsEarly();
      held = ((held << 8) | bytes[at++]!) & 0xfffff;
      heldBits += 8;
    }
    heldBits -= size;
    return (held >> heldBits) & ((1 << size) - 1);
  }

  /** Puts the code's bytes on `string`, the last one first. A string is never longer than there are codes. */
  function spell(code: number): void {
    let rest = code;
    while (rest >= FIRST) {
      string[length++] = suffix[rest]!;
      rest = prefix[rest]!;
    }
    first = suffix[rest]!;
    string[length++] = first;
  }

  function step(): void {
    const code = readCode();
    if (code === END) endsEarly();
    if (code === CLEAR) {
      spend(1);
      [size, next, last] = [9, FIRST, -1];
      return;
    }
    const isNew = code === next && last >= 0;
    if (code >= next && !isNew) throw broken("The TIFF's LZW has a code that stands for nothing.");
    if (isNew) {
      // What it stands for is the string before and its own first byte.
      length = 1;
      spell(last);
      string[0] = first;
    } else spell(code);
    if (last >= 0 && next < MAX_CODES) {
      prefix[next] = last;
      suffix[next] = first;
      next++;
      if (next + 1 >= 1 << size && size < 12) size++;
    }
    last = code;
  }

  return (out) => {
    for (let to = 0; to < out.length; ) {
      if (length === 0) step();
      else out[to++] = string[--length]!;
    }
  };
}

/** Files before TIFF 6.0 have the lowest bit first: their clear code begins with a byte of 0. */
function assertModern(bytes: Uint8Array): void {
  if (bytes[0] !== 0 || ((bytes[1] ?? 0) & 1) === 0) return;
  throw new PictorError("unsupported_format", {
    detail: "TIFF compressed with LZW of before TIFF 6.0 is not read.",
    received: "tiff",
  });
}
