import type { ColourModel, Facts, SourceFormat } from "../facts.ts";
import { broken } from "./reader.ts";

/** Longest side that is believed, in px: beyond what any encoder of these formats writes. */
export const MAX_SIDE = 2 ** 24;

/** Most frames that a header's own count is believed for. */
export const MAX_DECLARED_FRAMES = 65_535;

/** What every format states; the rest has a default: upright, one frame, opaque, 8 bits. */
export type KnownFacts = Partial<Facts> & {
  readonly format: SourceFormat;
  readonly width: number;
  readonly height: number;
  readonly colour: ColourModel;
};

/** Completes the facts. Throws `broken_image` for sides that are zero or absurd. */
export function factsOf(known: KnownFacts): Facts {
  assertSize(known.width, known.height);
  const frames = Math.max(1, Math.min(known.frames ?? 1, MAX_DECLARED_FRAMES));
  return {
    orientation: 1,
    animated: frames > 1,
    alpha: false,
    bitDepth: 8,
    ...known,
    frames,
  };
}

function assertSize(width: number, height: number): void {
  const sound = (side: number) => Number.isInteger(side) && side >= 1 && side <= MAX_SIDE;
  if (sound(width) && sound(height)) return;
  throw broken(`The header says that the picture has ${width}×${height} pixels.`);
}
