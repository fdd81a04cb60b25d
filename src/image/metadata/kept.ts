/** What of a source's metadata goes into its result: chosen, and written anew. Nothing is ever thrown. */
import type { Output } from "../job.ts";
import type { FoundMetadata, KeptMetadata } from "./blocks.ts";
import { readExif } from "./exif-in.ts";
import { writeExif } from "./exif-out.ts";
import { iptcRights, keptIptc } from "./iptc.ts";
import { type AddedProperty, keptXmp } from "./xmp.ts";

/** Undefined where there is nothing to keep. */
export function keptMetadata(found: FoundMetadata, output: Output): KeptMetadata | undefined {
  const { metadata: wish, format } = output;
  if (wish === undefined) return undefined;
  const read = found.exif && readExif(found.exif);
  const exif = read && writeExif(read, wish, output);
  // IIM has a place in JPEG alone; elsewhere its rights are said in XMP.
  const isAtHome = format === "jpeg";
  const iptc = isAtHome && found.iptc ? keptIptc(found.iptc, wish) : undefined;
  const added = !isAtHome && found.iptc ? asProperties(found.iptc) : [];
  const xmp = keptXmp(found.xmp, wish, added);
  if (!exif && !iptc && !xmp) return undefined;
  return { ...(exif && { exif }), ...(iptc && { iptc }), ...(xmp && { xmp }) };
}

function asProperties(iptc: Uint8Array): readonly AddedProperty[] {
  const { creators, credit, rights } = iptcRights(iptc);
  return [
    { name: "dc:creator", list: "Seq", values: creators },
    { name: "dc:rights", list: "Alt", values: rights === undefined ? [] : [rights] },
    { name: "photoshop:Credit", values: credit === undefined ? [] : [credit] },
  ];
}
