/** What of XMP is kept: namespaces with the prefixes that they are written under, and what of them is not. */
import type { MetadataWish } from "./blocks.ts";

export const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
export const XML = "http://www.w3.org/XML/1998/namespace";
const DC = "http://purl.org/dc/elements/1.1/";
const XMP = "http://ns.adobe.com/xap/1.0/";
const RIGHTS = "http://ns.adobe.com/xap/1.0/rights/";
const PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/";
const IPTC_CORE = "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/";
const IPTC_EXT = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
const PLUS = "http://ns.useplus.org/ldf/xmp/1.0/";
const CC = "http://creativecommons.org/ns#";
const TIFF = "http://ns.adobe.com/tiff/1.0/";
const EXIF = "http://ns.adobe.com/exif/1.0/";

/** A namespace that is not here is dropped: it may hold anything (histories, previews, gain maps, depth, regions). */
export const PREFIXES: Readonly<Record<string, string>> = {
  [DC]: "dc",
  [XMP]: "xmp",
  [RIGHTS]: "xmpRights",
  [PHOTOSHOP]: "photoshop",
  [IPTC_CORE]: "Iptc4xmpCore",
  [IPTC_EXT]: "Iptc4xmpExt",
  [PLUS]: "plus",
  [CC]: "cc",
  [TIFF]: "tiff",
  [EXIF]: "exif",
  "http://cipa.jp/exif/1.0/": "exifEX",
  "http://ns.adobe.com/exif/1.0/aux/": "aux",
  "http://ns.adobe.com/lightroom/1.0/": "lr",
};

/** Namespaces that speak of rights alone. */
const RIGHTS_NAMESPACES: ReadonlySet<string> = new Set([RIGHTS, PLUS, CC]);
const RIGHTS_NAMES: Readonly<Record<string, ReadonlySet<string>>> = {
  [DC]: new Set(["rights", "creator"]),
  [PHOTOSHOP]: new Set(["Credit"]),
};

/** Coordinates, names of places, and addresses: those of who took a picture or sells it are often where it was taken. */
const PLACES: Readonly<Record<string, ReadonlySet<string>>> = {
  [DC]: new Set(["coverage"]),
  [PHOTOSHOP]: new Set(["City", "State", "Country"]),
  [IPTC_CORE]: new Set([
    ...["Location", "CountryCode"],
    ...["CiAdrExtadr", "CiAdrCity", "CiAdrRegion", "CiAdrPcode", "CiAdrCtry"],
  ]),
  [IPTC_EXT]: new Set([
    ...["LocationCreated", "LocationShown", "LocationId", "LocationName", "Sublocation", "City"],
    ...["ProvinceState", "CountryName", "CountryCode", "WorldRegion"],
  ]),
  [PLUS]: new Set([
    ...["LicensorStreetAddress", "LicensorExtendedAddress", "LicensorCity", "LicensorRegion"],
    ...["LicensorPostalCode", "LicensorCountry"],
  ]),
};

/** What only the stored pixels and this one file had, or what is no text. */
const OF_THE_FILE: Readonly<Record<string, ReadonlySet<string>>> = {
  [XMP]: new Set(["Thumbnails", "PageInfo"]),
  [PHOTOSHOP]: new Set([
    ...["History", "DocumentAncestors", "TextLayers", "SidecarForExtension", "ICCProfile"],
    "ColorMode",
  ]),
  [IPTC_EXT]: new Set(["ImageRegion"]),
  [EXIF]: new Set([
    ...["PixelXDimension", "PixelYDimension", "ColorSpace", "ComponentsConfiguration"],
    ...["CompressedBitsPerPixel", "SubjectArea", "SubjectLocation", "CFAPattern", "MakerNote"],
    ...["NativeDigest", "InteroperabilityIndex", "FocalPlaneXResolution", "FocalPlaneYResolution"],
  ]),
};

/** The rest of `tiff:` describes stored pixels; its orientation is none of the result's. */
const OF_TIFF: ReadonlySet<string> = new Set([
  ...["Make", "Model", "Artist", "Copyright", "Software", "DateTime", "ImageDescription"],
]);

function has(
  table: Readonly<Record<string, ReadonlySet<string>>>,
  uri: string,
  local: string,
): boolean {
  return Object.hasOwn(table, uri) && table[uri]!.has(local);
}

function isPlace(uri: string, local: string): boolean {
  return (uri === EXIF && local.startsWith("GPS")) || has(PLACES, uri, local);
}

/** Whether an element or attribute may be there at all, at whatever depth. */
export function isKeptName(uri: string, local: string, wish: MetadataWish): boolean {
  if (!Object.hasOwn(PREFIXES, uri) || has(OF_THE_FILE, uri, local)) return false;
  if (uri === TIFF && !OF_TIFF.has(local)) return false;
  return wish === "keep-gps" || !isPlace(uri, local);
}

/** Whether it is kept as a property of the picture. */
export function isKeptProperty(uri: string, local: string, wish: MetadataWish): boolean {
  if (!isKeptName(uri, local, wish)) return false;
  return wish !== "copyright" || RIGHTS_NAMESPACES.has(uri) || has(RIGHTS_NAMES, uri, local);
}
