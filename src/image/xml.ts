/** Text as it stands in XML that we write (XML 1.0). */

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

const escapeOf = (char: string) => ESCAPES[char]!;

/** As text, or as an attribute between `"`; characters are those that a parser let through. */
export function escapedXml(text: string): string {
  return text.replace(/[&<>"\r]/g, escapeOf);
}

/** Characters: of a long text, all its escapes at once would take twenty times its length. */
const PIECE = 4096;

/** `escapedXml` a part at a time, for a writer that stops where it has enough. */
export function* escapedXmlPieces(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += PIECE) yield escapedXml(text.slice(at, at + PIECE));
}

/**
 * The same of text from anywhere: characters that XML does not allow are left out. Tabs and ends of lines are what they
 * were in an attribute, too, where a parser makes spaces of them (section 3.3.3).
 */
export function escapedXmlLines(text: string): string {
  return text.replace(NOT_ALLOWED, "").replace(/[&<>"\t\n\r]/g, escapeOf);
}

/** All but production 2; halves of surrogate pairs, too. */
const NOT_ALLOWED = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
