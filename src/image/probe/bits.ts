import type { ByteReader } from "./reader.ts";

/** One way to write a U32: an offset and a number of further bits. */
export type U32Choice = readonly [offset: number, bits: number];

/** Bits from least to most significant, as JPEG XL packs them (ISO/IEC 18181-1). */
export class BitReader {
  private readonly r: ByteReader;
  private position: number;

  constructor(r: ByteReader, start: number) {
    this.r = r;
    this.position = start * 8;
  }

  /** `count` up to 32. */
  u(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.position++) {
      const bit = (this.r.u8(this.position >>> 3) >>> (this.position & 7)) & 1;
      value += bit * 2 ** i;
    }
    return value;
  }

  bool(): boolean {
    return this.u(1) === 1;
  }

  u32(a: U32Choice, b: U32Choice, c: U32Choice, d: U32Choice): number {
    const [offset, bits] = [a, b, c, d][this.u(2)]!;
    return offset + this.u(bits);
  }

  enumValue(): number {
    return this.u32([0, 0], [1, 0], [2, 4], [18, 6]);
  }

  skip(count: number): void {
    this.position += count;
  }
}
