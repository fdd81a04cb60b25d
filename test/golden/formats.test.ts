/** What comes out of each format: readable, of the right size, good enough, and with nothing of the source's metadata. */
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { complaints, difference } from "./compare.ts";
import { asPng, compassPicture, decoded, discPicture, inSharp, type Picture } from "./picture.ts";
import { useService } from "./service.ts";

const golden = useService();
const WIDTH = 160;
const HEIGHT = 107;
const SIZE = `w=${WIDTH}&h=${HEIGHT}&fit=cover`;
/** The lossless result, which the lossy ones are measured against. */
let exact: Picture;

beforeAll(async () => {
  await golden.put("compass.png", await asPng(compassPicture(240, 170)));
  await golden.put("disc.png", await asPng(discPicture(120)));
  exact = await golden.picture(`/compass.png?format=png&${SIZE}`);
});

describe("quality", () => {
  it.each([
    ["jpeg", 38],
    ["webp", 34],
    ["avif", 36],
  ])("80 in %s is at least %d dB, in the right size", async (format, psnr) => {
    const file = await golden.get(`/compass.png?format=${format}&${SIZE}`);
    const meta = await sharp(file).metadata();
    expect([meta.format, meta.width, meta.height]).toEqual([
      format === "avif" ? "heif" : format,
      WIDTH,
      HEIGHT,
    ]);
    // Blue waves, and chroma has half of the resolution: the mean of that channel alone is the largest.
    expect(complaints(await decoded(file), exact, { psnr, mean: 6 })).toEqual([]);
  });

  it.each(["jpeg", "webp", "avif"])(
    "20, 50, 80 and 95 in %s are better and larger",
    async (format) => {
      const results = await Promise.all(
        [20, 50, 80, 95].map(async (quality) => {
          const file = await golden.get(
            `/compass.png?format=${format}&q=${quality}&chroma=444&${SIZE}`,
          );
          return { bytes: file.length, psnr: difference(await decoded(file), exact).psnr };
        }),
      );
      for (const key of ["bytes", "psnr"] as const) {
        const values = results.map((result) => result[key]);
        expect(values).toEqual([...values].sort((a, b) => a - b));
        expect(values.at(-1)).toBeGreaterThan(values[0]! * 1.15);
      }
    },
  );

  it.each([
    ["high", 90],
    ["medium-high", 70],
    ["medium-low", 50],
    ["low", 35],
  ])("%s is %d, byte for byte", async (word, number) => {
    const ask = (quality: string | number) =>
      golden.get(`/compass.png?format=webp&quality=${quality}&${SIZE}`);
    expect(Buffer.compare(await ask(word), await ask(number))).toBe(0);
  });

  it.each(["webp", "avif"])("lossless %s has the pixels of the PNG, bit by bit", async (format) => {
    const url = `/compass.png?format=${format}&lossless=true&${SIZE}`;
    expect(difference(await golden.picture(url), exact).most).toBe(0);
    const alpha = await golden.picture("/disc.png?format=png&w=50");
    const file = await golden.picture(`/disc.png?format=${format}&lossless=true&w=50`);
    expect(difference(file, alpha).most).toBe(0);
  });

  it("lossless=true where JPEG would be chosen is a PNG", async () => {
    await golden.put("photo.jpg", await inSharp(compassPicture(60, 40)).jpeg().toBuffer());
    const file = await golden.get("/photo.jpg?lossless=true");
    expect((await sharp(file).metadata()).format).toBe("png");
  });
});

describe("JPEG", () => {
  const SOF = { baseline: 0xc0, progressive: 0xc2 } as const;

  it.each([
    ["format=jpeg", SOF.progressive],
    ["format=jpeg&progressive=true", SOF.progressive],
    ["format=jpeg&progressive=false", SOF.baseline],
    ["format=baseline-jpeg", SOF.baseline],
  ])("%s starts its frame with the right marker", async (query, marker) => {
    const file = await golden.get(`/compass.png?${query}&${SIZE}`);
    expect(frameOf(file).marker).toBe(marker);
  });

  it.each([
    ["420", [0x22, 0x11, 0x11]],
    ["444", [0x11, 0x11, 0x11]],
  ])("chroma=%s has the right sampling factors", async (chroma, factors) => {
    const file = await golden.get(`/compass.png?format=jpeg&chroma=${chroma}&${SIZE}`);
    expect(frameOf(file).sampling).toEqual(factors);
    expect((await sharp(file).metadata()).chromaSubsampling).toBe([...chroma].join(":"));
  });
});

