import type { Facts } from "../facts.ts";
import { factsOf } from "./facts.ts";
import { type ByteReader, broken } from "./reader.ts";

/** Where an XML document's root element is. */
export interface XmlRoot {
  /** With its prefix, e.g. `svg:svg`. */
  readonly name: string;
  /** Offset of the first byte behind the name. */
  readonly at: number;
}

const LT = 0x3c;

/**
 * Finds the root element behind the prolog: byte order mark, XML declaration, comments, processing instructions and
 * document type are skipped, not parsed. Answers undefined for what is no XML in an encoding that extends ASCII.
 * Throws `broken_image` for a prolog that does not end.
 */
export function findXmlRoot(r: ByteReader): XmlRoot | undefined {
  let at = skipSpace(r, startsWithBom(r) ? 3 : 0);
  for (;;) {
    if (r.u8(at) !== LT) return undefined;
    const next = r.u8(at + 1);
    if (next === 0x3f) at = skipTo(r, at + 2, "?>");
    else if (next !== 0x21) return readName(r, at + 1);
    else if (r.u8(at + 2) === 0x2d && r.u8(at + 3) === 0x2d) at = skipTo(r, at + 4, "-->");
    else if (/^<!doctype/i.test(r.text(at, 9))) at = skipDoctype(r, at + 9);
    else return undefined;
    at = skipSpace(r, at);
  }
}

function startsWithBom(r: ByteReader): boolean {
  return r.u8(0) === 0xef && r.u8(1) === 0xbb && r.u8(2) === 0xbf;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

function skipSpace(r: ByteReader, start: number): number {
  let at = start;
  while (isSpace(r.u8(at))) at++;
  return at;
}

function skipTo(r: ByteReader, start: number, end: string): number {
  const first = end.charCodeAt(0);
  let at = start;
  for (;;) {
    at = r.bytes.indexOf(first, at);
    if (at < 0) at = r.length;
    if (r.text(at, end.length) === end) return at + end.length;
    at++;
  }
}

/** Quotes hide brackets; an internal subset in brackets hides its declarations' ends. Comments count like text. */
function skipDoctype(r: ByteReader, start: number): number {
  let inSubset = false;
  for (let at = start; ; at++) {
    const byte = r.u8(at);
    if (byte === 0x22 || byte === 0x27) at = skipTo(r, at + 1, String.fromCharCode(byte)) - 1;
    else if (byte === 0x5b) inSubset = true;
    else if (byte === 0x5d) inSubset = false;
    else if (byte === 0x3e && !inSubset) return at + 1;
    else if (byte === LT && r.u8(at + 1) === 0x21 && r.u8(at + 2) === 0x2d) {
      at = skipTo(r, at + 4, "-->") - 1;
    }
  }
}

function readName(r: ByteReader, start: number): XmlRoot | undefined {
  let at = start;
  while (at < start + 256 && isNameByte(r.u8(at))) at++;
  return at === start ? undefined : { name: r.text(start, at - start), at };
}

function isNameByte(byte: number): boolean {
  return byte > 0x20 && byte !== 0x3e && byte !== 0x2f && byte !== 0x3d && byte !== LT;
}

/** Without any size, browsers give 300×150 (CSS 2.2 section 10.3.2). */
const DEFAULT_WIDTH = 300;
const DEFAULT_HEIGHT = 150;

/**
 * SVG: the intrinsic size from the root element's `width`, `height` and `viewBox`, rounded to whole CSS px. Styles
 * are not looked at; percentages and relative lengths that need a page count as not given.
 */
export function probeSvg(r: ByteReader, root: XmlRoot): Facts {
  const attributes = readAttributes(r, root.at);
  const box = viewBox(attributes.get("viewBox"));
  const width = length(attributes.get("width"));
  const height = length(attributes.get("height"));
  const ratio = box === undefined ? undefined : box.width / box.height;
  return factsOf({
    format: "svg",
    width: wholePixels(width ?? fromOther(height, ratio) ?? box?.width ?? DEFAULT_WIDTH),
    height: wholePixels(
      height ?? fromOther(width, ratio && 1 / ratio) ?? box?.height ?? DEFAULT_HEIGHT,
    ),
    colour: "rgb",
    alpha: true,
  });
}

function fromOther(side: number | undefined, ratio: number | undefined): number | undefined {
  return side === undefined || ratio === undefined ? undefined : side * ratio;
}

function wholePixels(side: number): number {
  return side > 0 && side < 1 ? 1 : Math.round(side);
}

/** CSS px of each absolute unit (CSS Values 4 section 6.2), and of font units at the initial 16 px. */
const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  px: 1,
  pt: 4 / 3,
  pc: 16,
  in: 96,
  cm: 96 / 2.54,
  mm: 9.6 / 2.54,
  q: 2.4 / 2.54,
  em: 16,
  rem: 16,
  ex: 8,
};

/** Undefined when not given, given as a percentage or not as a length, as browsers have it. */
function length(text: string | undefined): number | undefined {
  const match = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)([a-z]*)\s*$/i.exec(text ?? "");
  const unit = UNITS[(match?.[2] ?? "none").toLowerCase()];
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}

function viewBox(text: string | undefined): { width: number; height: number } | undefined {
  const numbers = (text ?? "")
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  const [, , width, height] = numbers;
  if (numbers.length !== 4 || width === undefined || height === undefined) return undefined;
  return width > 0 && height > 0 ? { width, height } : undefined;
}

const MAX_ATTRIBUTES = 256;
const MAX_VALUE = 1024;

/** The start tag's attributes; the first of a name counts, and long values, which no size needs, are dropped. */
function readAttributes(r: ByteReader, start: number): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  let at = skipSpace(r, start);
  while (attributes.size < MAX_ATTRIBUTES && isNameByte(r.u8(at))) {
    const name = readName(r, at);
    if (name === undefined) break;
    at = skipSpace(r, name.at);
    if (r.u8(at) !== 0x3d) throw broken("The SVG's root element has an attribute without a value.");
    at = skipSpace(r, at + 1);
    const quote = r.u8(at);
    if (quote !== 0x22 && quote !== 0x27)
      throw broken("The SVG's root element has a value without quotes.");
    const end = skipTo(r, at + 1, String.fromCharCode(quote));
    const size = end - at - 2;
    if (!attributes.has(name.name)) {
      attributes.set(name.name, size > MAX_VALUE ? "" : r.text(at + 1, size));
    }
    at = skipSpace(r, end);
  }
  return attributes;
}
