import { PictorError } from "../../errors.ts";

/** Most bytes from the start of a file that the probe asks for, in bytes. Beyond it, it answers from what it has. */
export const MAX_HEADER_BYTES = 4 * 1024 * 1024;

/** WebP keeps EXIF behind the pixels, so the whole file may be asked for, up to this many bytes. */
export const MAX_WEBP_HEADER_BYTES = 20 * 1024 * 1024;

/** Thrown when the answer lies in bytes that may still come. `end` is how many from the start are needed. */
export class NeedBytes extends Error {
  readonly end: number;

  constructor(end: number) {
    super(`needs ${end} bytes`);
    this.end = end;
  }
}

export function broken(detail: string): PictorError {
  return new PictorError("broken_image", { detail });
}

/**
 * Bounds-checked reading by absolute offset. A read past the bytes at hand throws `NeedBytes` when they may still
 * come (the file goes on, and `cap` allows it), else `broken_image`. It never copies: slices are views.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly complete: boolean;
  readonly cap: number;
  private readonly view: DataView;

  constructor(bytes: Uint8Array, complete = true, cap = MAX_HEADER_BYTES) {
    this.bytes = bytes;
    this.complete = complete;
    this.cap = cap;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.bytes.length;
  }

  has(end: number): boolean {
    return end <= this.bytes.length;
  }

  /** Makes sure that all bytes before `end` are at hand. */
  need(end: number): void {
    if (this.reach(end)) return;
    if (this.complete) throw broken("The file ends inside its header.");
    throw broken(`The header goes beyond the first ${this.cap} bytes.`);
  }

  /** Whether all bytes before `end` are at hand; false only when they never will be. */
  reach(end: number): boolean {
    if (end > this.bytes.length && !this.complete && end <= this.cap) throw new NeedBytes(end);
    return end <= this.bytes.length;
  }

  /** Where the file ends, for what extends to its end; all of it (or the cap) must be at hand. */
  fileEnd(): number {
    if (!this.complete && this.length < this.cap) throw new NeedBytes(this.length + 1);
    return this.length;
  }

  u8(at: number): number {
    this.need(at + 1);
    return this.view.getUint8(at);
  }

  u16(at: number, littleEndian = false): number {
    this.need(at + 2);
    return this.view.getUint16(at, littleEndian);
  }

  u24le(at: number): number {
    return this.u16(at, true) + this.u8(at + 2) * 0x10000;
  }

  u32(at: number, littleEndian = false): number {
    this.need(at + 4);
    return this.view.getUint32(at, littleEndian);
  }

  i32(at: number, littleEndian = false): number {
    this.need(at + 4);
    return this.view.getInt32(at, littleEndian);
  }

  /** Exact up to 2^53; larger values lose their low bits, which no file is long enough to notice. */
  u64(at: number, littleEndian = false): number {
    const first = this.u32(at, littleEndian);
    const second = this.u32(at + 4, littleEndian);
    return littleEndian ? second * 2 ** 32 + first : first * 2 ** 32 + second;
  }

  /** Bytes as Latin-1 text. */
  text(at: number, length: number): string {
    return latin1(this.slice(at, at + length));
  }

  slice(start: number, end: number): Uint8Array {
    this.need(end);
    return this.bytes.subarray(start, end);
  }

  /** A complete reader of a part, in which a read past its end is `broken_image`. */
  part(start: number, end: number): ByteReader {
    return new ByteReader(this.slice(start, end));
  }
}

export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** For what is good to know but not needed: what is broken or out of reach becomes `fallback`. */
export function optional<T>(read: () => T, fallback: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof PictorError && error.code === "broken_image") return fallback;
    throw error;
  }
}
