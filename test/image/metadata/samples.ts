/** Metadata as cameras and editors write it, made by the plainest writers that there can be. */

/** Tag, type, and its value: numbers for SHORT, LONG and RATIONAL (pairs), text for ASCII, bytes for the rest. */
export type Entry = readonly [
  tag: number,
  type: number,
  value: string | readonly number[] | Uint8Array,
];

export interface ExifSample {
  readonly littleEndian?: boolean;
  readonly picture?: readonly Entry[];
  readonly photo?: readonly Entry[];
  readonly gps?: readonly Entry[];
  /** A preview in a second directory. */
  readonly thumbnail?: Uint8Array;
}

const UNIT: Readonly<Record<number, number>> = {
  ...{ 1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 6: 1, 7: 1 },
  ...{ 8: 2, 9: 4, 10: 4, 11: 4, 12: 8, 129: 1 },
};

function valueBytes(type: number, value: Entry[2], littleEndian: boolean): Uint8Array {
  if (typeof value === "string") return new TextEncoder().encode(`${value}\0`);
  if (value instanceof Uint8Array) return value;
  const unit = UNIT[type]!;
  const bytes = new Uint8Array(value.length * unit);
  const view = new DataView(bytes.buffer);
  value.forEach((number, i) => {
    if (unit === 1) view.setUint8(i, number);
    else if (unit === 2) view.setUint16(i * 2, number, littleEndian);
    else view.setUint32(i * 4, number, littleEndian);
  });
  return bytes;
}

/** A TIFF structure: directories one after the other, each with its values behind it. */
export function exifBlock({
  littleEndian = true,
  picture = [],
  photo,
  gps,
  thumbnail,
}: ExifSample) {
  const size = (entries: readonly Entry[]) =>
    6 +
    entries.reduce((sum, [, type, value]) => {
      const { length } = valueBytes(type, value, littleEndian);
      return sum + 12 + (length > 4 ? length + (length & 1) : 0);
    }, 0);
  const first: Entry[] = [...picture];
  if (photo) first.push([0x8769, 4, [0]]);
  if (gps) first.push([0x8825, 4, [0]]);
  const photoAt = 8 + size(first);
  const gpsAt = photoAt + (photo ? size(photo) : 0);
  const thumbAt = gpsAt + (gps ? size(gps) : 0);
  const pointed = first.map(([tag, type, value]): Entry => {
    if (tag === 0x8769) return [tag, type, [photoAt]];
    return tag === 0x8825 ? [tag, type, [gpsAt]] : [tag, type, value];
  });
  const second: readonly Entry[] = thumbnail
    ? [
        [0x0201, 4, [thumbAt + 6 + 24]],
        [0x0202, 4, [thumbnail.length]],
      ]
    : [];
  const bytes = new Uint8Array(thumbAt + (thumbnail ? 6 + 24 + thumbnail.length : 0));
  const view = new DataView(bytes.buffer);
  bytes.set(littleEndian ? [0x49, 0x49] : [0x4d, 0x4d]);
  view.setUint16(2, 42, littleEndian);
  view.setUint32(4, 8, littleEndian);
  const put = (entries: readonly Entry[], at: number, next = 0) => {
    view.setUint16(at, entries.length, littleEndian);
    let behind = at + 6 + 12 * entries.length;
    const sorted = [...entries].sort((a, b) => a[0] - b[0]);
    for (const [i, [tag, type, value]] of sorted.entries()) {
      const body = valueBytes(type, value, littleEndian);
      const entry = at + 2 + 12 * i;
      view.setUint16(entry, tag, littleEndian);
      view.setUint16(entry + 2, type, littleEndian);
      const bytesOfOne = type === 5 || type === 10 ? 8 : UNIT[type]!;
      view.setUint32(entry + 4, body.length / bytesOfOne, littleEndian);
      if (body.length > 4) view.setUint32(entry + 8, behind, littleEndian);
      bytes.set(body, body.length > 4 ? behind : entry + 8);
      if (body.length > 4) behind += body.length + (body.length & 1);
    }
    view.setUint32(at + 2 + 12 * entries.length, next, littleEndian);
  };
  put(pointed, 8, thumbnail ? thumbAt : 0);
  if (photo) put(photo, photoAt);
  if (gps) put(gps, gpsAt);
  if (thumbnail) {
    put(second, thumbAt);
    bytes.set(thumbnail, thumbAt + 6 + 24);
  }
  return bytes;
}

