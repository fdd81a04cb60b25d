/** Metadata of a WebP (RFC 9649 section 2.7): chunks behind the pixels. */
import { ByteReader } from "../probe/reader.ts";
import { type FoundMetadata, MAX_BLOCK_BYTES } from "./blocks.ts";
import { skip, take, type Walk } from "./walk.ts";

const RIFF_BYTES = 12;

export function* walkWebp(found: FoundMetadata): Walk {
  yield* skip(RIFF_BYTES);
  for (;;) {
    const head = new ByteReader(yield* take(8));
    const [type, length] = [head.text(0, 4), head.u32(4, true)];
    const isWanted = (type === "EXIF" || type === "XMP ") && length <= MAX_BLOCK_BYTES;
    if (!isWanted) yield* skip(length);
    else {
      const body = yield* take(length);
      if (type === "EXIF") found.exif ??= body;
      else found.xmp ??= body;
    }
    // Chunks begin at even offsets.
    yield* skip(length & 1);
  }
}
