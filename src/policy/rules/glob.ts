/**
 * Globs on paths. `?` is one character and `*` any number of them, but for `/`; `**` crosses slashes, and `**` as a
 * whole segment may also stand for none. `\` takes the next character as it is. Matched by following all ways at once:
 * at most (length of the path) × (length of the glob) steps, whatever either of them holds.
 */

/** A literal character, or what its name says. */
export type Token =
  | { readonly kind: "char"; readonly char: string }
  /** One character but `/`. */
  | { readonly kind: "one" }
  /** Any number of characters but `/`. */
  | { readonly kind: "many" }
  /** Any number of characters. */
  | { readonly kind: "all" }
  /** The beginning of `**` + `/`: either nothing, or what `until` takes. */
  | { readonly kind: "maybe" }
  /** Whole segments with the slash behind them. */
  | { readonly kind: "until" };

export interface Glob {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Characters that every match begins with: most paths are refused by it alone. */
  readonly prefix: string;
}

/** What is wrong with a glob: completes the sentence "expected …". */
export class GlobError extends Error {}

/** UTF-16 units. */
export const LONGEST_GLOB = 256;

/** Throws GlobError. */
export function parseGlob(text: string): Glob {
  if (text.length > LONGEST_GLOB) throw new GlobError(`at most ${LONGEST_GLOB} characters`);
  if (!/^(?:\/|\*\*)/.test(text)) {
    throw new GlobError(
      "a glob that begins with / or **, as every path begins with / (such as **.jpg or /trips/**)",
    );
  }
  if (text.endsWith("/")) {
    throw new GlobError(`no / at the end, where no picture's path has one (such as ${text}**)`);
  }
  const tokens = [...tokensOf([...text])];
  const literal = tokens.findIndex(({ kind }) => kind !== "char");
  const head = literal < 0 ? tokens : tokens.slice(0, literal);
  return {
    text,
    tokens,
    prefix: head.map((token) => ("char" in token ? token.char : "")).join(""),
  };
}

function* tokensOf(chars: readonly string[]): Generator<Token> {
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at]!;
    if (char === "\\") {
      const escaped = chars[++at];
      if (escaped === undefined) throw new GlobError("a character after the last \\");
      yield { kind: "char", char: escaped };
    } else if (char === "?") {
      yield { kind: "one" };
    } else if (char === "*") {
      const stars = starsAt(chars, at);
      if (stars > 2) throw new GlobError("* or **, and no more stars than that");
      const wholeSegment =
        stars === 2 && (at === 0 || chars[at - 1] === "/") && chars[at + 2] === "/";
      at += wholeSegment ? 2 : stars - 1;
      if (wholeSegment) yield { kind: "maybe" };
      yield { kind: wholeSegment ? "until" : stars === 2 ? "all" : "many" };
    } else if ("[]{}".includes(char)) {
      throw new GlobError(
        `no ${char} (write \\${char} for the character; use a list for several globs)`,
      );
    } else {
      yield { kind: "char", char };
    }
  }
}

function starsAt(chars: readonly string[], at: number): number {
  let end = at;
  while (chars[end] === "*") end++;
  return end - at;
}

export function matchesGlob({ tokens, prefix }: Glob, path: string): boolean {
  if (!path.startsWith(prefix)) return false;
  let ways = start(tokens);
  for (const char of path) {
    ways = step(tokens, ways, char);
    if (ways.length === 0) return false;
  }
  return ways.includes(tokens.length);
}

/** Places in the glob that are reached without any character, ascending. */
export function start(tokens: readonly Token[]): readonly number[] {
  return reached(tokens, [0]);
}

/** Places reached by one more character. `char` may also be one of the symbols of `cover.ts`. */
export function step(
  tokens: readonly Token[],
  ways: readonly number[],
  char: string | { readonly slash: boolean },
): readonly number[] {
  const next: number[] = [];
  for (const way of ways) {
    const token = tokens[way];
    if (token === undefined) continue;
    if (stays(token, char)) next.push(way);
    if (goesOn(token, char)) next.push(way + 1);
  }
  return reached(tokens, next);
}

type Char = string | { readonly slash: boolean };

const mayBeSlash = (char: Char) => (typeof char === "string" ? char === "/" : char.slash);

function stays({ kind }: Token, char: Char): boolean {
  return kind === "all" || kind === "until" || (kind === "many" && !mayBeSlash(char));
}

function goesOn(token: Token, char: Char): boolean {
  switch (token.kind) {
    case "char":
      return token.char === char;
    case "one":
      return !mayBeSlash(char);
    case "until":
      return char === "/";
    default:
      return false;
  }
}

/** With what follows for free: a star may stand for nothing. */
function reached(tokens: readonly Token[], ways: readonly number[]): readonly number[] {
  const found = new Set<number>();
  for (const way of ways) {
    let at = way;
    while (!found.has(at)) {
      found.add(at);
      const kind = tokens[at]?.kind;
      if (kind === "maybe") found.add(at + 1);
      if (kind === "maybe") at += 2;
      else if (kind === "many" || kind === "all") at += 1;
    }
  }
  return [...found];
}
