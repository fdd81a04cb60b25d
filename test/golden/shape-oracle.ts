/** What becomes of a picture's shape and surroundings: turns, margins, corners, blocks. By sharp, or plainly. */
import { fromSharp, inSharp, type Picture, paint } from "./picture.ts";

export function turned(picture: Picture, degrees: number): Promise<Picture> {
  return fromSharp(inSharp(picture).rotate(degrees));
}

/** `flip` as the parameter has it: any of `h` and `v`. */
export function mirrored(picture: Picture, flip: string): Promise<Picture> {
  return fromSharp(inSharp(picture).flop(flip.includes("h")).flip(flip.includes("v")));
}

export function margined(
  picture: Picture,
  [top = 0, right = 0, bottom = 0, left = 0]: readonly number[],
  background: string,
): Promise<Picture> {
  return fromSharp(inSharp(picture).extend({ top, right, bottom, left, background }));
}

export const extended = (picture: Picture, px: number, background: string): Promise<Picture> =>
  margined(picture, [px, px, px, px], background);

/** What an SVG's shape covers, by librsvg. */
export async function cutOut(picture: Picture, shape: string): Promise<Picture> {
  const { width, height } = picture;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shape}</svg>`;
  return fromSharp(inSharp(picture).composite([{ input: Buffer.from(svg), blend: "dest-in" }]));
}

export const rounded = (picture: Picture, radius: number): Promise<Picture> =>
  cutOut(picture, `<rect width="100%" height="100%" rx="${radius}" ry="${radius}"/>`);

/** Every pixel as the mean of its block, premultiplied; blocks start at the top left. */
export function blocks(picture: Picture, side: number): Picture {
  const means = new Map<string, ReturnType<typeof meanAt>>();
  return paint(picture.width, picture.height, (x, y) => {
    const [left, top] = [x - (x % side), y - (y % side)];
    const mean = means.get(`${left},${top}`) ?? meanAt(picture, left, top, side);
    means.set(`${left},${top}`, mean);
    return mean;
  });
}

function meanAt({ width, height, data }: Picture, left: number, top: number, side: number) {
  const sum = [0, 0, 0, 0];
  const [right, bottom] = [Math.min(width, left + side), Math.min(height, top + side)];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const [r, g, b, a] = [...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)];
      [r!, g!, b!].forEach((level, c) => {
        sum[c]! += level * a!;
      });
      sum[3]! += a!;
    }
  }
  const [r, g, b] = sum.map((value) => (sum[3] === 0 ? 0 : value / sum[3]!));
  return [r!, g!, b!, sum[3]! / ((right - left) * (bottom - top))] as const;
}
