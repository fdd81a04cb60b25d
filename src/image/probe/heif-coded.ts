import type { CodedFacts } from "../facts.ts";
import { av1SamplingOf, codingOf } from "./heif-coding.ts";
import type { Item, Items } from "./heif-items.ts";
import { type ByteReader, broken } from "./reader.ts";

/** The AV1 pictures that an AVIF's primary item is made of. Throws `broken_image` if the header does not tell. */
export function codedPictures(
  meta: ByteReader,
  items: Items,
): { readonly coded: readonly CodedFacts[] } {
  const { primary } = items;
  const colour = codedOf(meta, items, primary, primary);
  const alpha = items.alphaOf(primary);
  if (alpha !== undefined) return { coded: [colour, codedOf(meta, items, alpha, primary)] };
  const ofTile = items.alphaOf(items.codedBy(primary));
  return { coded: [colour, ...(ofTile ? [codedOf(meta, items, ofTile, primary)] : [])] };
}

/** `whole`: the item whose size the tiles make up. */
function codedOf(meta: ByteReader, items: Items, item: Item, whole: Item): CodedFacts {
  const tile = items.codedBy(item);
  const { width, height } = sizeOf(meta, tile);
  const config = tile.properties.find(({ type }) => type === "av1C");
  if (config === undefined) throw broken("The AVIF has no `av1C`.");
  const av1C = meta.part(config.start, config.end);
  return {
    width,
    height,
    // The last tile of a row must reach into the picture, so that its width tells their number.
    across: Math.ceil(sizeOf(meta, whole).width / width),
    bitDepth: codingOf(av1C, "av1C").bitDepth,
    sampling: av1SamplingOf(av1C),
    layers: layersOf(meta, tile),
  };
}

/** By the item's `ispe` (ISO/IEC 23008-12 section 6.5.3). */
export function sizeOf(meta: ByteReader, { properties }: Item): { width: number; height: number } {
  const ispe = properties.find(({ type }) => type === "ispe");
  if (ispe === undefined) throw broken("A picture of the AVIF has no size (`ispe`).");
  const [width, height] = [meta.u32(ispe.start + 4), meta.u32(ispe.start + 8)];
  if (width === 0 || height === 0) throw broken("A picture of the AVIF has no extent (`ispe`).");
  return { width, height };
}

/** `a1lx` (AV1 Image File Format section 2.3.2.3) has the sizes of up to three layers below the last; 0: no more. */
function layersOf(meta: ByteReader, { properties }: Item): number {
  const a1lx = properties.find(({ type }) => type === "a1lx");
  if (a1lx === undefined) return 1;
  const wide = (meta.u8(a1lx.start) & 1) === 1;
  const sizes = [0, 1, 2].map((i) =>
    wide ? meta.u32(a1lx.start + 1 + 4 * i) : meta.u16(a1lx.start + 1 + 2 * i),
  );
  return 1 + sizes.filter((size) => size > 0).length;
}