/** ITU-T T.81, B.2.2: the frame header's marker, and horizontal and vertical sampling of each component. */
function frameOf(file: Uint8Array): { readonly marker: number; readonly sampling: number[] } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = 2; at < file.length; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint8(at + 1);
    if (marker < 0xc0 || marker > 0xc2) continue;
    const components = view.getUint8(at + 9);
    const sampling = Array.from({ length: components }, (_, i) => view.getUint8(at + 11 + 3 * i));
    return { marker, sampling };
  }
  throw new Error("no frame header");
}

describe("AVIF", () => {
  it.each([
    ["420", 0b11],
    ["444", 0b00],
  ])("chroma=%s is what its configuration says", async (chroma, subsampling) => {
    const file = await golden.get(`/compass.png?format=avif&chroma=${chroma}&${SIZE}`);
    // AV1 ISOBMFF binding section 2.3.3: subsampling in x and y are bits 3 and 2 of the third byte.
    const at = Buffer.from(file).indexOf("av1C") + 4;
    expect(at).toBeGreaterThan(4);
    expect((file[at + 2]! >> 2) & 0b11).toBe(subsampling);
  });
});

describe("WebP", () => {
  it("chroma=444 keeps edges of colour sharper, whether WebP is named or the source's own", async () => {
    await golden.put(
      "compass.webp",
      await inSharp(compassPicture(240, 170)).webp({ lossless: true }).toBuffer(),
    );
    const [plain, named, own] = await Promise.all(
      ["format=webp", "format=webp&chroma=444", "chroma=444"].map((query) =>
        golden.get(`/compass.webp?${query}&${SIZE}`),
      ),
    );
    expect(Buffer.compare(Buffer.from(named!), Buffer.from(own!))).toBe(0);
    const psnr = async (file: Uint8Array) => difference(await decoded(file), exact).psnr;
    expect(await psnr(named!)).toBeGreaterThan(await psnr(plain!));
  });
});

describe("metadata", () => {
  const SECRET = "Rua Augusta 25";
  const XMP = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="${SECRET}"/></rdf:RDF></x:xmpmeta>`;
  const loaded = () =>
    inSharp(compassPicture(80, 50))
      .removeAlpha()
      .withIccProfile("p3")
      .withExif({ IFD0: { Copyright: SECRET, Artist: SECRET } })
      .withXmp(XMP);
  const sources = {
    jpeg: () => loaded().jpeg().toBuffer(),
    png: () => loaded().png().toBuffer(),
    webp: () => loaded().webp().toBuffer(),
    avif: () => loaded().avif().toBuffer(),
  } as const;
  type Name = keyof typeof sources;
  const names = Object.keys(sources) as Name[];

  beforeAll(async () => {
    for (const name of names) {
      const file = await sources[name]();
      const meta = await sharp(file).metadata();
      expect([name, meta.exif && meta.icc && meta.xmp && "all three"]).toEqual([name, "all three"]);
      await golden.put(`loaded.${name}`, file);
    }
  });

  it.each(names.flatMap((from) => names.map((to) => [from, to] as const)))(
    "none of a %s source is in a %s result",
    async (from, to) => {
      const file = await golden.get(`/loaded.${from}?format=${to}&w=40`);
      const { exif, icc, xmp, iptc } = await sharp(file).metadata();
      expect({ exif, icc, xmp, iptc }).toEqual({});
      expect(Buffer.from(file).includes(SECRET)).toBe(false);
    },
  );

  it("none is what is meant where nothing is said", async () => {
    const [said, unsaid] = await Promise.all([
      golden.get("/loaded.jpeg?format=webp&w=40&metadata=none"),
      golden.get("/loaded.jpeg?format=webp&w=40"),
    ]);
    expect(Buffer.compare(said, unsaid)).toBe(0);
  });
});
