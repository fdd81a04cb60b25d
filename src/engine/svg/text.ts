/** The characters of an XML file, by the encoding that its declaration names. */
import { PictorError } from "../../errors.ts";

const ENCODINGS =
  /^(utf-?8|us-ascii|ascii|iso-8859-\d{1,2}|windows-125\d|koi8-r|shift_jis|gb2312|gbk|big5|euc-(jp|kr))$/i;
const PIECE_BYTES = 65_536;

/** In pieces. @throws PictorError `unsupported_format` */
export function* decodedText(file: Uint8Array): Generator<string> {
  const decoder = decoderFor(file);
  for (let at = 0; at < file.length; at += PIECE_BYTES) {
    yield decoder.decode(file.subarray(at, at + PIECE_BYTES), { stream: true });
  }
  yield decoder.decode();
}

/** Bytes that are not of the encoding become U+FFFD. A byte order mark is left out. */
function decoderFor(file: Uint8Array): TextDecoder {
  const start = new TextDecoder("latin1").decode(file.subarray(0, 256));
  const declared = /^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']{1,40})["']/.exec(
    start,
  );
  const name = declared?.[1] ?? "utf-8";
  if (ENCODINGS.test(name)) {
    try {
      return new TextDecoder(name);
    } catch {
      // Not one that this runtime knows.
    }
  }
  throw new PictorError("unsupported_format", {
    detail: "The SVG is in an encoding that is not read; UTF-8 is.",
    received: "svg",
  });
}
