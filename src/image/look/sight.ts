/** What was seen in a picture, once for all sizes and shapes that are cut from it; small enough to be kept beside it. */
import type { Raster } from "../raster.ts";
import { type Face, type FaceNetwork, findFaces } from "./faces.ts";
import { type Saliency, saliencyOf } from "./saliency.ts";

export interface Sight {
  /** Best first. */
  readonly faces: readonly Face[];
  readonly saliency: Saliency;
}

/** Changes whenever another sight may be had of the same picture: the network, its threshold, what is salient. */
export const SIGHT_VERSION = "blazeface-back-1";

/** Longest side of the copy that is looked at, in px: always the same, so that a sight does not depend on who asked. */
export const SIGHT_SIDE = 1024;

/** `network`: absent in a deployment without it; then no face is found. */
export async function see(raster: Raster, network: FaceNetwork | undefined): Promise<Sight> {
  const faces = network ? await findFaces(raster, network) : [];
  return { faces, saliency: saliencyOf(raster) };
}

export function printSight({ faces, saliency }: Sight): string {
  const { columns, rows, cells } = saliency;
  const printed = faces.map(({ x, y, width, height, score }) => [x, y, width, height, score]);
  const hex = Array.from(cells, (cell) => cell.toString(16).padStart(2, "0")).join("");
  return JSON.stringify({ faces: printed, columns, rows, cells: hex });
}

/** Nothing for what `printSight` cannot have written. */
export function readSight(text: string): Sight | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { faces, columns, rows, cells } = (parsed ?? {}) as Readonly<Record<string, unknown>>;
  if (!isSide(columns) || !isSide(rows) || typeof cells !== "string" || !Array.isArray(faces)) {
    return undefined;
  }
  if (cells.length !== columns * rows * 2 || !/^[0-9a-f]*$/.test(cells)) return undefined;
  const read = faces.map(readFace);
  if (read.some((face) => face === undefined)) return undefined;
  const levels = Uint8Array.from({ length: columns * rows }, (_, i) =>
    Number.parseInt(cells.slice(2 * i, 2 * i + 2), 16),
  );
  return { faces: read as Face[], saliency: { columns, rows, cells: levels } };
}

function isSide(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= 64;
}

function readFace(numbers: unknown): Face | undefined {
  if (!Array.isArray(numbers) || numbers.length !== 5) return undefined;
  if (!numbers.every((n) => typeof n === "number" && n >= 0 && n <= 1)) return undefined;
  const [x, y, width, height, score] = numbers as [number, number, number, number, number];
  return width > 0 && height > 0 ? { x, y, width, height, score } : undefined;
}
