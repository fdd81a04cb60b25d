/** What the probe reads from a picture's header, before any pixel is decoded. */
import type { Colours } from "./colour/colours.ts";

export const SOURCE_FORMATS = [
  "jpeg",
  "png",
  "webp",
  "avif",
  "gif",
  "svg",
  "jxl",
  "heic",
  "tiff",
  "bmp",
  "ico",
] as const;
export type SourceFormat = (typeof SOURCE_FORMATS)[number];

/** EXIF orientation (TIFF 6.0 tag 274): 1 upright, 2 mirrored, 3 upside down … 8 turned 90° counter-clockwise. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

export type ColourModel = "gray" | "rgb" | "ycbcr" | "cmyk" | "ycck" | "palette";

/** `unknown`: a profile is embedded that is none of the named ones. Absent means none embedded (sRGB is assumed). */
export type ColourProfile = "srgb" | "display-p3" | "adobe-rgb" | "gray" | "unknown";

/** Chroma for each 2×2 samples of luma, as in JPEG: none, a quarter, half as many columns, all. */
export type Av1Sampling = "400" | "420" | "422" | "444";

/** A picture that is coded in an AVIF: the whole, or a tile of a grid. What decoding it takes memory for. */
export interface CodedFacts {
  /** In px. */
  readonly width: number;
  readonly height: number;
  /** Tiles beside each other in a row of the grid; 1 for the whole picture. */
  readonly across: number;
  readonly bitDepth: number;
  readonly sampling: Av1Sampling;
  /** Frames that depend on each other and are decoded for one picture. */
  readonly layers: number;
}

export interface Facts {
  readonly format: SourceFormat;
  /** Pixels as stored, before orientation. For SVG, the intrinsic size in CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly orientation: Orientation;
  /** Frames counted in the bytes at hand; 1 for a still. At least 1. */
  readonly frames: number;
  readonly animated: boolean;
  /** Of an animation: `frames` are all that there are. */
  readonly allFrames?: boolean;
  /** The picture has an alpha channel or a transparent colour. */
  readonly alpha: boolean;
  /** Bits per sample as stored: 1, 2, 4, 8, 10, 12, 16. */
  readonly bitDepth: number;
  readonly colour: ColourModel;
  readonly profile?: ColourProfile;
  /** The profile's own name (ICC `desc`), at most 100 characters. */
  readonly profileName?: string;
  /** What samples mean, by a profile or code points that have no name of their own here. */
  readonly colours?: Colours;
  /** JPEG: progressive or arithmetic scans need all coefficients in memory. PNG, GIF: interlaced. */
  readonly progressive?: boolean;
  /** JPEG only: entropy coding and process, for what a decoder may lack. */
  readonly jpegProcess?: "baseline" | "extended" | "progressive" | "lossless" | "arithmetic";
  /** JPEG only: horizontal × vertical sampling of chroma, e.g. `420`, `422`, `444`, `440`, `411`, `410`. */
  readonly sampling?: string;
  /** TIFF in tiles only: bytes of one row of them, in 8 bits a sample. */
  readonly tileRowBytes?: number;
  /** AVIF only: what colour is coded as, then what alpha is. Absent if the header does not tell. */
  readonly coded?: readonly CodedFacts[];
}

/** Formats that the engine's own module reads; others come to it as planes that were decoded elsewhere. */
const OWN_FORMATS: ReadonlySet<SourceFormat> = new Set(["jpeg", "png", "webp", "gif"]);

export function comesAsPlanes({ format }: Pick<Facts, "format">): boolean {
  return !OWN_FORMATS.has(format);
}

/**
 * What `probe` answers. `more` asks for at least that many bytes from the start of the file; it is never asked
 * again for fewer than were given.
 */
export type ProbeResult =
  | { readonly kind: "facts"; readonly facts: Facts }
  | { readonly kind: "more"; readonly bytes: number };
