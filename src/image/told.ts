/** What is told of a picture: the bodies of `format=json` and `/_/info/`. */
import { mediaType } from "./describe.ts";
import type { Facts } from "./facts.ts";
import type { Plan } from "./job.ts";
import type { Swatch } from "./palette.ts";
import type { Responsive } from "./responsive.ts";

/**
 * The shape that Cloudflare Images has for `format=json`, and what else the header says. Sizes are those of the upright
 * picture. `fileSize` in bytes, where the origin says so beforehand.
 */
export function sizesAsJson(plan: Pick<Plan, "output" | "oriented" | "source">, fileSize?: number) {
  const { output, oriented, source } = plan;
  const frames = frameCount(source);
  return {
    width: output.width,
    height: output.height,
    original: {
      ...(fileSize !== undefined && { file_size: fileSize }),
      width: oriented.width,
      height: oriented.height,
      format: mediaType(source.format),
      orientation: source.orientation,
      animated: source.animated,
      ...(frames !== undefined && { frames }),
      alpha: source.alpha,
      bit_depth: source.bitDepth,
      colour: source.colour,
      ...(source.profile && { profile: source.profile }),
      ...(source.profileName && { profile_name: source.profileName }),
    },
  };
}

/** Where the header, or a file that was seen whole, counts them. */
function frameCount({ animated, allFrames, format, frames }: Facts): number | undefined {
  if (!animated) return 1;
  return allFrames || format === "png" || format === "avif" || format === "heic"
    ? frames
    : undefined;
}

/** What the pixels say, or why they were not looked at. */
export type Seen =
  | {
      readonly palette: readonly Swatch[];
      readonly blurhash: string;
      readonly thumbhash: string;
    }
  | { readonly reason: string };

export function infoAsJson(
  sizes: ReturnType<typeof sizesAsJson>,
  { source }: Pick<Plan, "source">,
  seen: Seen,
  { srcset, sizes: hint }: Responsive,
): object {
  const { width, height } = source;
  return {
    ...sizes,
    original: { ...sizes.original, stored: { width, height } },
    // What cannot be decoded for a look has no URLs that work.
    ...("reason" in seen
      ? { unseen: seen.reason }
      : { dominant: seen.palette[0]?.hex ?? null, ...seen, srcset, sizes: hint }),
  };
}
