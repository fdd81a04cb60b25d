import { PictorError } from "../../errors.ts";
import type { Facts } from "../facts.ts";
import { printable, readBox } from "./bmff.ts";
import { probeBmp } from "./bmp.ts";
import { probeGif } from "./gif.ts";
import { probeHeif } from "./heif.ts";
import { probeIco } from "./ico.ts";
import { probeJpeg } from "./jpeg.ts";
import { probeJxl } from "./jxl.ts";
import { probePng } from "./png.ts";
import { type ByteReader, latin1, optional } from "./reader.ts";
import { findXmlRoot, probeSvg } from "./svg.ts";
import { probeTiff } from "./tiff.ts";
import { probeWebp } from "./webp.ts";

/** Bytes that every file needs to have at hand before it is looked at, unless it is shorter. */
export const SNIFF_BYTES = 64;

interface Signature {
  /** Latin-1; `?` stands for any byte. */
  readonly magic: string;
  readonly probe: (r: ByteReader) => Facts;
}

const READ: readonly Signature[] = [
  { magic: "\xff\xd8\xff", probe: probeJpeg },
  { magic: "\x89PNG\r\n\x1a\n", probe: probePng },
  { magic: "RIFF????WEBP", probe: probeWebp },
  { magic: "GIF87a", probe: probeGif },
  { magic: "GIF89a", probe: probeGif },
  { magic: "????ftyp", probe: probeIsoMedia },
  { magic: "\xff\x0a", probe: probeJxl },
  { magic: "\0\0\0\x0cJXL \r\n\x87\n", probe: probeJxl },
  { magic: "II*\0", probe: probeTiff },
  { magic: "MM\0*", probe: probeTiff },
  { magic: "II+\0", probe: probeTiff },
  { magic: "MM\0+", probe: probeTiff },
  { magic: "BM", probe: probeBmp },
  { magic: "\0\0\x01\0", probe: probeIco },
  { magic: "\0\0\x02\0", probe: probeIco },
];

/** What else a file may be; only for the error's text. */
const REFUSED: readonly (readonly [magic: string, name: string])[] = [
  ["\0\0\0\x0cjP  ", "JPEG 2000"],
  ["\xff\x4f\xff\x51", "a JPEG 2000 codestream"],
  ["%PDF", "PDF"],
  ["\x1f\x8b", "gzip (svgz is not read; serve the SVG itself)"],
  ["PK\x03\x04", "a ZIP archive"],
  ["8BPS", "a Photoshop document"],
  ["%!PS", "PostScript"],
  ["\xc5\xd0\xd3\xc6", "EPS"],
  ["II\xbc\x01", "JPEG XR"],
  ["qoif", "QOI"],
  ["farbfeld", "farbfeld"],
  ["gimp xcf", "a GIMP document"],
  ["DDS ", "DDS"],
  ["v/1\x01", "OpenEXR"],
  ["#?RADIANCE", "Radiance HDR"],
  ["\x8aMNG", "MNG"],
  ["\x1a\x45\xdf\xa3", "Matroska or WebM video"],
  ["RIFF????AVI ", "AVI video"],
  ["RIFF????WAVE", "WAVE audio"],
  ["OggS", "Ogg"],
  ["ID3", "MP3 audio"],
  ["\xfe\xff", "UTF-16 text (SVG is read in UTF-8)"],
  ["\xff\xfe", "UTF-16 text (SVG is read in UTF-8)"],
  ["<\0", "UTF-16 text (SVG is read in UTF-8)"],
  ["\0<", "UTF-16 text (SVG is read in UTF-8)"],
];

/**
 * Tells the format by the first bytes, never by a name, and reads its header.
 * Throws `unsupported_format` (415) with what was seen, where that is known.
 */
export function probeByContent(r: ByteReader): Facts {
  if (r.length === 0 && r.complete) throw unsupported("The source is empty.");
  const start = optional(() => r.text(0, SNIFF_BYTES), latin1(r.bytes.subarray(0, SNIFF_BYTES)));
  const known = READ.find(({ magic }) => matches(start, magic));
  if (known !== undefined) return known.probe(r);
  const refused = REFUSED.find(([magic]) => matches(start, magic));
  if (refused !== undefined) throw unsupported(`The source looks like ${refused[1]}.`);
  return probeText(r, start);
}

function matches(start: string, magic: string): boolean {
  if (start.length < magic.length) return false;
  for (let i = 0; i < magic.length; i++) {
    if (magic[i] !== "?" && magic[i] !== start[i]) return false;
  }
  return true;
}

const STILLS = ["avif", "heic", "heix", "heim", "heis", "mif1", "mif2", "mif3", "miaf"];
const SEQUENCES = ["avis", "hevc", "hevx", "hevm", "hevs", "msf1"];

/** By the brands in `ftyp` (ISO/IEC 14496-12 section 4.3): a HEIF picture or something else, like a video. */
function probeIsoMedia(r: ByteReader): Facts {
  const ftyp = readBox(r, 0);
  const end = Math.min(ftyp.end, ftyp.start + 4096);
  r.need(end);
  const brands: string[] = [];
  for (let at = ftyp.start; at + 4 <= end; at += 4) {
    // Between the major brand and the compatible ones is the minor version.
    if (at !== ftyp.start + 4) brands.push(r.text(at, 4));
  }
  if (brands.some((brand) => STILLS.includes(brand) || SEQUENCES.includes(brand))) {
    return probeHeif(r, ftyp, brands);
  }
  throw unsupported(
    `The source looks like ISO media of brand \`${printable(brands[0] ?? "")}\`, such as a video.`,
  );
}

/** SVG, or whatever else begins with a tag. A prolog that does not end is `broken_image` where it is XML's. */
function probeText(r: ByteReader, start: string): Facts {
  const text = start
    .replace(/^\xef\xbb\xbf/, "")
    .trimStart()
    .toLowerCase();
  if (!text.startsWith("<") && text !== "") throw unsupported(plainDetail(text));
  if (/^<(!doctype\s+html|html|head|body|script|iframe|title|table|a\s|br|p[\s>])/.test(text)) {
    throw unsupported("The source looks like HTML.");
  }
  const root = optional(() => findXmlRoot(r), undefined);
  if (root === undefined) {
    const xml = /^<(\?xml|!--|!doctype\s+svg|svg)/.test(text);
    throw unsupported(xml ? "The source looks like XML, but no SVG was found in it." : UNKNOWN);
  }
  if (/^([^:]+:)?svg$/.test(root.name)) return probeSvg(r, root);
  const html = root.name.toLowerCase() === "html";
  throw unsupported(
    html ? "The source looks like HTML." : "The source looks like XML that is no SVG.",
  );
}

const UNKNOWN = "The source's first bytes are those of no picture format that we know.";

function plainDetail(text: string): string {
  return /^[\x20-\x7e\s]+$/.test(text) ? "The source looks like plain text." : UNKNOWN;
}

function unsupported(detail: string): PictorError {
  return new PictorError("unsupported_format", { detail });
}
