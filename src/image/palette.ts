/**
 * The colours that a picture is made of: k-means in OKLab over a tiny raster. Nothing of it is random, so that a
 * picture always has the same palette. Pixels count by their alpha.
 */
import { distanceSquared, hexOf, type Lab, toOklab, withoutToe, withToe } from "./oklab.ts";
import type { Raster } from "./raster.ts";

export interface Swatch {
  /** `#rrggbb` */
  readonly hex: string;
  /** Part of what is not transparent, 0 to 1. */
  readonly share: number;
}

const MOST_SWATCHES = 8;
/** More than are told: a sky's shades are found one by one before they are joined. */
const SEEDS = 12;
const ROUNDS = 10;
/** Nearer than this in OKLab, two are shades of one colour. */
const SHADE_DISTANCE = 0.07;
/** Smaller parts are noise. */
const LEAST_SHARE = 0.005;

interface Cluster {
  readonly middle: Lab;
  readonly weight: number;
}

/** The largest share first, so that the first is the dominant colour. Empty where all is transparent. */
export function paletteOf(raster: Raster): readonly Swatch[] {
  const colours = coloursOf(raster);
  const all = sumOf(colours);
  if (all === 0) return [];
  const clusters = joined(settled(seedsOf(colours), colours));
  return clusters
    .map(({ middle, weight }) => ({
      hex: hexOf(withoutToe(middle)),
      share: Math.round((weight / all) * 1000) / 1000,
    }))
    .filter(({ share }) => share >= LEAST_SHARE)
    .slice(0, MOST_SWATCHES);
}

/** Each colour once, with how much of it there is. Equal ones are many in drawings, and all the same in time. */
function coloursOf({ data }: Raster): readonly Cluster[] {
  const weights = new Map<number, number>();
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3]!;
    if (alpha === 0) continue;
    const colour = (data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!;
    weights.set(colour, (weights.get(colour) ?? 0) + alpha / 255);
  }
  return [...weights].map(([colour, weight]) => ({
    middle: withToe(toOklab(colour >> 16, (colour >> 8) & 255, colour & 255)),
    weight,
  }));
}

function sumOf(clusters: readonly Cluster[]): number {
  return clusters.reduce((sum, { weight }) => sum + weight, 0);
}

/** As k-means++ has it, but for chance: the next is the colour that the seeds so far stand for worst. */
function seedsOf(colours: readonly Cluster[]): readonly Lab[] {
  const seeds: Lab[] = [];
  const away = new Array<number>(colours.length).fill(1);
  while (seeds.length < SEEDS) {
    const worst = colours.reduce(
      (best, { weight }, i) => (weight * away[i]! > colours[best]!.weight * away[best]! ? i : best),
      0,
    );
    if (away[worst]! === 0) break;
    const seed = colours[worst]!.middle;
    seeds.push(seed);
    for (const [i, { middle }] of colours.entries()) {
      const distance = distanceSquared(middle, seed);
      away[i] = seeds.length === 1 ? distance : Math.min(away[i]!, distance);
    }
  }
  return seeds;
}

function settled(seeds: readonly Lab[], colours: readonly Cluster[]): readonly Cluster[] {
  let clusters: readonly Cluster[] = seeds.map((middle) => ({ middle, weight: 0 }));
  for (let round = 0; round < ROUNDS; round++) {
    const members = clusters.map((): Cluster[] => []);
    for (const colour of colours) members[nearest(colour.middle, clusters)]!.push(colour);
    clusters = members.filter((group) => group.length > 0).map(middleOf);
  }
  return clusters;
}

function nearest(colour: Lab, clusters: readonly Cluster[]): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [i, { middle }] of clusters.entries()) {
    const distance = distanceSquared(colour, middle);
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}

function middleOf(group: readonly Cluster[]): Cluster {
  const weight = sumOf(group);
  const mean = (axis: 0 | 1 | 2) =>
    group.reduce((sum, one) => sum + one.middle[axis] * one.weight, 0) / weight;
  return { middle: [mean(0), mean(1), mean(2)], weight };
}

/** The largest takes in its shades, then the next largest; in the order of size. */
function joined(clusters: readonly Cluster[]): readonly Cluster[] {
  const result: Cluster[] = [];
  for (const cluster of bySize(clusters)) {
    const like = result.findIndex(
      ({ middle }) => distanceSquared(middle, cluster.middle) < SHADE_DISTANCE ** 2,
    );
    if (like < 0) result.push(cluster);
    else result[like] = middleOf([result[like]!, cluster]);
  }
  return bySize(result);
}

function bySize(clusters: readonly Cluster[]): readonly Cluster[] {
  return [...clusters].sort((one, other) => other.weight - one.weight);
}
