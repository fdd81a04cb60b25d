import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Output } from "../../../src/image/job.ts";
import { withMetadata } from "../../../src/image/metadata/attach.ts";
import {
  MAX_EXIF_BYTES,
  MAX_IPTC_BYTES,
  MAX_XMP_BYTES,
  type MetadataWish,
} from "../../../src/image/metadata/blocks.ts";
import { readExif } from "../../../src/image/metadata/exif-in.ts";
import { writeExif } from "../../../src/image/metadata/exif-out.ts";
import { metadataInTiff } from "../../../src/image/metadata/in-tiff.ts";
import { keptIptc } from "../../../src/image/metadata/iptc.ts";
import { keptMetadata } from "../../../src/image/metadata/kept.ts";
import { iptcResource, resourceOf } from "../../../src/image/metadata/photoshop.ts";
import { keptXmp } from "../../../src/image/metadata/xmp.ts";
import {
  CAMERA_EXIF,
  CAMERA_IPTC,
  CAMERA_XMP,
  dataset,
  type Entry,
  exifBlock,
  plainExif,
} from "./samples.ts";

const RESULT = { width: 300, height: 200 };
const WISHES = ["copyright", "keep", "keep-gps"] as const;
const CORE = "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/";
const utf8 = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

function written(block: Uint8Array, wish: MetadataWish = "keep-gps") {
  const exif = readExif(block);
  const bytes = exif && writeExif(exif, wish, RESULT);
  return bytes && plainExif(bytes);
}

