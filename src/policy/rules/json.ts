/**
 * JSON (RFC 8259) that says where it is wrong, which `JSON.parse` does in some versions and for some mistakes only.
 * Stricter in one thing: a name that comes twice in one object is a mistake, where `JSON.parse` takes the last.
 */

export class JsonError extends Error {
  /** Both from 1; columns are UTF-16 units. */
  readonly line: number;
  readonly column: number;

  constructor(text: string, at: number, expected: string) {
    const before = text.slice(0, at);
    const line = before.split("\n").length;
    const column = at - before.lastIndexOf("\n");
    const received = at < text.length ? JSON.stringify([...text.slice(at, at + 2)][0]) : "the end";
    super(`line ${line}, column ${column}: expected ${expected}, received ${received}`);
    this.name = "JsonError";
    this.line = line;
    this.column = column;
  }
}

/** Deeper than any rule, and far from the end of the stack. */
const MAX_DEPTH = 32;

const BLANK = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

/** Throws JsonError. */
export function parseJson(text: string): unknown {
  let at = 0;

  function take(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  }

  function next(): string | undefined {
    take(BLANK);
    return text[at];
  }

  function value(depth: number): unknown {
    const first = next();
    if (first === "{" || first === "[") {
      if (depth === MAX_DEPTH) throw new JsonError(text, at, `at most ${MAX_DEPTH} levels`);
      at++;
      return first === "{" ? members(depth + 1) : elements(depth + 1);
    }
    if (first === '"') return string();
    const token = take(NUMBER) ?? take(WORD);
    if (token === undefined) throw new JsonError(text, at, "a value");
    return JSON.parse(token);
  }

  function string(): string {
    const start = at++;
    while (text[at] !== '"') {
      if (at >= text.length || text.charCodeAt(at) < 0x20) {
        throw new JsonError(text, at, "the rest of a string");
      }
      at += text[at] === "\\" ? 2 : 1;
    }
    at++;
    try {
      return JSON.parse(text.slice(start, at)) as string;
    } catch {
      throw new JsonError(text, start, "a string whose escapes are well-formed");
    }
  }

  function members(depth: number): unknown {
    const entries = new Map<string, unknown>();
    let more = !ends("}");
    while (more) {
      if (next() !== '"') throw new JsonError(text, at, "a name in quotes");
      const start = at;
      const name = string();
      if (entries.has(name)) {
        throw new JsonError(text, start, `the name ${JSON.stringify(name)} only once`);
      }
      expectNext(":");
      entries.set(name, value(depth));
      more = goesOn("}");
    }
    return Object.fromEntries(entries);
  }

  function elements(depth: number): unknown {
    const list: unknown[] = [];
    let more = !ends("]");
    while (more) {
      list.push(value(depth));
      more = goesOn("]");
    }
    return list;
  }

  function ends(char: string): boolean {
    if (next() !== char) return false;
    at++;
    return true;
  }

  function expectNext(char: string): void {
    if (next() !== char) throw new JsonError(text, at, `"${char}"`);
    at++;
  }

  function goesOn(end: string): boolean {
    const char = next();
    if (char !== "," && char !== end) throw new JsonError(text, at, `"," or "${end}"`);
    at++;
    return char === ",";
  }

  const result = value(0);
  if (next() !== undefined) throw new JsonError(text, at, "nothing more");
  return result;
}
