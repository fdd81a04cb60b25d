/**
 * `format=auto`: folds the `Accept` header (RFC 9110 section 12.5.1) to one of a few lists of output classes, so that
 * thousands of header spellings become at most as many cache entries as there are classes.
 */

/** What `format=auto` may choose; `base` is JPEG, or PNG with alpha. */
export type AutoClass = "avif" | "webp" | "base";

/** UTF-16 units. Browsers send about 100; a longer header is read as if it named nothing. */
const MAX_ACCEPT = 4096;

const TYPE = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+$/;
const PARAM = /^([\w!#$%&'*+.^`|~-]+)=([\w!#$%&'*+.^`|~-]+|"(?:[^"\\]|\\.)*")$/;
const QVALUE = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/** Media ranges in lower case. One may be in both. */
interface Wishes {
  readonly accepted: ReadonlySet<string>;
  readonly refused: ReadonlySet<string>;
}

/**
 * The classes that may be sent, best first, always ending in `base`: what the first cannot do within the budget falls
 * to the next. `enabled` lists what the operator allows, best first.
 *
 * - A class counts only when it is named (`image/avif`), with any `q` above 0. Wildcards show no support: every old
 *   browser sends one. `q=0` beside a name always wins.
 * - The client's order of `q` is not used. Browsers give all pictures the same, and the choice between formats that
 *   both sides know is the operator's, who pays for the bytes.
 * - `base` is sent even to those who refuse it: RFC 9110 section 12.4.1 lets a server disregard `Accept` rather than
 *   answer 406, and a picture is more use than an error.
 */
export function acceptableClasses(
  accept: string | null,
  enabled: readonly ("avif" | "webp")[] = ["avif", "webp"],
): readonly AutoClass[] {
  const { accepted, refused } = parseAccept(accept ?? "");
  const named = enabled.filter((name) => {
    const type = `image/${name}`;
    return accepted.has(type) && !refused.has(type);
  });
  return [...named, "base"];
}

/** Malformed elements are left out, as if they had not been sent. */
function parseAccept(header: string): Wishes {
  const accepted = new Set<string>();
  const refused = new Set<string>();
  for (const element of header.length > MAX_ACCEPT ? [] : split(header, ",")) {
    const [type = "", ...params] = split(element, ";");
    const q = TYPE.test(type) ? weightOf(params) : undefined;
    if (q !== undefined) (q > 0 ? accepted : refused).add(type.toLowerCase());
  }
  return { accepted, refused };
}

/** The `q` among the parameters (1 by default); `undefined` when any of them is malformed or `q` comes twice. */
function weightOf(params: readonly string[]): number | undefined {
  let weight: number | undefined;
  for (const param of params) {
    if (param === "") continue;
    const [, name, value = ""] = PARAM.exec(param) ?? [];
    if (name === undefined) return undefined;
    if (name.toLowerCase() !== "q") continue;
    if (weight !== undefined || !QVALUE.test(value)) return undefined;
    weight = Number(value);
  }
  return weight ?? 1;
}

/** The pieces between separators that stand outside of quoted strings, without the blanks around them. One pass. */
function split(text: string, separator: "," | ";"): readonly string[] {
  const pieces: string[] = [];
  let start = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') quoted = !quoted;
    else if (quoted && char === "\\") i++;
    else if (!quoted && char === separator) {
      pieces.push(text.slice(start, i));
      start = i + 1;
    }
  }
  pieces.push(text.slice(start));
  return pieces.map(trimBlanks);
}

/** Optional whitespace of HTTP is space and tab; `trim` would take more, and an expression for the end is quadratic. */
function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text[start])) start++;
  while (end > start && isBlank(text[end - 1])) end--;
  return text.slice(start, end);
}

function isBlank(char: string | undefined): boolean {
  return char === " " || char === "\t";
}
