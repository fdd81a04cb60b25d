/**
 * Faces: a picture → the pixels that the network of `wasm/faces` takes, and what it answers → boxes. The network is
 * MediaPipe's BlazeFace for 256×256 pixels; anchors and decoding are those of MediaPipe's
 * `face_detection_back` graph (SsdAnchorsCalculator, TensorsToDetectionsCalculator, NonMaxSuppressionCalculator).
 */
import type { Rect } from "../job.ts";
import type { Raster } from "../raster.ts";
import { scaledRgb } from "./scaled.ts";

/** In parts of the picture. `score`: 0–1. */
export interface Face extends Rect {
  readonly score: number;
}

/** Runs the network: `NETWORK_SIDE`² pixels of RGBA → its `OUTPUT_FLOATS` numbers. */
export type FaceNetwork = (pixels: Uint8Array) => Promise<Float32Array>;

export const NETWORK_SIDE = 256;

/** Of the maps of 16×16 and 8×8 places: boxes a place, and numbers a place (16 a box, 1 score, up to four more). */
const MAPS = [
  { side: 16, anchors: 2, floats: 36 },
  { side: 8, anchors: 6, floats: 104 },
] as const;
export const OUTPUT_FLOATS = 16 * 16 * 36 + 8 * 8 * 104;
const BOX_FLOATS = 16;

/** Less is not called a face. MediaPipe has 0.65 for this network, at which a cup of coffee is one (docs/crops.md). */
const LEAST_SCORE = 0.72;
/** Boxes that share more than this of their union are one face (MediaPipe's `min_suppression_threshold`). */
const SAME_FACE = 0.3;
/** Largest faces that are kept, so that what is stored is bounded. */
const MOST_FACES = 32;

/** Faces, best first. */
export async function findFaces(raster: Raster, network: FaceNetwork): Promise<readonly Face[]> {
  const place = letterbox(raster);
  const output = await network(pixelsOf(raster, place));
  return merged(boxesOf(output))
    .slice(0, MOST_FACES)
    .flatMap((face) => within(fromLetterbox(face, place)));
}

/** Where the picture lies in the middle of the network's square, in px. */
function letterbox({ width, height }: { width: number; height: number }): Rect {
  const scale = NETWORK_SIDE / Math.max(width, height);
  const inner = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
  return {
    x: Math.floor((NETWORK_SIDE - inner.width) / 2),
    y: Math.floor((NETWORK_SIDE - inner.height) / 2),
    ...inner,
  };
}

/** Black around the picture, as in MediaPipe. */
export function pixelsOf(raster: Raster, { x, y, width, height }: Rect): Uint8Array {
  const rgb = scaledRgb(raster, width, height);
  const pixels = new Uint8Array(NETWORK_SIDE * NETWORK_SIDE * 4);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = (row * width + column) * 3;
      const to = ((y + row) * NETWORK_SIDE + x + column) * 4;
      for (let c = 0; c < 3; c++) pixels[to + c] = Math.round(rgb[from + c]!);
    }
  }
  return pixels;
}

/** Boxes with a score, in parts of the square; anchors are the middles of the places, and have no size. */
function boxesOf(output: Float32Array): readonly Face[] {
  const boxes: Face[] = [];
  let at = 0;
  for (const { side, anchors, floats } of MAPS) {
    for (let place = 0; place < side * side; place++, at += floats) {
      for (let anchor = 0; anchor < anchors; anchor++) {
        const score = sigmoid(output[at + anchors * BOX_FLOATS + anchor]!);
        if (!(score >= LEAST_SCORE)) continue;
        const box = output.subarray(at + anchor * BOX_FLOATS);
        const [x, y, width, height] = [0, 1, 2, 3].map((i) => box[i]! / NETWORK_SIDE);
        const middle = {
          x: ((place % side) + 0.5) / side,
          y: (Math.floor(place / side) + 0.5) / side,
        };
        if (!(width! > 0 && height! > 0 && width! <= 2 && height! <= 2)) continue;
        boxes.push({
          x: middle.x + x! - width! / 2,
          y: middle.y + y! - height! / 2,
          width: width!,
          height: height!,
          score,
        });
      }
    }
  }
  return boxes;
}

/** MediaPipe clips at ±100, so that the exponential is finite. */
function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-Math.min(100, Math.max(-100, logit))));
}

/** Boxes of one face become their mean, weighted by score (weighted non-maximum suppression). */
function merged(boxes: readonly Face[]): readonly Face[] {
  let rest = [...boxes].sort((a, b) => b.score - a.score);
  const faces: Face[] = [];
  for (let best = rest[0]; best; best = rest[0]) {
    const first = best;
    const same = rest.filter((box) => box === first || overlap(box, first) > SAME_FACE);
    rest = rest.filter((box) => !same.includes(box));
    faces.push({ ...meanOf(same), score: first.score });
  }
  return faces;
}

function meanOf(boxes: readonly Face[]): Rect {
  const total = boxes.reduce((sum, { score }) => sum + score, 0);
  const mean = (side: keyof Rect) =>
    boxes.reduce((sum, box) => sum + box[side] * box.score, 0) / total;
  return { x: mean("x"), y: mean("y"), width: mean("width"), height: mean("height") };
}

/** Intersection over union. */
export function overlap(a: Rect, b: Rect): number {
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  const both = Math.max(0, across) * Math.max(0, down);
  return both / (a.width * a.height + b.width * b.height - both);
}

function fromLetterbox(face: Face, place: Rect): Face {
  return {
    x: (face.x * NETWORK_SIDE - place.x) / place.width,
    y: (face.y * NETWORK_SIDE - place.y) / place.height,
    width: (face.width * NETWORK_SIDE) / place.width,
    height: (face.height * NETWORK_SIDE) / place.height,
    score: face.score,
  };
}

/** What of it lies inside the picture; nothing, where it lies outside. To four places, as it is stored. */
function within(face: Face): readonly Face[] {
  const round = (part: number) => Math.round(Math.min(1, Math.max(0, part)) * 10_000) / 10_000;
  const [x, y] = [round(face.x), round(face.y)];
  const [right, bottom] = [round(face.x + face.width), round(face.y + face.height)];
  const [width, height] = [round(right - x), round(bottom - y)];
  return width > 0 && height > 0 ? [{ x, y, width, height, score: round(face.score) }] : [];
}
