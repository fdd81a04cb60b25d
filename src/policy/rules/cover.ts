/** Whether a glob matches everything that another one does: for rules that can never be reached. */
import { type Glob, start, step, type Token } from "./glob.ts";

/** Any character but `/`, and any character: what the stars of the other glob may come to. */
const ANY_OF_SEGMENT = { slash: false } as const;
const ANY = { slash: true } as const;

type Symbols = string | typeof ANY_OF_SEGMENT | typeof ANY;

/** Pairs looked at before the answer is "not known". */
const PATIENCE = 5000;

/**
 * True only when it is certain. The narrow glob is read as a text in which `?` and the stars are symbols of their own,
 * and the wide one must take each of them: that misses some coverings (`/a*` and `/a` with `/a?*` together), and never
 * claims one.
 */
export function globCovers(wide: Glob, narrow: Glob): boolean {
  const seen = new Set<string>();
  const queue: [at: number, ways: readonly number[]][] = [[0, start(wide.tokens)]];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const [at, ways] = next;
    const id = `${at}:${[...ways].sort((a, b) => a - b).join(",")}`;
    if (seen.has(id)) continue;
    if (seen.add(id).size > PATIENCE || ways.length === 0) return false;
    const token = narrow.tokens[at];
    if (token === undefined) {
      if (!ways.includes(wide.tokens.length)) return false;
      continue;
    }
    for (const [to, symbol] of movesOf(token, at)) {
      queue.push([to, symbol === undefined ? ways : step(wide.tokens, ways, symbol)]);
    }
  }
  return true;
}

/** Where the narrow glob may go next, and what it reads on the way; `undefined` is nothing. */
function movesOf(token: Token, at: number): readonly (readonly [number, Symbols | undefined])[] {
  switch (token.kind) {
    case "char":
      return [[at + 1, token.char]];
    case "one":
      return [[at + 1, ANY_OF_SEGMENT]];
    case "many":
      return [
        [at + 1, undefined],
        [at, ANY_OF_SEGMENT],
      ];
    case "all":
      return [
        [at + 1, undefined],
        [at, ANY],
      ];
    case "maybe":
      return [
        [at + 2, undefined],
        [at + 1, undefined],
      ];
    case "until":
      return [
        [at, ANY],
        [at + 1, "/"],
      ];
  }
}
