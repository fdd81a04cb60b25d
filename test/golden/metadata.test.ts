/** `metadata`: what is kept is read back from the answers by sharp, and by a plain reader of EXIF. */
import { deflateSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { pngChunk } from "../../src/image/png-chunk.ts";
import {
  CAMERA_EXIF,
  CAMERA_IPTC,
  CAMERA_XMP,
  exifBlock,
  intoJpeg,
  plainExif,
} from "../image/metadata/samples.ts";
import {
  asPng,
  compassPicture,
  decoded,
  discPicture,
  inSharp,
  type Picture,
  stored,
} from "./picture.ts";
import { useService } from "./service.ts";

const golden = useService();
const upright = compassPicture(240, 160);
const exif = exifBlock(CAMERA_EXIF);
const xmp = new TextEncoder().encode(CAMERA_XMP);

const FORMATS = ["jpeg", "webp", "png", "avif"] as const;
/** Text of what is never kept without being asked for. */
const SECRETS = /SECRET|GPS|48,51\.5N|xmpMM|hdrgm|Orientation/;

beforeAll(async () => {
  const turned = inSharp(stored(upright, 6)).removeAlpha();
  const jpeg = await turned.jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer();
  const all = { exif, xmp, iptc: CAMERA_IPTC };
  await golden.put("camera.jpg", intoJpeg(jpeg, all));
  await golden.put("iim.jpg", intoJpeg(jpeg, { iptc: CAMERA_IPTC }));
  await golden.put("plain.jpg", jpeg);
  await golden.put(
    "broken.jpg",
    intoJpeg(jpeg, { exif: exif.subarray(0, 90), xmp: xmp.subarray(0, 900) }),
  );
  await golden.put("camera.png", inPng(await turned.png().toBuffer(), { isBehind: false }));
  await golden.put("behind.png", inPng(await turned.png().toBuffer(), { isBehind: true }));
  await golden.put("camera.tiff", await asTiff(stored(upright, 6)));
  for (const format of ["webp", "avif"] as const) {
    await golden.put(`camera.${format}`, await withSharp(turned, format));
  }
  await golden.put("disc.png", inPng(await asPng(discPicture(120)), { isBehind: false }));
  await golden.put("moving.webp", await moving());
  await golden.put("long.jpg", await long());
});

/** As exiftool writes XMP: behind the pixels, unless it is told otherwise. */
function inPng(png: Uint8Array, { isBehind }: { isBehind: boolean }): Uint8Array {
  const text = Buffer.from("XML:com.adobe.xmp\0\x01\0\0\0", "latin1");
  const more = [pngChunk("eXIf", exif), pngChunk("iTXt", text, deflateSync(xmp))];
  const at = isBehind ? png.length - 12 : 33;
  return Buffer.concat([png.subarray(0, at), ...more, png.subarray(at)]);
}

function withSharp(picture: Sharp, format: "webp" | "avif"): Promise<Uint8Array> {
  return picture
    .clone()
    .toFormat(format, { quality: 100 })
    .withExif({
      IFD0: { Artist: "Ada Lovelace", Copyright: "(c) 2026 Ada Lovelace", Make: "Maker" },
      IFD2: { ExposureTime: "1/250" },
      IFD3: { GPSLatitudeRef: "N", GPSLatitude: "48/1 51/1 0/1" },
    })
    .withXmp(CAMERA_XMP)
    .toBuffer();
}

/** TIFF 6.0, baseline RGB in one strip: its first directory is that of EXIF. */
async function asTiff(picture: Picture): Promise<Uint8Array> {
  const { width, height } = picture;
  const pixels = await inSharp(picture).removeAlpha().raw().toBuffer();
  const at = (strip: number) =>
    exifBlock({
      ...CAMERA_EXIF,
      picture: [
        ...CAMERA_EXIF.picture!,
        [256, 3, [width]],
        [257, 3, [height]],
        [258, 3, [8, 8, 8]],
        [259, 3, [1]],
        [262, 3, [2]],
        [273, 4, [strip]],
        [277, 3, [3]],
        [278, 3, [height]],
        [279, 4, [pixels.length]],
        [700, 1, xmp],
        [33723, 7, CAMERA_IPTC],
      ],
    });
  return Buffer.concat([at(at(0).length), pixels]);
}

async function moving(): Promise<Uint8Array> {
  const frames = await Promise.all(
    ["red", "lime", "blue"].map((background) =>
      sharp({ create: { width: 40, height: 30, channels: 4, background } })
        .png()
        .toBuffer(),
    ),
  );
  return sharp(frames, { join: { animated: true } })
    .webp({ lossless: true, loop: 0, delay: [100, 100, 100] })
    .withExif({ IFD0: { Artist: "Ada Lovelace", Copyright: "(c) 2026 Ada Lovelace" } })
    .withXmp(CAMERA_XMP)
    .toBuffer();
}

/** Longer than what is read ahead, so that it is worked on as it comes. */
async function long(): Promise<Uint8Array> {
  const [width, height] = [2800, 2100];
  const data = Buffer.alloc(width * height * 3);
  let state = 1;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = state >>> 24;
  }
  const noise = sharp(data, { raw: { width, height, channels: 3 } });
  const jpeg = await noise.jpeg({ quality: 95 }).toBuffer();
  expect(jpeg.length).toBeGreaterThan(5 * 2 ** 20);
  return Buffer.concat([
    jpeg.subarray(0, 2),
    intoJpeg(jpeg.subarray(0, 2), { exif, xmp }).subarray(2),
    jpeg.subarray(2),
  ]);
}