export type ReadExif = Readonly<
  Record<"picture" | "photo" | "gps", ReadonlyMap<number, unknown>>
> & {
  readonly next: number;
};

/** EXIF 2.32 section 4.6, read plainly: text, numbers, fractions, or bytes. Throws at the first thing that is wrong. */
export function plainExif(block: Uint8Array): ReadExif {
  const named = String.fromCharCode(...block.subarray(0, 6)) === "Exif\0\0";
  const tiff = named ? block.subarray(6) : block;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length);
  const le = view.getUint16(0) === 0x4949;
  if (!le && view.getUint16(0) !== 0x4d4d) throw new Error("no byte order");
  if (view.getUint16(2, le) !== 42) throw new Error("no TIFF");
  const directory = (at: number) => {
    const fields = new Map<number, unknown>();
    let before = -1;
    for (let i = 0; i < view.getUint16(at, le); i++) {
      const entry = at + 2 + 12 * i;
      const [tag, type] = [view.getUint16(entry, le), view.getUint16(entry + 2, le)];
      if (tag <= before) throw new Error(`tags do not ascend: ${tag}`);
      before = tag;
      const count = view.getUint32(entry + 4, le);
      const unit = type === 5 || type === 10 ? 8 : UNIT[type]!;
      const from = count * unit <= 4 ? entry + 8 : view.getUint32(entry + 8, le);
      if (from & 1) throw new Error(`an odd offset: ${from}`);
      const value = tiff.subarray(from, from + count * unit);
      if (value.length !== count * unit) throw new Error(`cut off: ${tag}`);
      const numbers = Array.from({ length: count }, (_, j) => {
        if (unit === 2) return view.getUint16(from + 2 * j, le);
        if (unit === 4) return view.getUint32(from + 4 * j, le);
        if (unit === 8)
          return view.getUint32(from + 8 * j, le) / view.getUint32(from + 8 * j + 4, le);
        return value[j]!;
      });
      const text = String.fromCharCode(...value).replace(/\0$/, "");
      fields.set(tag, type === 2 ? text : numbers.length === 1 ? numbers[0] : numbers);
    }
    return { fields, next: view.getUint32(at + 2 + 12 * fields.size, le) };
  };
  const picture = directory(view.getUint32(4, le));
  const behind = (tag: number) => {
    const at = picture.fields.get(tag);
    return typeof at === "number" ? directory(at).fields : new Map<number, unknown>();
  };
  const [photo, gps] = [behind(0x8769), behind(0x8825)];
  return { picture: picture.fields, photo, gps, next: picture.next };
}

/** What a telephone writes, turned on its side. */
export const CAMERA_EXIF: ExifSample = {
  picture: [
    [0x010f, 2, "Maker"],
    [0x0112, 3, [6]],
    [0x011a, 5, [72, 1]],
    [0x013b, 2, "Ada Lovelace"],
    [0x8298, 2, "(c) 2026 Ada Lovelace"],
    [0xc4a5, 7, new Uint8Array(40).fill(65)],
  ],
  photo: [
    [0x829a, 5, [1, 250]],
    [0x9003, 2, "2026:05:04 10:11:12"],
    [0x927c, 7, new TextEncoder().encode("MAKERNOTE-SECRET-MAKERNOTE")],
    [0xa001, 3, [0xffff]],
    [0xa002, 4, [4000]],
    [0xa003, 4, [3000]],
    [0x9214, 3, [10, 20, 30, 40]],
  ],
  gps: [
    [0x0000, 1, [2, 3, 0, 0]],
    [0x0001, 2, "N"],
    [0x0002, 5, [48, 1, 51, 1, 29991, 1000]],
    [0x0012, 2, "GPS-DATUM-SECRET"],
  ],
  thumbnail: new TextEncoder().encode("THUMBNAIL-SECRET"),
};

