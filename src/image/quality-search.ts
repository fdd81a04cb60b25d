/**
 * The best quality whose file is short enough, in few encodes: each costs as much as the picture itself. Like imgproxy's
 * `max_bytes`, it never goes below quality 10, and what is too long even then is given nevertheless.
 */

/** Most encodes of one picture. */
export const MOST_ENCODES = 5;
/** Where imgproxy gives up, too: below it, JPEG falls apart into blocks and saves little more. */
export const LOWEST_QUALITY = 10;

/** What is near enough to the limit that another encode would not show. */
const NEAR_ENOUGH = 0.97;
/** Aimed at a little below the limit: a guess that is too long by a byte is worth nothing. */
const AIM = 0.985;
/** ln(bytes) a step of quality, between 10 and 90 in JPEG, WebP and AVIF of photos: the first guess, no more. */
const USUAL_SLOPE = 0.025;

export interface Fitted<Made> {
  readonly made: Made;
  readonly quality: number;
  readonly encodes: number;
  /** False: it is too long even in the lowest quality, in which it is. */
  readonly fits: boolean;
}

interface Tried {
  readonly quality: number;
  readonly size: number;
}

/**
 * `encode` with `highest` quality at first, and at most four times more. If bytes never grow with less quality, the
 * result fits whenever the lowest quality does.
 */
export async function fitted<Made extends { readonly bytes: Uint8Array }>(
  encode: (quality: number) => Promise<Made>,
  highest: number,
  maxBytes: number,
): Promise<Fitted<Made>> {
  const lowest = Math.min(highest, LOWEST_QUALITY);
  let over: Tried | undefined;
  let before: Tried | undefined;
  let best: (Tried & { readonly made: Made }) | undefined;
  let quality = highest;
  for (let encodes = 1; ; encodes++) {
    const made = await encode(quality);
    const tried = { quality, size: made.bytes.length };
    if (tried.size <= maxBytes) {
      best = { ...tried, made };
      if (quality === highest || tried.size >= maxBytes * NEAR_ENOUGH) {
        return { made, quality, encodes, fits: true };
      }
    } else {
      before = over;
      over = tried;
      if (quality === lowest) return { made, quality, encodes, fits: false };
    }
    // Something was too long by now, else it would have been good enough at once.
    const next = nextQuality(over!, before, best, {
      lowest,
      maxBytes,
      isLast: encodes + 1 === MOST_ENCODES,
    });
    if (best && (next === undefined || encodes === MOST_ENCODES)) {
      return { made: best.made, quality: best.quality, encodes, fits: true };
    }
    quality = next ?? lowest;
  }
}

interface Bounds {
  readonly lowest: number;
  readonly maxBytes: number;
  readonly isLast: boolean;
}

/** Strictly between what is too long and what fits; `undefined` where nothing is. The last one is the surest. */
function nextQuality(
  over: Tried,
  before: Tried | undefined,
  best: Tried | undefined,
  { lowest, maxBytes, isLast }: Bounds,
): number | undefined {
  const least = best === undefined ? lowest : best.quality + 1;
  const most = over.quality - 1;
  if (least > most) return undefined;
  if (best === undefined && isLast) return lowest;
  const known = best ?? before;
  const slope = known === undefined ? USUAL_SLOPE : slopeOf(known, over);
  const guess = over.quality - Math.log(over.size / (maxBytes * AIM)) / slope;
  return Math.min(most, Math.max(least, Math.floor(guess)));
}

function slopeOf(a: Tried, b: Tried): number {
  const slope = Math.log(a.size / b.size) / (a.quality - b.quality);
  // Sizes that do not grow with quality tell nothing.
  return slope > 0.001 ? slope : USUAL_SLOPE;
}
