import { PictorError } from "../../errors.ts";
import type { Raster } from "../../image/raster.ts";

interface Attempt {
  readonly picture: Raster | null;
  readonly messages: readonly string[];
}

/** libjpeg's JWRN_JPEG_EOF: the file ended before its EOI marker. The rest of the picture may be grey, or complete. */
const ENDED_EARLY = "Premature end of JPEG file";

/**
 * libjpeg answers a truncated file with a partial picture and a warning. The warning also comes when nothing but the
 * EOI marker is missing, which real files do; so the file is tried once more with the marker: a picture that is
 * complete then passes without any warning. Damage inside a complete file is shown as browsers show it.
 * @throws PictorError `broken_image`
 */
export async function assertCompleteJpeg(
  file: Uint8Array,
  decode: (file: Uint8Array) => Promise<Attempt>,
): Promise<Raster | null> {
  const first = await decode(file);
  if (!first.messages.includes(ENDED_EARLY)) return first.picture;
  const second = await decode(withEndMarker(file)).catch(() => undefined);
  if (second !== undefined && second.messages.length === 0) return second.picture;
  throw new PictorError("broken_image", { detail: "The JPEG file ends too early." });
}

function withEndMarker(file: Uint8Array): Uint8Array {
  const whole = new Uint8Array(file.length + 2);
  whole.set(file);
  whole.set([0xff, 0xd9], file.length);
  return whole;
}