describe("EXIF", () => {
  it.each([true, false])("has the same values afterwards, little endian: %s", (littleEndian) => {
    const exif = written(exifBlock({ ...CAMERA_EXIF, littleEndian }))!;
    expect(Object.fromEntries(exif.picture)).toMatchObject({
      271: "Maker",
      282: 72,
      315: "Ada Lovelace",
    });
    expect(exif.photo.get(0x829a)).toBe(1 / 250);
    expect(exif.gps.get(2)).toEqual([48, 51, 29.991]);
    expect([exif.photo.get(0xa002), exif.photo.get(0xa003)]).toEqual([300, 200]);
  });

  it("has neither orientation nor thumbnail, maker's note or unknown tags", () => {
    for (const wish of WISHES) {
      const exif = written(exifBlock(CAMERA_EXIF), wish)!;
      expect(exif.next).toBe(0);
      for (const tag of [0x0112, 0xc4a5, 0x0201]) expect(exif.picture.has(tag)).toBe(false);
      expect(exif.photo.has(0x927c)).toBe(false);
    }
  });

  it("says that the colours are those of the result", () => {
    const exif = readExif(exifBlock(CAMERA_EXIF))!;
    const space = (gamut: "srgb" | "display-p3") =>
      plainExif(writeExif(exif, "keep", { ...RESULT, gamut })!).photo.get(0xa001);
    expect([space("srgb"), space("display-p3")]).toEqual([1, 0xffff]);
  });

  it("is nothing where nothing is left", () => {
    const block = exifBlock({ picture: [[0x0112, 3, [6]]], gps: CAMERA_EXIF.gps! });
    expect([written(block, "copyright"), written(block, "keep")]).toEqual([undefined, undefined]);
    expect(written(block, "keep-gps")!.gps.size).toBe(4);
  });

  it("is not trapped by directories that point at themselves, or at each other", () => {
    const looping: readonly Entry[] = [
      [0x013b, 2, "Ada Lovelace"],
      [0x8769, 4, [8]],
      [0x8825, 4, [8]],
    ];
    expect(written(exifBlock({ picture: looping }))!.picture.get(0x013b)).toBe("Ada Lovelace");
  });

  it("keeps the rights where values that overlap would come to more than there is room for", () => {
    const count = 60;
    const block = new Uint8Array(2 ** 17);
    const view = new DataView(block.buffer);
    block.set([0x4d, 0x4d, 0, 42, 0, 0, 0, 8]);
    view.setUint16(8, count);
    for (let i = 0; i < count; i++) {
      const last = i === count - 1;
      view.setUint16(10 + 12 * i, last ? 0x8298 : 0x9c9b + (i % 5));
      view.setUint16(12 + 12 * i, 1);
      view.setUint32(14 + 12 * i, last ? 40_000 : 30_000);
      view.setUint32(18 + 12 * i, 1000);
    }
    const exif = writeExif(readExif(block)!, "keep", RESULT)!;
    expect(exif.length).toBeLessThanOrEqual(MAX_EXIF_BYTES);
    expect(plainExif(exif).picture.has(0x8298)).toBe(true);
  });

  it("of arbitrary bytes, or of a block with changes, is nothing or a block that can be read", () => {
    const base = exifBlock(CAMERA_EXIF);
    const changed = fc
      .array(fc.tuple(fc.nat(base.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 })
      .map((changes) => {
        const bytes = base.slice();
        for (const [at, value] of changes) bytes[at] = value;
        return bytes;
      });
    const cut = fc.nat(base.length).map((length) => base.subarray(0, length));
    const header = fc
      .uint8Array({ maxLength: 400 })
      .map((rest) => Uint8Array.of(0x49, 0x49, 42, 0, 8, 0, 0, 0, ...rest));
    const any = fc.oneof(changed, cut, header, fc.uint8Array({ maxLength: 300 }));
    fc.assert(
      fc.property(any, fc.constantFrom(...WISHES), (bytes, wish) => {
        const exif = readExif(bytes);
        const block = exif && writeExif(exif, wish, RESULT);
        if (block === undefined) return;
        expect(block.length).toBeLessThanOrEqual(MAX_EXIF_BYTES);
        const again = plainExif(block);
        if (wish !== "keep-gps") expect(again.gps.size).toBe(0);
        if (wish === "copyright") expect([...again.picture.keys()].every(isRight)).toBe(true);
        expect(metadataInTiff(bytes)).toBeDefined();
      }),
      { numRuns: 1500 },
    );
  });
});

const isRight = (tag: number) => tag === 0x013b || tag === 0x8298;

describe("XMP", () => {
  const packet = utf8(CAMERA_XMP);

  it("is written with its values, under prefixes of ours", () => {
    const xmp = text(keptXmp(packet, "keep"));
    expect(xmp).toContain("<xmpRights:Marked>True</xmpRights:Marked>");
    expect(xmp).toContain(
      '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">A title</rdf:li></rdf:Alt></dc:title>',
    );
    expect(xmp).toContain("<tiff:Make>Maker</tiff:Make>");
    expect(xmp).toContain("<Iptc4xmpExt:PersonInImage><rdf:Bag><rdf:li>Charles</rdf:li>");
    expect(xmp).not.toMatch(/SECRET|GPS|Orientation|xmpMM|hdrgm|xmpmeta:/);
    expect(xmp).toMatch(/^<\?xpacket begin="\ufeff?" .*<\?xpacket end="r"\?>$/s);
  });

  it("has addresses of the author and the licensor only with the place", () => {
    const core = ["CiAdrExtadr", "CiAdrCity", "CiAdrRegion", "CiAdrPcode", "CiAdrCtry"];
    const licensor = [
      "StreetAddress",
      "ExtendedAddress",
      "City",
      "Region",
      "PostalCode",
      "Country",
    ];
    const names = [...core.map((n) => `c:${n}`), ...licensor.map((n) => `plus:Licensor${n}`)];
    const attributes = names.map((name) => `${name}="AT-HOME"`).join(" ");
    const elements = names.map((name) => `<${name}>AT-HOME</${name}>`).join("");
    const contact = CAMERA_XMP.replace("<rdf:Description", `<rdf:Description xmlns:c="${CORE}"`)
      .replace(
        "<dc:title>",
        `<c:CreatorContactInfo rdf:parseType="Resource">${elements}<c:CiEmailWork>ada@example.com</c:CiEmailWork></c:CreatorContactInfo>
         <c:CreatorContactInfo><rdf:Description ${attributes}/></c:CreatorContactInfo>${elements}<dc:title>`,
      )
      .replace("<plus:LicensorURL>", `${elements}<plus:LicensorURL>`);
    const kept = Object.fromEntries(
      WISHES.map((wish) => [wish, text(keptXmp(utf8(contact), wish))]),
    );
    const addresses = (wish: string) => kept[wish]!.match(/AT-HOME/g)?.length ?? 0;
    expect(WISHES.map(addresses)).toEqual([0, 0, 4 * names.length]);
    for (const wish of WISHES) expect(kept[wish]).toContain("https://example.com/buy");
    expect(kept.keep).toContain("ada@example.com");
  });

  it("reads what it writes", () => {
    for (const wish of WISHES) {
      const once = keptXmp(packet, wish)!;
      expect(text(keptXmp(once, wish))).toBe(text(once));
    }
  });

  it("is the rights alone when it is too long, then nothing", () => {
    const long = (name: string) =>
      utf8(
        CAMERA_XMP.replace("A title", "t".repeat(name === "title" ? 70_000 : 1)).replace(
          "© Ada",
          "r".repeat(name === "rights" ? 70_000 : 1),
        ),
      );
    const xmp = text(keptXmp(long("title"), "keep"));
    expect(xmp).toContain("dc:rights");
    expect(xmp).not.toContain("ttt");
    expect(keptXmp(long("rights"), "keep")).toBeUndefined();
  });

  it.each([
    ["is not well-formed", CAMERA_XMP.replace("</dc:title>", "")],
    [
      "uses an entity of its own",
      `<!DOCTYPE x [<!ENTITY a "b">]>${CAMERA_XMP.replace("A title", "&a;")}`,
    ],
    ["uses a prefix that means nothing", CAMERA_XMP.replaceAll("dc:title", "none:title")],
    ["is no RDF", "<x/>"],
    ["is empty", ""],
    ["is nested without end", "<a>".repeat(5000)],
    ["is in UTF-16", Buffer.from(CAMERA_XMP, "utf16le")],
  ])("is dropped when it %s", (_, packet) => {
    const bytes = typeof packet === "string" ? utf8(packet) : packet;
    expect(keptXmp(bytes, "keep-gps")).toBeUndefined();
  });

  it("reads a packet with NUL behind it, and one without `xmpmeta`", () => {
    expect(keptXmp(utf8(`${CAMERA_XMP}\0\0`), "copyright")).toBeDefined();
    const bare = CAMERA_XMP.replace(/<\/?x:xmpmeta[^>]*>/g, "");
    expect(text(keptXmp(utf8(bare), "copyright"))).toBe(text(keptXmp(packet, "copyright")));
  });

  it("of arbitrary changes is nothing, or well-formed and without places", () => {
    const changes = fc.array(
      fc.tuple(fc.nat(packet.length - 1), fc.nat(30), fc.string({ maxLength: 12 })),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(changes, fc.constantFrom(...WISHES), (all, wish) => {
        let changed = CAMERA_XMP;
        for (const [at, count, more] of all) {
          changed = changed.slice(0, at) + more + changed.slice(at + count);
        }
        const once = keptXmp(utf8(changed), wish);
        if (once === undefined) return;
        expect(once.length).toBeLessThanOrEqual(MAX_XMP_BYTES);
        expect(text(keptXmp(once, wish))).toBe(text(once));
        if (wish !== "keep-gps") expect(text(once)).not.toMatch(/<exif:GPS|exif:GPS\w*=/);
      }),
      { numRuns: 500 },
    );
  });

  it("holds no more than can be kept of a packet that is nothing but elements", () => {
    const items = "<rdf:li/>".repeat(20_000);
    const flood = CAMERA_XMP.replace(
      "<dc:title>",
      `<dc:subject><rdf:Bag>${items}</rdf:Bag></dc:subject><dc:title>`,
    );
    const xmp = text(keptXmp(utf8(flood), "keep"));
    expect(xmp).toBe(text(keptXmp(packet, "copyright")));
  });

  it("adds the rights to what cannot be read", () => {
    const added = [{ name: "photoshop:Credit", values: ["Ada"] }];
    expect(text(keptXmp(utf8("<broken"), "keep", added))).toContain(">Ada</photoshop:Credit>");
  });

  it("takes what is added where the packet has none of it", () => {
    const added = [
      { name: "dc:rights", list: "Alt", values: ["other"] },
      { name: "photoshop:Headline", values: ['<"\u0001&'] },
    ] as const;
    const xmp = text(keptXmp(packet, "keep", added));
    expect(xmp).not.toContain("other");
    expect(xmp).toContain("<photoshop:Headline>&lt;&quot;&amp;</photoshop:Headline>");
    expect(text(keptXmp(undefined, "keep", added))).toContain('xml:lang="x-default">other<');
  });
});

describe("IPTC", () => {
  it("is what the wish says, in its order", () => {
    expect(text(keptIptc(CAMERA_IPTC, "copyright"))).toBe(
      text(
        Uint8Array.from([
          ...dataset(1, 90, "\x1b%G"),
          ...dataset(2, 0, "\0\x04"),
          ...dataset(2, 80, "Ada Lovelace"),
          ...dataset(2, 110, "Credit & Co"),
          ...dataset(2, 116, "© Ada"),
        ]),
      ),
    );
    expect(text(keptIptc(CAMERA_IPTC, "keep"))).toContain("A caption");
    expect(text(keptIptc(CAMERA_IPTC, "keep"))).not.toContain("SECRET");
    expect(text(keptIptc(CAMERA_IPTC, "keep-gps"))).toContain("SECRET-CITY");
    expect(text(keptIptc(CAMERA_IPTC, "keep-gps"))).not.toContain("SECRET-PRIVATE");
  });

  it("is found again in its resource, behind others of any length", () => {
    for (const length of [0, 1, 2, 3]) {
      const other = resourceOf(new Uint8Array(length));
      other[5] = 0x25;
      expect(iptcResource(Uint8Array.from([...other, ...resourceOf(CAMERA_IPTC)]))).toEqual(
        CAMERA_IPTC,
      );
    }
  });

  it("of arbitrary bytes is never more than there is room for", () => {
    const sets = fc
      .array(fc.tuple(fc.nat(3), fc.nat(255), fc.string({ maxLength: 3000 })), { maxLength: 60 })
      .map((all) =>
        Uint8Array.from(
          all.flatMap(([record, number, value]) => [...dataset(record, number, value)]),
        ),
      );
    fc.assert(
      fc.property(
        fc.oneof(sets, fc.uint8Array({ maxLength: 200 })),
        fc.constantFrom(...WISHES),
        (bytes, wish) => {
          expect(keptIptc(bytes, wish)?.length ?? 0).toBeLessThanOrEqual(MAX_IPTC_BYTES);
          iptcResource(bytes);
        },
      ),
      { numRuns: 300 },
    );
  });
});

it("nothing of arbitrary blocks is ever thrown, whatever they are taken for", () => {
  const bytes = fc.uint8Array({ maxLength: 300 });
  const format = fc.constantFrom("jpeg" as const, "webp" as const);
  fc.assert(
    fc.property(
      bytes,
      bytes,
      bytes,
      fc.constantFrom(...WISHES),
      format,
      (exif, xmp, iptc, metadata, format) => {
        keptMetadata({ exif, xmp, iptc }, { ...RESULT, format, metadata } as Output);
      },
    ),
  );
});

it("the longest blocks fit into the segments of a JPEG", () => {
  const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xd9);
  const kept = {
    exif: new Uint8Array(MAX_EXIF_BYTES),
    xmp: new Uint8Array(MAX_XMP_BYTES),
    iptc: new Uint8Array(MAX_IPTC_BYTES),
  };
  const file = withMetadata(jpeg, kept, { format: "jpeg" });
  const view = new DataView(file.buffer);
  let at = 2;
  for (const code of [0xffe1, 0xffe1, 0xffed]) {
    expect(view.getUint16(at)).toBe(code);
    expect(view.getUint16(at + 2)).toBeGreaterThan(65_530);
    at += 2 + view.getUint16(at + 2);
  }
  expect(view.getUint16(at)).toBe(0xffd9);
  expect(file.length).toBe(at + 2);
});
