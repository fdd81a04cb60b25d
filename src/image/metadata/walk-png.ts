/** Metadata of a PNG (PNG third edition): `eXIf`, and XMP as `iTXt` (or as `zTXt`, which libvips writes), before the pixels or behind them. */
import { inflateStart } from "../probe/inflate.ts";
import { ByteReader, latin1, optional } from "../probe/reader.ts";
import { type FoundMetadata, MAX_BLOCK_BYTES } from "./blocks.ts";
import { skip, take, type Walk } from "./walk.ts";

const SIGNATURE_BYTES = 8;
const CRC_BYTES = 4;
const WANTED: ReadonlySet<string> = new Set(["eXIf", "iTXt", "zTXt"]);
/** XMP part 3 section 1.1.5. */
export const XMP_KEYWORD = "XML:com.adobe.xmp";

export function* walkPng(found: FoundMetadata): Walk {
  yield* skip(SIGNATURE_BYTES);
  for (;;) {
    const head = new ByteReader(yield* take(8));
    const [length, type] = [head.u32(0), head.text(4, 4)];
    if (type === "IEND") return;
    if (!WANTED.has(type) || length > MAX_BLOCK_BYTES) {
      yield* skip(length + CRC_BYTES);
      continue;
    }
    const body = yield* take(length);
    if (type === "eXIf") found.exif ??= body;
    else if (found.xmp === undefined) keepXmp(type, body, found);
    yield* skip(CRC_BYTES);
  }
}

/** Keyword and NUL, then what the kind of chunk has. */
function keepXmp(type: string, body: Uint8Array, found: FoundMetadata): void {
  const start = XMP_KEYWORD.length + 1;
  if (latin1(body.subarray(0, start)) !== `${XMP_KEYWORD}\0`) return;
  const rest = body.subarray(start);
  const xmp = type === "zTXt" ? inflated(rest.subarray(1)) : textOf(rest);
  if (xmp) found.xmp = xmp;
}

/** Compressed or not, the method (0), a language, NUL, a translated keyword, NUL, text. */
function textOf(rest: Uint8Array): Uint8Array | undefined {
  const language = rest.indexOf(0, 2);
  const keyword = language < 0 ? -1 : rest.indexOf(0, language + 1);
  if (keyword < 0) return undefined;
  const text = rest.subarray(keyword + 1);
  return rest[0] === 0 ? text : inflated(text);
}

function inflated(zlib: Uint8Array): Uint8Array | undefined {
  return optional(() => inflateStart(zlib, MAX_BLOCK_BYTES), undefined);
}
