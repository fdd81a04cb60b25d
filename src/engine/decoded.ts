/** Pictures that come from elsewhere than the engine's own module: bands of planes, as its `source_raw.c` takes them. */
import type { Facts } from "../image/facts.ts";
import type { Plan } from "../image/job.ts";
import { BAND_ROWS, type PlaneLayout } from "../image/planes.ts";

export interface Decoded {
  readonly layout: PlaneLayout;
  /**
   * The whole picture from top to bottom, as stored (not turned), once: tight rows of each plane, one plane after the
   * other. A band is valid until the next one is asked for. Throws PictorError like `Decode`.
   */
  bands(): Iterable<Uint8Array>;
}

/**
 * Decodes a whole file to what its plan says of the source. `limit`: bytes of memory that it may take.
 * @throws PictorError `broken_image`; `unsupported_format`; `picture_too_large` when the memory does not suffice;
 *   `over_capacity` when there is none to be had
 */
export type Decode = (file: Uint8Array, plan: Plan, limit: number) => Decoded | Promise<Decoded>;

/** Interleaved 8-bit samples of one picture, a row at a time, from top to bottom. */
export interface Rows {
  readonly width: number;
  readonly height: number;
  /** Samples of a pixel: gray, or red, green, blue, or these with alpha. */
  readonly channels: 1 | 3 | 4;
  /** The colours are multiplied by alpha. */
  readonly premultiplied: boolean;
  /** Each has `width` pixels, and is valid until the next one is asked for. */
  rows(): Iterable<Uint8Array>;
}

/** What a picture with these facts comes as: what it was planned and priced with. */
export function channelsOf({ alpha, colour }: Facts): Rows["channels"] {
  if (alpha) return 4;
  return colour === "gray" ? 1 : 3;
}

/** Matrix 0 of ITU-T H.273: the planes are green, blue and red. */
const IDENTITY = 0;
/** Gray has no chroma that a matrix could be for. */
const BT601 = 6;
/** Where each plane's samples are in a pixel. */
const PLANES = { 1: [0], 3: [1, 2, 0], 4: [1, 2, 0, 3] } as const;

/** Rows of whole pixels as bands of planes. */
export function decodedRows(picture: Rows): Decoded {
  const { channels, premultiplied } = picture;
  return {
    layout: {
      subsampling: channels === 1 ? "400" : "444",
      matrix: channels === 1 ? BT601 : IDENTITY,
      fullRange: true,
      alpha: channels === 4,
      premultiplied,
    },
    bands: () => bandsOf(picture),
  };
}

function* bandsOf({ width, height, channels, rows }: Rows): Generator<Uint8Array> {
  const samples = PLANES[channels];
  const buffer = new Uint8Array(width * channels * Math.min(BAND_ROWS, height));
  let row = 0;
  for (const pixels of rows()) {
    const first = row - (row % BAND_ROWS);
    const count = Math.min(BAND_ROWS, height - first);
    samples.forEach((sample, plane) => {
      const at = (plane * count + (row - first)) * width;
      for (let x = 0, from = sample; x < width; x++, from += channels)
        buffer[at + x] = pixels[from]!;
    });
    row++;
    if (row === first + count) yield buffer.subarray(0, width * channels * count);
  }
}
