/** Reads dictionaries of structured fields (RFC 9651 section 4.2.2), as far as signatures and digests need them. */

export type Bare = string | number | boolean | Uint8Array<ArrayBuffer>;

export interface Item {
  readonly value: Bare;
  readonly params: ReadonlyMap<string, Bare>;
}

export interface Member {
  /** The value as it stands, with its parameters. */
  readonly text: string;
  readonly value: Bare | readonly Item[];
  readonly params: ReadonlyMap<string, Bare>;
}

/** Of a key that comes twice the last one counts (section 3.2). Throws SyntaxError. Linear in the text's length. */
export function readDictionary(text: string): ReadonlyMap<string, Member> {
  const reader = new Reader(text.trim());
  const members = new Map<string, Member>();
  while (!reader.isAtEnd()) {
    const key = reader.take(KEY, "a key");
    members.set(key, readMember(reader));
    if (reader.isAtEnd()) break;
    reader.take(COMMA, "a comma");
    if (reader.isAtEnd()) throw reader.expected("a member after the comma");
  }
  return members;
}

function readMember(reader: Reader): Member {
  const start = reader.at + 1;
  const value = !reader.skip("=") ? true : reader.skip("(") ? readList(reader) : readBare(reader);
  const params = readParams(reader);
  return { text: reader.textFrom(start), value, params };
}

/** What follows the opening bracket of an inner list. */
function readList(reader: Reader): Item[] {
  const items: Item[] = [];
  while (!reader.skip(")")) {
    if (items.length > 0) reader.take(SPACES, "a space");
    else reader.skip(" ");
    if (reader.skip(")")) break;
    items.push({ value: readBare(reader), params: readParams(reader) });
  }
  return items;
}

function readParams(reader: Reader): Map<string, Bare> {
  const params = new Map<string, Bare>();
  while (reader.skip(";")) {
    reader.skip(" ");
    const key = reader.take(KEY, "a parameter");
    params.set(key, reader.skip("=") ? readBare(reader) : true);
  }
  return params;
}

const KEY = /[a-z*][a-z0-9_.*-]*/y;
const COMMA = /[ \t]*,[ \t]*/y;
const SPACES = / +(?=[^ ])/y;
const STRING = /"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"/y;
const BYTES = /:[A-Za-z0-9+/]*={0,2}:/y;
const INTEGER = /-?[0-9]{1,15}(?![0-9.])/y;
const BOOLEAN = /\?[01]/y;
const TOKEN = /[A-Za-z*][\w!#$%&'*+.^`|~:/-]*/y;

/** Decimals, dates and display strings are not read: nothing that is checked here has them. */
function readBare(reader: Reader): Bare {
  const next = reader.peek();
  if (next === '"') return reader.take(STRING, "a string").slice(1, -1).replace(/\\(.)/g, "$1");
  if (next === ":") return decodeBytes(reader.take(BYTES, "bytes"), reader);
  if (next === "?") return reader.take(BOOLEAN, "?0 or ?1") === "?1";
  if (/[-0-9]/.test(next)) return Number(reader.take(INTEGER, "an integer"));
  return reader.take(TOKEN, "a value");
}

function decodeBytes(text: string, reader: Reader): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text.slice(1, -1)), (char) => char.charCodeAt(0));
  } catch {
    throw reader.expected("bytes in base64");
  }
}

class Reader {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    return this.at >= this.#text.length;
  }

  peek(): string {
    return this.#text.charAt(this.at);
  }

  skip(char: string): boolean {
    if (this.peek() !== char) return false;
    this.at += 1;
    return true;
  }

  take(pattern: RegExp, what: string): string {
    pattern.lastIndex = this.at;
    const [found] = pattern.exec(this.#text) ?? [];
    if (found === undefined) throw this.expected(what);
    this.at += found.length;
    return found;
  }

  textFrom(start: number): string {
    return this.#text.slice(start, this.at);
  }

  expected(what: string): SyntaxError {
    return new SyntaxError(`expected ${what} at character ${this.at + 1}`);
  }
}
