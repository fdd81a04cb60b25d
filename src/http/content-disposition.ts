/** `Content-Disposition`: RFC 6266, with extended values by RFC 8187. */
import { PictorError } from "../errors.ts";

/** UTF-8 bytes; what common file systems can hold. */
const MAX_BYTES = 255;

/**
 * Path separators, control and format characters (a bidirectional override makes `gpj.exe` look like a picture), lone
 * surrogates. The joiners U+200C and U+200D pass: Persian and emoji need them.
 */
const FORBIDDEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}/\\]/u;

/**
 * The value that makes a browser save the answer under `filename`. A name that is not ASCII also gets a plain form,
 * without its accents, for clients that know only `filename`.
 *
 * Throws `bad_parameter` (naming `download`) for an empty name, `.`, `..`, path separators, control or format
 * characters, and more than 255 bytes: a name is refused, never quietly changed.
 */
export function contentDisposition(
  filename: string,
  type: "attachment" | "inline" = "attachment",
): string {
  assertFilename(filename);
  const plain = asciiOf(filename);
  const header = `${type}; filename="${plain}"`;
  return plain === filename ? header : `${header}; filename*=UTF-8''${extended(filename)}`;
}

function assertFilename(name: string): void {
  const dots = name === "." || name === "..";
  // The length in UTF-16 units comes first, so that nothing huge is encoded.
  const long = name.length > MAX_BYTES || new TextEncoder().encode(name).byteLength > MAX_BYTES;
  if (name.trim() !== "" && !dots && !long && !FORBIDDEN.test(name)) return;
  throw new PictorError("bad_parameter", {
    detail: "The file name cannot be used.",
    param: "download",
    expected: `a file name of 1 to ${MAX_BYTES} bytes without path separators or control characters`,
    received: name.slice(0, MAX_BYTES),
  });
}

/**
 * `"` and `\` would need escapes that clients read differently, `%` makes some of them decode (RFC 6266 appendix D).
 * Compatibility forms go first, because some decompose into a slash.
 */
function asciiOf(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/[\p{M}\p{Cf}]/gu, "")
    .replace(/[^\x20-\x7e]|["%\\/]/gu, "_")
    .replace(/^\.+$/, "_");
}

/** RFC 8187 section 3.2.1: everything but `attr-char` in percent-encoded UTF-8. */
function extended(name: string): string {
  return encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
