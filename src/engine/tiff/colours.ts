/** A TIFF's samples to gray, RGB or RGBA. */
import { CMYK, PALETTE, RGB, type TiffLayout, WHITE_IS_ZERO, YCBCR } from "./layout.ts";

/** Writes a row of colours. */
export type ToColours = (samples: Uint8Array, out: Uint8Array) => void;

/** `channels`: of `out`: gray, or red, green, blue, or these with alpha. */
export function toColours(layout: TiffLayout, channels: 1 | 3 | 4): ToColours {
  const colour = colourOf(layout, channels);
  if (channels !== 4) return colour;
  const { samples, width } = layout;
  const alphaAt = coloursOf(layout);
  return (row, out) => {
    colour(row, out);
    for (let x = 0; x < width; x++) out[x * 4 + 3] = row[x * samples + alphaAt]!;
  };
}

/** The extra samples come behind these. */
function coloursOf({ photometric }: TiffLayout): number {
  if (photometric === CMYK) return 4;
  return photometric === RGB || photometric === YCBCR ? 3 : 1;
}

function colourOf(layout: TiffLayout, channels: number): ToColours {
  switch (layout.photometric) {
    case RGB:
      return copied(layout, channels);
    case CMYK:
      return fromInks(layout, channels);
    case YCBCR:
      return fromLuma(layout, channels);
    case PALETTE:
      return fromPalette(layout, channels);
    default:
      return fromGray(layout, channels);
  }
}

function fromGray({ photometric, samples, width }: TiffLayout, channels: number): ToColours {
  const flip = photometric === WHITE_IS_ZERO ? 255 : 0;
  const colours = Math.min(channels, 3);
  return (row, out) => {
    for (let x = 0; x < width; x++)
      for (let c = 0; c < colours; c++) out[x * channels + c] = row[x * samples]! ^ flip;
  };
}

function copied({ samples, width }: TiffLayout, channels: number): ToColours {
  return (row, out) => {
    for (let x = 0, from = 0, to = 0; x < width; x++, from += samples, to += channels) {
      out[to] = row[from]!;
      out[to + 1] = row[from + 1]!;
      out[to + 2] = row[from + 2]!;
    }
  };
}

/** An index without an entry is black. */
function fromPalette({ samples, width, palette }: TiffLayout, channels: number): ToColours {
  return (row, out) => {
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) out[x * channels + c] = palette[row[x * samples]! * 3 + c] ?? 0;
  };
}

/** The plain product of the inks, as for JPEG (docs/limits.md): each lets through what it does not take. */
function fromInks({ samples, width }: TiffLayout, channels: number): ToColours {
  return (row, out) => {
    for (let x = 0; x < width; x++) {
      const light = 255 - row[x * samples + 3]!;
      for (let c = 0; c < 3; c++)
        out[x * channels + c] = Math.round(((255 - row[x * samples + c]!) * light) / 255);
    }
  };
}

/** BT.601 in full range: the defaults of YCbCrCoefficients and ReferenceBlackWhite as writers have it. */
function fromLuma({ width }: TiffLayout, channels: number): ToColours {
  const level = (value: number) => Math.max(0, Math.min(255, Math.round(value)));
  return (row, out) => {
    for (let x = 0; x < width; x++) {
      const luma = row[x * 3]!;
      const blue = row[x * 3 + 1]! - 128;
      const red = row[x * 3 + 2]! - 128;
      out[x * channels] = level(luma + 1.402 * red);
      out[x * channels + 1] = level(luma - 0.344136 * blue - 0.714136 * red);
      out[x * channels + 2] = level(luma + 1.772 * blue);
    }
  };
}
