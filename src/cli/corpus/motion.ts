/** Whether an animation came as it was: its frames, their delays and how often it is played, against what sharp reads. */
import sharp from "sharp";
import type { Pixels, Size } from "./oracle.ts";

interface Motion {
  readonly frames: number;
  /** In milliseconds. */
  readonly delays: readonly number[];
  /** How often it is played; 0 is for ever. */
  readonly plays: number;
}

export interface Moving {
  readonly frames: number;
  /** All frames below each other, as answered and as they should be; absent where sharp reads the first alone. */
  readonly rolls?: readonly [answered: Pixels, wanted: Pixels];
}

const ALL_FRAMES = { animated: true, limitInputPixels: false } as const;

/** Nothing for a source that does not move; a text for what differs. `size`: of the result. */
export async function motionOf(
  file: Uint8Array,
  result: Uint8Array,
  size: Size,
): Promise<Moving | string | undefined> {
  const apng = apngMotion(Buffer.from(file.buffer, file.byteOffset, file.byteLength));
  const wanted = apng ?? (await motionIn(file));
  if (wanted === undefined || wanted.frames < 2) return undefined;
  const { frames } = wanted;
  const found = await motionIn(result);
  const difference = found === undefined ? "it does not move" : differing(found, wanted);
  if (difference !== undefined) return difference;
  if (apng) return { frames };
  return { frames, rolls: [await roll(result, size, frames), await roll(file, size, frames)] };
}

function differing(found: Motion, wanted: Motion): string | undefined {
  if (found.frames !== wanted.frames) return `${found.frames} frames of ${wanted.frames}`;
  if (found.plays !== wanted.plays) return `played ${found.plays} times, not ${wanted.plays}`;
  const at = wanted.delays.findIndex((delay, i) => delay !== found.delays[i]);
  if (at === -1) return undefined;
  return `frame ${at + 1} is shown for ${found.delays[at]} ms, not ${wanted.delays[at]}`;
}

/** Pages of other formats are no frames, or frames that docs/limits.md leaves out. */
const MOVING: ReadonlySet<string | undefined> = new Set(["gif", "webp"]);

async function motionIn(file: Uint8Array): Promise<Motion | undefined> {
  const { format } = await sharp(file, { limitInputPixels: false }).metadata();
  if (!MOVING.has(format)) return undefined;
  const { pages = 1, delay, loop } = await sharp(file, ALL_FRAMES).metadata();
  if (delay === undefined) return undefined;
  return { frames: pages, delays: delay, plays: loop ?? 1 };
}

async function roll(file: Uint8Array, size: Size, frames: number): Promise<Pixels> {
  const { data } = await sharp(file, ALL_FRAMES)
    .resize({ ...size, fit: "fill" })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: size.width, height: size.height * frames };
}

/** PNG third edition, sections 11.3.6.1 and 11.3.6.2; libvips takes an APNG for its still. */
function apngMotion(file: Buffer): Motion | undefined {
  if (file.toString("latin1", 1, 4) !== "PNG") return undefined;
  const delays: number[] = [];
  let plays: number | undefined;
  for (let at = 8; at + 12 <= file.length; at += 12 + file.readUInt32BE(at)) {
    const type = file.toString("latin1", at + 4, at + 8);
    if (type === "acTL") plays = file.readUInt32BE(at + 12);
    if (type === "fcTL") {
      const [part, whole] = [file.readUInt16BE(at + 28), file.readUInt16BE(at + 30)];
      delays.push(Math.round((part * 1000) / (whole || 100)));
    }
  }
  return plays === undefined ? undefined : { frames: delays.length, delays, plays };
}
