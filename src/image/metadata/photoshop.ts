/** Photoshop's image resources, one of which holds IPTC-IIM (Photoshop file formats specification, "Image Resource Blocks"). */
import { ByteReader, optional } from "../probe/reader.ts";

const MAGIC = "8BIM";
const IPTC = 0x0404;
const MAX_RESOURCES = 1_000;

/** The datasets in them: the first resource of its number counts. */
export function iptcResource(bytes: Uint8Array): Uint8Array | undefined {
  const r = new ByteReader(bytes);
  return optional(() => {
    let at = 0;
    for (let count = 0; count < MAX_RESOURCES && r.has(at + 12); count++) {
      if (r.text(at, 4) !== MAGIC) return undefined;
      const id = r.u16(at + 4);
      // A name with its length in front, both together even.
      const start = even(at + 6 + 1 + r.u8(at + 6));
      const end = start + 4 + r.u32(start);
      if (id === IPTC) return r.slice(start + 4, end);
      at = even(end);
    }
    return undefined;
  }, undefined);
}

/** `at` begins even, and so do all that follow. */
function even(at: number): number {
  return at + (at & 1);
}

/** A resource block around IPTC-IIM. */
export function resourceOf(iptc: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + even(iptc.length));
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < MAGIC.length; i++) bytes[i] = MAGIC.charCodeAt(i);
  view.setUint16(4, IPTC);
  view.setUint32(8, iptc.length);
  bytes.set(iptc, 12);
  return bytes;
}
