/**
 * CSS that draws and fetches nothing. It is cut into declarations and the beginnings and ends of blocks; a piece with
 * anything in it that might refer to elsewhere is dropped. What cannot be cut up for sure (escapes, brackets or quotes
 * that do not close) is dropped as a whole: a browser might read it in another way than this.
 */

/** Functions of values and of selectors; `url` has rules of its own. */
const FUNCTIONS = new Set(
  `rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix light-dark calc min max clamp var
  matrix matrix3d translate translatex translatey translatez translate3d rotate rotatex rotatey rotatez rotate3d scale
  scalex scaley scalez scale3d skew skewx skewy perspective
  blur brightness contrast drop-shadow grayscale hue-rotate invert opacity saturate sepia
  path polygon circle ellipse inset rect xywh ray cubic-bezier steps linear
  not is where has lang dir nth-child nth-last-child nth-of-type nth-last-of-type`.split(/\s+/),
);
const AT_BLOCKS = /^@(media|supports|keyframes|-webkit-keyframes)\b/i;
const REFUSED_NAMES = /\b(?:expression|javascript|vbscript|behavior|-moz-binding)\b/i;
const RASTER_START = /^data:image\/(?:png|jpe?g|gif|webp);base64,/i;
const BASE64 = /^[A-Za-z0-9+/=\s]*$/;
const FRAGMENT = /^#[^'"()\s]+$/;

/** Of a raster that lies in the file. */
export function isRaster(href: string): boolean {
  const text = href.trim();
  const start = RASTER_START.exec(text);
  return start !== null && BASE64.test(text.slice(start[0].length));
}

/** A style sheet without what is not safe. */
export function safeSheet(css: string): string {
  const pieces = cut(css);
  if (pieces === undefined) return "";
  let out = "";
  let dropped = 0;
  let open = 0;
  for (const { text, end } of pieces) {
    if (end === "}") {
      if (dropped > 0) dropped--;
      else if (open > 0) {
        open--;
        out += isSafe(text) ? `${text}}` : "}";
      }
    } else if (end === "{") {
      const kept = dropped === 0 && isSafe(text) && (!text.startsWith("@") || AT_BLOCKS.test(text));
      if (kept) open++;
      else dropped++;
      if (kept) out += `${text}{`;
    } else if (dropped === 0 && text !== "" && !text.startsWith("@") && isSafe(text)) {
      out += `${text};`;
    }
  }
  return out + "}".repeat(open);
}

/** Declarations, as in a `style` attribute. */
export function safeDeclarations(css: string): string {
  const pieces = cut(css);
  if (pieces === undefined || pieces.some(({ end }) => end === "{" || end === "}")) return "";
  return pieces
    .map(({ text }) => text)
    .filter((text) => text !== "" && !text.startsWith("@") && isSafe(text))
    .join(";");
}

/** The value of a presentation attribute, or anything else that might be read as CSS. */
export function isSafeValue(value: string): boolean {
  return cut(value)?.every(({ text }) => isSafe(text)) ?? false;
}

interface Piece {
  /** Without comments, trimmed. */
  readonly text: string;
  /** What ended it; the last one has nothing. */
  readonly end: string;
}

/** Undefined for what does not end as it should. */
function cut(css: string): readonly Piece[] | undefined {
  if (css.includes("\\")) return undefined;
  const text = withoutComments(css);
  if (text === undefined) return undefined;
  const pieces: Piece[] = [];
  let [start, depth] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === '"' || char === "'") {
      const end = endOfString(text, at);
      if (end === undefined) return undefined;
      at = end;
    } else if (char === "(" || char === "[") depth++;
    else if (char === ")" || char === "]") {
      if (--depth < 0) return undefined;
    } else if (char === ";" || char === "{" || char === "}") {
      // A data URL without quotes has a semicolon in its brackets.
      if (depth > 0 && char === ";") continue;
      if (depth > 0) return undefined;
      pieces.push({ text: text.slice(start, at).trim(), end: char });
      start = at + 1;
    }
  }
  if (depth > 0) return undefined;
  return [...pieces, { text: text.slice(start).trim(), end: "" }];
}

/** Undefined when one does not end. What looks like a comment in a string goes, too: what is written counts. */
function withoutComments(css: string): string | undefined {
  let out = "";
  let at = 0;
  for (;;) {
    const start = css.indexOf("/*", at);
    if (start < 0) return out + css.slice(at);
    const end = css.indexOf("*/", start + 2);
    if (end < 0) return undefined;
    out += `${css.slice(at, start)} `;
    at = end + 2;
  }
}

/** Offset of the closing quote; a line's end in a string makes it a bad one, which ends there for browsers. */
function endOfString(text: string, start: number): number | undefined {
  const quote = text[start]!;
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === quote) return at;
    if (text[at] === "\n" || text[at] === "\r" || text[at] === "\f") return undefined;
  }
  return undefined;
}

/**
 * No function that is not known, no URL that leads out. Names count in strings, too: nothing is lost by that. Browsers
 * skip `<!--` at a rule's beginning, so that an `@` may stand behind it.
 */
function isSafe(text: string): boolean {
  if (REFUSED_NAMES.test(text) || text.includes("<") || text.lastIndexOf("@") > 0) return false;
  for (let at = text.indexOf("("); at >= 0; at = text.indexOf("(", at + 1)) {
    const name = nameBefore(text, at);
    if (name === "url") {
      if (!isInside(text, at + 1)) return false;
    } else if (name !== "" && !FUNCTIONS.has(name)) return false;
  }
  return true;
}

/** Longest name of a function that is known, and one more. */
const MAX_NAME = 20;

function nameBefore(text: string, end: number): string {
  let start = end;
  while (start > 0 && end - start < MAX_NAME && /[\w-]/.test(text[start - 1]!)) start--;
  return text.slice(start, end).toLowerCase();
}

/** The argument of a `url(` that begins there: a part of the same file, or a raster that lies in it. */
function isInside(text: string, start: number): boolean {
  const end = text.indexOf(")", start);
  if (end < 0) return false;
  const argument = text.slice(start, end).trim();
  const quote = argument[0];
  const isQuoted = quote === '"' || quote === "'";
  if (isQuoted && (argument.length < 2 || argument.at(-1) !== quote)) return false;
  const href = isQuoted ? argument.slice(1, -1) : argument;
  return FRAGMENT.test(href) || isRaster(href);
}
