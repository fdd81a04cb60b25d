/** Metadata of a PNG (PNG third edition): `eXIf`, and XMP as `iTXt`, before the pixels or behind them. */
import { inflateStart } from "../probe/inflate.ts";
import { ByteReader, latin1, optional } from "../probe/reader.ts";
import { type FoundMetadata, MAX_BLOCK_BYTES } from "./blocks.ts";
import { skip, take, type Walk } from "./walk.ts";

const SIGNATURE_BYTES = 8;
const CRC_BYTES = 4;
/** XMP part 3 section 1.1.5. */
export const XMP_KEYWORD = "XML:com.adobe.xmp";

export function* walkPng(found: FoundMetadata): Walk {
  yield* skip(SIGNATURE_BYTES);
  for (;;) {
    const head = new ByteReader(yield* take(8));
    const [length, type] = [head.u32(0), head.text(4, 4)];
    if (type === "IEND") return;
    const isWanted = (type === "eXIf" || type === "iTXt") && length <= MAX_BLOCK_BYTES;
    if (!isWanted) {
      yield* skip(length + CRC_BYTES);
      continue;
    }
    const body = yield* take(length);
    if (type === "eXIf") found.exif ??= body;
    else if (found.xmp === undefined) keepXmp(body, found);
    yield* skip(CRC_BYTES);
  }
}

/** Keyword, NUL, compressed or not, the method (0), a language, NUL, a translated keyword, NUL, text. */
function keepXmp(body: Uint8Array, found: FoundMetadata): void {
  const start = XMP_KEYWORD.length;
  if (latin1(body.subarray(0, start + 1)) !== `${XMP_KEYWORD}\0`) return;
  const language = body.indexOf(0, start + 3);
  const keyword = language < 0 ? -1 : body.indexOf(0, language + 1);
  if (keyword < 0) return;
  const text = body.subarray(keyword + 1);
  const xmp = body[start + 1] === 0 ? text : inflated(text);
  if (xmp) found.xmp = xmp;
}

function inflated(zlib: Uint8Array): Uint8Array | undefined {
  return optional(() => inflateStart(zlib, MAX_BLOCK_BYTES), undefined);
}
