/** Tone curves of ICC profiles (ICC.1:2022 sections 10.6 and 10.18). */
import type { ByteReader } from "./reader.ts";

/** The tone curve's value at `x` (0–1); NaN for a type that is none. */
export function readCurve(r: ByteReader, at: number, x: number): number {
  const type = r.text(at, 4);
  if (type === "para") return parametric(r, at, x);
  if (type !== "curv") return Number.NaN;
  const count = r.u32(at + 8);
  if (count === 0) return x;
  if (count === 1) return x ** (r.u16(at + 12) / 256);
  const position = x * (count - 1);
  const index = Math.min(Math.floor(position), count - 2);
  const low = r.u16(at + 12 + index * 2) / 65535;
  const high = r.u16(at + 14 + index * 2) / 65535;
  return low + (high - low) * (position - index);
}

/** ICC.1:2022, parametricCurveType. */
function parametric(r: ByteReader, at: number, x: number): number {
  const p = (i: number) => fixed(r, at + 12 + i * 4);
  const g = p(0);
  switch (r.u16(at + 8)) {
    case 0:
      return x ** g;
    case 1:
      return x >= -p(2) / p(1) ? (p(1) * x + p(2)) ** g : 0;
    case 2:
      return x >= -p(2) / p(1) ? (p(1) * x + p(2)) ** g + p(3) : p(3);
    case 3:
      return x >= p(4) ? (p(1) * x + p(2)) ** g : p(3) * x;
    case 4:
      return x >= p(4) ? (p(1) * x + p(2)) ** g + p(5) : p(3) * x + p(6);
    default:
      return Number.NaN;
  }
}

/** s15Fixed16Number. */
export function fixed(r: ByteReader, at: number): number {
  return r.i32(at) / 65536;
}