export const CAMERA_XMP = `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Adobe XMP Core">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"
    xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:r="http://ns.adobe.com/xap/1.0/rights/"
    xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/"
    xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:ext="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/"
    tiff:Orientation="6" tiff:Make="Maker" exif:GPSLatitude="48,51.5N" exif:ExposureTime="1/250"
    photoshop:Credit="Credit &amp; Co" photoshop:City="SECRET-CITY" r:Marked="True"
    xmpMM:DocumentID="xmp.did:SECRET" hdrgm:Version="1.0">
   <dc:rights><rdf:Alt><rdf:li xml:lang="x-default">© Ada &lt;Lovelace&gt;</rdf:li></rdf:Alt></dc:rights>
   <dc:creator><rdf:Seq><rdf:li>Ada Lovelace</rdf:li></rdf:Seq></dc:creator>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">A title</rdf:li></rdf:Alt></dc:title>
   <exif:GPSLongitude>2,21.1E</exif:GPSLongitude>
   <plus:Licensor><rdf:Seq><rdf:li rdf:parseType="Resource"><plus:LicensorURL>https://example.com/buy?a=1&amp;b=2</plus:LicensorURL></rdf:li></rdf:Seq></plus:Licensor>
   <ext:LocationShown><rdf:Bag><rdf:li rdf:parseType="Resource"><exif:GPSLatitude>SECRET-LAT</exif:GPSLatitude></rdf:li></rdf:Bag></ext:LocationShown>
   <ext:PersonInImage><rdf:Bag><rdf:li exif:GPSLatitude="SECRET-NESTED">Charles</rdf:li></rdf:Bag></ext:PersonInImage>
   <xmpMM:History><rdf:Seq><rdf:li>SECRET-HISTORY</rdf:li></rdf:Seq></xmpMM:History>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>`;

export function dataset(record: number, number: number, text: string): Uint8Array {
  const value = new TextEncoder().encode(text);
  return Uint8Array.of(0x1c, record, number, value.length >> 8, value.length & 255, ...value);
}

export const CAMERA_IPTC = Uint8Array.from([
  ...dataset(1, 90, "\x1b%G"),
  ...dataset(2, 0, "\0\x04"),
  ...dataset(2, 80, "Ada Lovelace"),
  ...dataset(2, 90, "SECRET-CITY"),
  ...dataset(2, 110, "Credit & Co"),
  ...dataset(2, 116, "© Ada"),
  ...dataset(2, 120, "A caption"),
  ...dataset(2, 221, "SECRET-PRIVATE"),
]);

/** The parts into a JPEG, behind its SOI, as an editor does; a profile's segment may follow. */
export function intoJpeg(
  jpeg: Uint8Array,
  { exif, xmp, iptc }: { exif?: Uint8Array; xmp?: Uint8Array; iptc?: Uint8Array },
): Uint8Array {
  const segment = (code: number, name: string, body: Uint8Array) => {
    const length = 2 + name.length + body.length;
    return [0xff, code, length >> 8, length & 255, ...Buffer.from(name, "latin1"), ...body];
  };
  const resource = (body: Uint8Array) => [
    ...Buffer.from("8BIM\x04\x25\0\0\0\0\0\x02ab", "latin1"),
    ...Buffer.from("8BIM\x04\x04\0\0\0\0", "latin1"),
    ...[body.length >> 8, body.length & 255],
    ...body,
    ...(body.length & 1 ? [0] : []),
  ];
  return Uint8Array.from([
    ...jpeg.subarray(0, 2),
    ...(exif ? segment(0xe1, "Exif\0\0", exif) : []),
    ...(xmp ? segment(0xe1, "http://ns.adobe.com/xap/1.0/\0", xmp) : []),
    ...(iptc ? segment(0xed, "Photoshop 3.0\0", Uint8Array.from(resource(iptc))) : []),
    ...jpeg.subarray(2),
  ]);
}
