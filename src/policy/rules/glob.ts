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
  /** What follows the prefix, where it is short enough. */
  readonly bits: Bits | undefined;
}

/**
 * The glob as bit sets, one bit a place, so that one step is a few operations on whole numbers: rules are matched on
 * every request, also on a hit.
 */
interface Bits {
  /** Places that a literal character leads on from, by code point: the first 128 in a table, as most are there. */
  readonly ascii: Int32Array;
  readonly others: ReadonlyMap<number, number>;
  /** Places that any character but `/`, and that `/` alone, leads on from. */
  readonly one: number;
  readonly until: number;
  /** Places that stay with any character, and with any but `/`. */
  readonly stay: number;
  readonly stayInSegment: number;
  /** Places whose next, and whose next but one, are reached without a character. */
  readonly free: number;
  readonly skip: number;
  readonly end: number;
}

/** Bits of a whole number that can be shifted without reaching the sign. */
const MOST_PLACES = 30;

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
  const prefix = head.map((token) => ("char" in token ? token.char : "")).join("");
  return { text, tokens, prefix, bits: bitsOf(tokens.slice(head.length)) };
}

function bitsOf(tokens: readonly Token[]): Bits | undefined {
  if (tokens.length >= MOST_PLACES) return undefined;
  const of = (...kinds: readonly Token["kind"][]) =>
    tokens.reduce((set, { kind }, at) => (kinds.includes(kind) ? set | (1 << at) : set), 0);
  const ascii = new Int32Array(ASCII);
  const others = new Map<number, number>();
  tokens.forEach((token, at) => {
    if (token.kind !== "char") return;
    const code = token.char.codePointAt(0)!;
    if (code < ASCII) ascii[code]! |= 1 << at;
    else others.set(code, (others.get(code) ?? 0) | (1 << at));
  });
  return {
    ascii,
    others,
    one: of("one"),
    until: of("until"),
    stay: of("all", "until"),
    stayInSegment: of("all", "until", "many"),
    free: of("many", "all", "maybe"),
    skip: of("maybe"),
    end: 1 << tokens.length,
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

export function matchesGlob({ tokens, prefix, bits }: Glob, path: string): boolean {
  if (!path.startsWith(prefix)) return false;
  if (bits) return matchesBits(bits, path, prefix.length);
  let ways = start(tokens);
  for (const char of path) {
    ways = step(tokens, ways, char);
    if (ways.length === 0) return false;
  }
  return ways.includes(tokens.length);
}

const SLASH = 0x2f;
const ASCII = 128;

function matchesBits(bits: Bits, path: string, from: number): boolean {
  let places = closed(bits, 1);
  for (let at = from; at < path.length && places !== 0; at++) {
    const code = path.codePointAt(at)!;
    if (code > 0xffff) at++;
    const isSlash = code === SLASH;
    const literal = code < ASCII ? bits.ascii[code]! : (bits.others.get(code) ?? 0);
    const on = literal | (isSlash ? bits.until : bits.one);
    const stays = isSlash ? bits.stay : bits.stayInSegment;
    places = closed(bits, ((places & on) << 1) | (places & stays));
  }
  return (places & bits.end) !== 0;
}

function closed({ free, skip }: Bits, places: number): number {
  let before: number;
  let now = places;
  do {
    before = now;
    now |= ((now & free) << 1) | ((now & skip) << 2);
  } while (now !== before);
  return now;
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