interface Said {
  readonly exif?: ReturnType<typeof plainExif>;
  readonly xmp?: string;
  readonly iptc?: string;
  readonly bytes: Uint8Array;
}

async function said(url: string): Promise<Said> {
  const bytes = await golden.get(url);
  const { exif, xmp, iptc } = await sharp(bytes).metadata();
  return {
    bytes,
    ...(exif && { exif: plainExif(exif) }),
    ...(xmp && { xmp: xmp.toString() }),
    ...(iptc && { iptc: iptc.toString() }),
  };
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

describe.each(FORMATS)("in %s", (format) => {
  const url = (rest: string, name = "camera.jpg") => `/${name}?w=120&format=${format}&${rest}`;

  it("nothing is kept without being asked for", async () => {
    const { exif, xmp, iptc, bytes } = await said(url(""));
    expect([exif, xmp, iptc]).toEqual([undefined, undefined, undefined]);
    expect(text(bytes)).not.toMatch(/Lovelace/);
  });

  it("copyright is author and rights alone", async () => {
    const { exif, xmp = "", iptc, bytes } = await said(url("metadata=copyright"));
    expect([...exif!.picture]).toEqual([
      [0x013b, "Ada Lovelace"],
      [0x8298, "(c) 2026 Ada Lovelace"],
    ]);
    expect([exif!.photo.size, exif!.gps.size, exif!.next]).toEqual([0, 0, 0]);
    expect(xmp).toContain("© Ada &lt;Lovelace&gt;");
    expect(xmp).toContain("https://example.com/buy?a=1&amp;b=2");
    expect(xmp).toContain("Credit &amp; Co");
    expect(xmp).not.toMatch(/A title|ExposureTime|Charles/);
    if (format === "jpeg") {
      expect(iptc).toContain("Credit & Co");
      expect(iptc).not.toContain("A caption");
    }
    expect(text(bytes)).not.toMatch(SECRETS);
  });

  it("keep is all but the place, the preview, the maker's own, and what the result is not", async () => {
    const { exif, xmp = "", iptc, bytes } = await said(url("metadata=keep"));
    expect(Object.fromEntries(exif!.picture)).toMatchObject({
      271: "Maker",
      282: 72,
      33432: "(c) 2026 Ada Lovelace",
    });
    expect(exif!.picture.has(0x0112)).toBe(false);
    expect(Object.fromEntries(exif!.photo)).toEqual({
      33434: 1 / 250,
      36867: "2026:05:04 10:11:12",
      40961: 1,
      40962: 120,
      40963: 80,
    });
    expect([exif!.gps.size, exif!.next]).toEqual([0, 0]);
    expect(xmp).toMatch(/A title/);
    expect(xmp).toMatch(/<exif:ExposureTime>1\/250</);
    expect(xmp).toMatch(/Charles/);
    if (format === "jpeg") expect(iptc).toContain("A caption");
    expect(text(bytes)).not.toMatch(SECRETS);
  });

  it("keep-gps is the place, too", async () => {
    const { exif, xmp = "", bytes } = await said(url("metadata=keep-gps"));
    expect(exif!.gps.get(1)).toBe("N");
    expect(exif!.gps.get(2)).toEqual([48, 51, 29.991]);
    expect(xmp).toMatch(/GPSLatitude>48,51\.5N</);
    expect(xmp).toMatch(/SECRET-CITY/);
    expect(text(bytes)).not.toMatch(/MAKERNOTE|THUMBNAIL|SECRET-HISTORY|SECRET-PRIVATE|xmp\.did/);
  });

  it("shows the picture upright, with the very pixels that it has without", async () => {
    const [kept, plain] = [await golden.get(url("metadata=keep")), await golden.get(url(""))];
    const picture = await decoded(kept);
    expect([picture.width, picture.height]).toEqual([120, 80]);
    const [top, right] = [picture.data.subarray(0, 3), picture.data.subarray(119 * 4, 119 * 4 + 3)];
    expect(right[0]! - top[0]!).toBeGreaterThan(150);
    expect(Buffer.compare(picture.data, (await decoded(plain)).data)).toBe(0);
  });

  it("a source that says nothing gives the same file", async () => {
    const kept = await golden.get(url("metadata=keep", "plain.jpg"));
    expect(Buffer.compare(kept, await golden.get(url("", "plain.jpg")))).toBe(0);
  });

  it("a broken block is dropped, and what is whole in it is kept", async () => {
    const { xmp, bytes } = await said(url("metadata=keep", "broken.jpg"));
    expect(xmp).toBeUndefined();
    expect(text(bytes)).not.toMatch(SECRETS);
  });

  it("a profile and metadata live side by side", async () => {
    const wide = inSharp(upright).removeAlpha().withIccProfile("p3").jpeg({ quality: 95 });
    await golden.put("wide.jpg", intoJpeg(await wide.toBuffer(), { exif, xmp }));
    const bytes = await golden.get(url("metadata=keep&gamut=keep", "wide.jpg"));
    const { icc, exif: kept, hasProfile, space } = await sharp(bytes).metadata();
    expect(plainExif(kept!).photo.get(0xa001)).toBe(0xffff);
    // AVIF says it in code points.
    expect([hasProfile, icc !== undefined, space]).toEqual([
      format !== "avif",
      format !== "avif",
      "srgb",
    ]);
    expect((await golden.picture(url("metadata=keep&gamut=keep", "wide.jpg"))).width).toBe(120);
  });
});

it.each(["camera.png", "behind.png", "camera.webp", "camera.avif", "camera.tiff"])(
  "is read from %s",
  async (name) => {
    const { exif, xmp = "", bytes } = await said(`/${name}?w=100&format=jpeg&metadata=keep`);
    expect(exif!.picture.get(0x8298)).toBe("(c) 2026 Ada Lovelace");
    expect(exif!.photo.get(0x829a)).toBe(1 / 250);
    expect(exif!.gps.size).toBe(0);
    expect(xmp).toContain("© Ada &lt;Lovelace&gt;");
    expect(text(bytes)).not.toMatch(SECRETS);
    const placed = await said(`/${name}?w=100&format=jpeg&metadata=keep-gps`);
    expect(placed.exif!.gps.get(1)).toBe("N");
  },
);

it("what lies behind the pixels of a PNG is kept also where few of its rows are needed", async () => {
  const { exif } = await said("/behind.png?crop=0,0,40,8&metadata=copyright&format=webp");
  expect(exif!.picture.get(0x013b)).toBe("Ada Lovelace");
});

it("is kept of a JPEG that is worked on as it comes", async () => {
  const { exif, xmp, bytes } = await said("/long.jpg?w=200&format=webp&metadata=keep");
  expect(exif!.photo.get(0x9003)).toBe("2026:05:04 10:11:12");
  expect(xmp).toMatch(/A title/);
  expect(text(bytes)).not.toMatch(SECRETS);
});

it.each(["webp", "webp&lossless=true", "png", "avif"])(
  "leaves transparency as it is in %s",
  async (format) => {
    const url = `/disc.png?w=60&format=${format}`;
    const kept = await golden.get(`${url}&metadata=copyright`);
    const { hasAlpha, exif } = await sharp(kept).metadata();
    expect(hasAlpha).toBe(true);
    expect(plainExif(exif!).picture.get(0x013b)).toBe("Ada Lovelace");
    const [withRights, plain] = [await decoded(kept), await golden.picture(url)];
    expect(Buffer.compare(withRights.data, plain.data)).toBe(0);
  },
);

it("stays with an animation, whose frames it leaves as they are", async () => {
  const bytes = await golden.get("/moving.webp?w=20&metadata=keep");
  const { pages, delay, loop, exif, xmp } = await sharp(bytes, { animated: true }).metadata();
  expect([pages, delay, loop]).toEqual([3, [100, 100, 100], 0]);
  expect(plainExif(exif!).picture.get(0x013b)).toBe("Ada Lovelace");
  expect(xmp!.toString()).toMatch(/A title/);
  const plain = await golden.get("/moving.webp?w=20");
  const raw = (file: Uint8Array) => sharp(file, { animated: true }).raw().toBuffer();
  expect(Buffer.compare(await raw(bytes), await raw(plain))).toBe(0);
});

it("the rights of IIM are said in XMP where IIM has no place", async () => {
  const { xmp = "" } = await said("/iim.jpg?w=50&format=webp&metadata=copyright");
  expect(xmp).toContain('<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">© Ada</rdf:li>');
  expect(xmp).toContain("<dc:creator><rdf:Seq><rdf:li>Ada Lovelace</rdf:li>");
  expect(xmp).toContain("<photoshop:Credit>Credit &amp; Co<");
  const home = await said("/iim.jpg?w=50&format=jpeg&metadata=copyright");
  expect(home.xmp).toBeUndefined();
  expect(home.iptc).toContain("© Ada");
});

it("counts for `max-bytes`", async () => {
  const plain = await golden.get("/camera.jpg?w=200&format=jpeg&q=80");
  const most = plain.length + 500;
  const answer = await golden.ask(`/camera.jpg?w=200&format=jpeg&metadata=keep&max-bytes=${most}`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  expect(bytes.length).toBeLessThanOrEqual(most);
  expect(answer.headers.get("Pictor-Max-Bytes")).toMatch(/^quality=\d+$/);
  expect((await sharp(bytes).metadata()).exif).toBeDefined();
});

it("is told by explain, and is no part of the key of what has no place for it", async () => {
  const explained = async (url: string): Promise<Explained> =>
    (await golden.ask(`${url}&explain=1`)).json();
  const of = await explained("/camera.jpg?w=50&format=jpeg&metadata=copyright");
  expect(of.work.steps.at(-1)).toBe("keep metadata: author and rights");
  const [plain, kept] = [of.cacheKey, (await explained("/camera.jpg?w=50&format=jpeg")).cacheKey];
  expect([typeof plain, kept === plain]).toEqual(["string", false]);
  for (const format of ["gif", "jxl", "blurhash", "json"]) {
    const url = `/camera.jpg?w=50&format=${format}`;
    const [plain, kept] = [await explained(url), await explained(`${url}&metadata=keep`)];
    expect(kept.cacheKey).toBe(plain.cacheKey);
    expect(JSON.stringify(kept.work.steps)).not.toMatch(/metadata/);
  }
});

interface Explained {
  readonly cacheKey: string;
  readonly work: { readonly steps: readonly string[] };
}
