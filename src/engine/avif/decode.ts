/** Decodes an AVIF to planes of 8 bits, a band at a time. */
import type { Av1Sampling, Facts } from "../../image/facts.ts";
import { BAND_ROWS } from "../../image/planes.ts";
import { broken } from "../../image/probe/reader.ts";
import type { Decode } from "../decoded.ts";
import { type Av1Layout, createAv1Decoder } from "./av1.ts";
import type { Nclx } from "./nclx.ts";
import { type AvifPictures, readPictures } from "./pictures.ts";
import { TileRows } from "./tile-rows.ts";

export interface AvifLayout {
  readonly width: number;
  readonly height: number;
  readonly subsampling: Av1Sampling;
  /** MatrixCoefficients of ITU-T H.273; unspecified (2) is BT.601 (6), as in libavif. */
  readonly matrix: number;
  readonly fullRange: boolean;
  readonly alpha: boolean;
  /** The colours are multiplied with alpha already. */
  readonly premultiplied: boolean;
}

export interface DecodedAvif {
  readonly layout: AvifLayout;
  /**
   * The whole picture from top to bottom, as stored (neither turned nor converted), once. A band has 16 rows of luma
   * (the last one fewer): tight rows of Y, then of Cb, then of Cr (sides rounded up), then of alpha, which has full
   * range. Valid until the next one is asked for. Throws PictorError like `decodeAvif`.
   */
  bands(): Iterable<Uint8Array>;
}

/**
 * `limit`: bytes of memory that the decoder gets, as `avifDecoderBytes` says. Decodes the first tiles at once.
 * @throws PictorError `broken_image`; `unsupported_format`; `picture_too_large` when the memory does not suffice;
 *   `over_capacity` when there is none to be had
 */
export type DecodeAvif = (file: Uint8Array, facts: Facts, limit: number) => DecodedAvif;

/** `module`: `wasm/avif-decoder`, compiled. Each file gets an instance of its own. */
export function createAvifDecoder(module: WebAssembly.Module): DecodeAvif {
  return (file, facts, limit) => {
    const pictures = readPictures(file, facts);
    assertSize(pictures, facts);
    const decoder = createAv1Decoder(module, limit);
    const colour = new TileRows(decoder, pictures.colour, { stretch: false });
    const alpha = pictures.alpha && new TileRows(decoder, pictures.alpha, { stretch: true });
    const layout = layoutOf(pictures, colour.layout);
    return { layout, bands: () => bandsOf(layout, colour, alpha) };
  };
}

/** The same, as the engine asks for it. */
export function avifDecoding(module: WebAssembly.Module): Decode {
  const decode = createAvifDecoder(module);
  return (file, { source }, limit) => decode(file, source, limit);
}

/** What was planned with must be what is decoded. */
function assertSize({ colour, alpha }: AvifPictures, facts: Facts): void {
  if (colour.width !== facts.width || colour.height !== facts.height) {
    throw broken("The AVIF's picture has another size than its header says.");
  }
  if (alpha !== undefined && (alpha.width !== colour.width || alpha.height !== colour.height)) {
    throw broken("The AVIF's alpha has another size than its picture.");
  }
}

const UNSPECIFIED = 2;
const BT601 = 6;
const IDENTITY = 0;

/** The container's `nclx` wins over the sequence header (MIAF section 7.3.6.4). */
function layoutOf(
  { colour, alpha, premultiplied, nclx }: AvifPictures,
  coded: Av1Layout,
): AvifLayout {
  const { matrix, fullRange }: Nclx = nclx ?? {
    matrix: coded.matrix,
    fullRange: coded.full_range === 1,
  };
  const subsampling = samplingOf(coded);
  if (matrix === IDENTITY && (subsampling === "420" || subsampling === "422")) {
    throw broken("The AVIF's planes are RGB, but of different sizes.");
  }
  return {
    width: colour.width,
    height: colour.height,
    subsampling,
    matrix: matrix === UNSPECIFIED ? BT601 : matrix,
    fullRange,
    alpha: alpha !== undefined,
    premultiplied,
  };
}

function samplingOf({ monochrome, subsampling_x, subsampling_y }: Av1Layout): Av1Sampling {
  if (monochrome === 1) return "400";
  if (subsampling_x === 0) return "444";
  return subsampling_y === 0 ? "422" : "420";
}

/** A plane of a band, and where its rows come from. */
interface BandPlane {
  readonly from: TileRows;
  readonly plane: number;
  readonly columns: number;
  readonly ss_y: number;
}

function planesOf({ width, alpha }: AvifLayout, colour: TileRows, alphas?: TileRows): BandPlane[] {
  const { monochrome, subsampling_x, subsampling_y: ss_y } = colour.layout;
  const columns = (width + subsampling_x) >> subsampling_x;
  const chroma = (monochrome === 1 ? [] : [1, 2]).map((plane) => ({
    from: colour,
    plane,
    columns,
    ss_y,
  }));
  const luma = { from: colour, plane: 0, columns: width, ss_y: 0 };
  return [luma, ...chroma, ...(alphas && alpha ? [{ ...luma, from: alphas }] : [])];
}

function* bandsOf(
  layout: AvifLayout,
  colour: TileRows,
  alpha: TileRows | undefined,
): Generator<Uint8Array> {
  const { width, height } = layout;
  const planes = planesOf(layout, colour, alpha);
  const buffer = new Uint8Array(planes.length * width * Math.min(BAND_ROWS, height));
  for (let first = 0; first < height; first += BAND_ROWS) {
    const end = Math.min(first + BAND_ROWS, height);
    let at = 0;
    const placed = planes.map((plane) => {
      const from = at;
      at += plane.columns * (((end + plane.ss_y) >> plane.ss_y) - (first >> plane.ss_y));
      return { ...plane, at: from };
    });
    for (const from of alpha ? [colour, alpha] : [colour]) {
      fillBand(
        buffer,
        from,
        placed.filter((plane) => plane.from === from),
        first,
        end,
      );
    }
    yield buffer.subarray(0, at);
  }
}

/** All planes as far as one row of tiles goes, then those of the next row. */
function fillBand(
  bytes: Uint8Array,
  from: TileRows,
  planes: readonly (BandPlane & { readonly at: number })[],
  first: number,
  end: number,
): void {
  for (let y = first; y < end; ) {
    const stop = Math.min(end, from.tileEnd(y));
    for (const { plane, columns, ss_y, at } of planes) {
      const row = y >> ss_y;
      const place = at + (row - (first >> ss_y)) * columns;
      const count = ((stop + ss_y) >> ss_y) - row;
      from.copy(plane, row, count, { bytes, at: place, width: columns });
    }
    y = stop;
  }
}
