/** Tommy Ettinger's mulberry32: the same numbers in every run. */
export interface Random {
  /** 0 to n - 1, or 0. */
  below(n: number): number;
  bits(): number;
  oneIn(n: number): boolean;
  of<T>(list: readonly T[]): T;
}

export function randomOf(seed: number): Random {
  let state = seed | 0;
  const bits = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
  const below = (n: number) => Math.floor((bits() / 2 ** 32) * n);
  return { bits, below, oneIn: (n) => below(n) === 0, of: (list) => list[below(list.length)]! };
}
