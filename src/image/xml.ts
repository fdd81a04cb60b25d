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

/**
 * The same of text from anywhere: characters that XML does not allow are left out. Tabs and ends of lines are what they
 * were in an attribute, too, where a parser makes spaces of them (section 3.3.3).
 */
export function escapedXmlLines(text: string): string {
  return text.replace(NOT_ALLOWED, "").replace(/[&<>"\t\n\r]/g, escapeOf);
}

/** Production 2. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const NOT_ALLOWED = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;
