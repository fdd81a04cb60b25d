/** Whether a 200 is the picture that was asked for: its type, its size, and what is on it. */
import { coloursOf } from "../../image/colour/colours.ts";
import { probe } from "../../image/probe/index.ts";
import type { Answer } from "./ask.ts";
import type { Entry } from "./manifest.ts";
import { motionOf } from "./motion.ts";
import {
  decoded,
  manifestSize,
  type Pixels,
  psnr,
  type Reading,
  readSource,
  reference,
  type Size,
  type Source,
  scaledDown,
  throughWebp,
} from "./oracle.ts";
import { type Verdict, wrong } from "./verdict.ts";

/** What every file is asked for. */
export const WIDTH = 200;
export const QUERY = `w=${WIDTH}&format=webp`;

/**
 * An answer looks right when its PSNR against sharp's own result is at least `ENOUGH_DB`, or no more than
 * `MARGIN_DB` below what libwebp alone does to sharp's result: noise, and saturated colours at WebP's halved chroma,
 * cost more than 10 dB of that.
 */
export const ENOUGH_DB = 32;
export const MARGIN_DB = 3;

/** Of resvg's own suite. */
const DRAWN_OTHERWISE = [
  "feComposite-operator=arithmetic-with-some-k1-4",
  "feConvolveMatrix-order=0",
  "feFlood-complex-transform",
  "feFlood-seagreen",
  "fePointLight-complex-transform",
  "filter-functions-hue-rotate-function-45deg",
  "filter-some-attributes-via-xlink-href",
  "pattern-patternUnits=objectBoundingBox",
  "radialGradient-zero-r",
].map((name) => `svg/resvg__${name}.svg`);

/** Files of which sharp makes another picture than browsers do; their size alone is judged. */
const NOT_COMPARED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["avif/libavif__abc_color_irot_alpha_NOirot.avif", "avif/libavif__clop_irot_imor.avif"].map(
      (path) => [path, "alpha without a turn of its own: turned with the picture, as in browsers"],
    ),
  ),
  ...Object.fromEntries(
    DRAWN_OTHERWISE.map((path) => [path, "drawn otherwise by librsvg than by resvg: size alone"]),
  ),
};

/** Drawings are made without fonts (docs/limits.md); sharp has those of the machine. */
const WITHOUT_TEXT = "SVG without its text: size alone";
const isText = ({ category, features }: Entry) => category === "svg" && /\btext\b/.test(features);

/** CMYK or YCCK. */
export const isCmyk = ({ features }: Entry) => /\b4-component\b/.test(features);

export async function judgeLook(entry: Entry, file: Uint8Array, answer: Answer): Promise<Verdict> {
  if (answer.contentType !== "image/webp") return wrong(`200 of type ${answer.contentType}`);
  const result = await decodedOrReason(answer.body);
  if (typeof result === "string") return wrong(`200, but sharp: ${result}`);
  const source = await readSource(file);
  const size = scaledDown(source?.upright ?? manifestSize(entry), WIDTH);
  if (result.width !== size.width || result.height !== size.height) {
    return wrong(`${result.width} × ${result.height}, expected ${size.width} × ${size.height}`);
  }
  if (!source) return { outcome: "ok", note: "sharp cannot read the source: size alone" };
  const ours = isText(entry) ? WITHOUT_TEXT : undefined;
  const note = NOT_COMPARED[entry.path] ?? ours ?? notOfSharp(file, source);
  if (note !== undefined) return { outcome: "ok", note };
  const verdict = await compare(entry, file, result, source);
  return verdict.outcome === "ok" ? moving(verdict, file, answer.body, size) : verdict;
}

/** The first frame was found right. */
async function moving(
  verdict: Verdict,
  file: Uint8Array,
  answer: Uint8Array,
  size: Size,
): Promise<Verdict> {
  const motion = await motionOf(file, answer, size);
  if (motion === undefined) return verdict;
  if (typeof motion === "string") return wrong(motion);
  const { frames, rolls } = motion;
  if (!rolls) return { ...verdict, frames };
  const found = await likenessOf(...rolls);
  if (!found.isEnough) return wrong(`${textOf(found)}, over ${frames} frames`);
  return { ...verdict, frames, db: found.db };
}

/** Colours that a file has by code points or chromaticities, which libvips does not look at. */
function notOfSharp(file: Uint8Array, { embedsProfile }: Source): string | undefined {
  const result = probe(file, true);
  if (embedsProfile || result.kind !== "facts" || coloursOf(result.facts) === undefined)
    return undefined;
  return "colours by code points, which sharp leaves: size alone";
}

export async function decodedOrReason(file: Uint8Array): Promise<Pixels | string> {
  return decoded(file).catch((error: unknown) => (error as Error).message);
}

async function compare(
  entry: Entry,
  file: Uint8Array,
  result: Pixels,
  { embedsProfile }: Source,
): Promise<Verdict> {
  const readings =
    isCmyk(entry) && !embedsProfile ? [{ plainInks: true }] : [{}, ...otherReadings(entry)];
  let first: Likeness | undefined;
  for (const { note, ...reading } of readings as Alternative[]) {
    const found = await likeness(file, result, reading);
    if (found?.isEnough) {
      const outcome = reading.plainInks ? "cmyk" : "ok";
      return { outcome, db: found.db, ...(note === undefined ? {} : { note }) };
    }
    first ??= found;
  }
  if (!first) return { outcome: "ok", note: "sharp cannot decode the source: size alone" };
  return wrong(textOf(first));
}

interface Alternative extends Reading {
  readonly note?: string;
}

/** Where more than one result is right, or sharp's is not. */
function otherReadings({ path, features }: Entry): Alternative[] {
  const readings: Alternative[] = [];
  const limitedRange = /^\d+-bit mono profile/.test(features);
  if (path.includes("alpha-limited")) {
    const note = "AVIF's alpha of limited range: sharp leaves it";
    readings.push({ limitedRange, limitedAlpha: true, note });
  } else if (limitedRange) {
    readings.push({ limitedRange, note: "monochrome AVIF: sharp leaves its limited range" });
  }
  return readings;
}

interface Likeness {
  readonly db: number;
  readonly least: number;
  readonly isEnough: boolean;
}

const textOf = ({ db, least }: Likeness) =>
  `PSNR ${db.toFixed(1)} dB, expected ${least.toFixed(1)} dB`;

async function likeness(
  file: Uint8Array,
  result: Pixels,
  reading: Reading,
): Promise<Likeness | undefined> {
  const wanted = await reference(file, result, reading);
  return wanted && likenessOf(result, wanted);
}

async function likenessOf(result: Pixels, wanted: Pixels): Promise<Likeness> {
  const db = psnr(result, wanted);
  if (db >= ENOUGH_DB) return { db, least: ENOUGH_DB, isEnough: true };
  const least = Math.min(ENOUGH_DB, psnr(await throughWebp(wanted), wanted) - MARGIN_DB);
  return { db, least, isEnough: db >= least };
}
