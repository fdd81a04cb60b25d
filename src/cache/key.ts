/**
 * The key of everything cached: the canonical request. Same meaning, same key, whatever the order, aliases or
 * spelling of the URL that asked. Nothing in it needs the origin; `sig`, `exp`, `kid` and `download` are no part of it.
 */
import { canonical } from "../params/canonical.ts";
import { isSizedByLook } from "../params/looking.ts";
import { isPlaceholder, OUTPUT_CLASSES, type OutputClass, PLACEHOLDERS } from "../params/output.ts";
import { parse } from "../params/parse.ts";
import { resolve, type Transform } from "../params/resolve.ts";
import { shapeAlone } from "./placeholder-shape.ts";

/**
 * Raise it whenever an old key would mean something new: another default, another meaning of a parameter, other
 * stamps. Old and new versions then live side by side and never read each other's entries.
 */
export const SCHEMA = "2";

/** A transform for one output class, without what that class has no use for. `format` is gone: the class says it. */
export type ClassTransform = Omit<Transform, "format">;

export interface CanonicalRequest {
  /** Path of the source, printed in its one canonical way (`policy/mounts.ts`). */
  readonly source: string;
  readonly output: OutputClass;
  readonly transform: ClassTransform;
  /** Widths of which `info` tells a `srcset`, where a rule has some. */
  readonly ladder?: readonly number[];
}

/** A host that exists nowhere: keys must never meet a real URL in the cache. */
const HOST = "https://transformer.pictor.invalid";

/** The URL that stands for a canonical request. `/<schema>.<engine>/<class>/<source>?<transform>` */
export function printCanonical(request: CanonicalRequest, engine: string): string {
  const { source, output, transform, ladder } = request;
  const query = [
    canonical(withoutUseless(transform, output) as Transform),
    ladder ? `${LADDER}=${ladder.join(",")}` : "",
  ]
    .filter((part) => part !== "")
    .join("&");
  const url = `${HOST}/${SCHEMA}.${engine}/${output}${source}`;
  return query === "" ? url : `${url}?${query}`;
}

/** No parameter: it comes from the rule. */
const LADDER = "ladder";

/** Neutral values are never printed, so that what a class does not use cannot split its entries. */
function withoutUseless(transform: ClassTransform, output: OutputClass): ClassTransform {
  const { lossless } = transform;
  const neutral: Partial<Transform> = {
    ...(output === "json" ? NO_PIXELS : {}),
    ...(NO_ANIMATION.has(output) ? { anim: true } : {}),
    ...(isPlaceholder(output) ? NO_DETAIL : {}),
    ...(output === "json" && isSeeing(transform) ? { gravity: "center" } : {}),
    ...(NO_QUALITY.has(output) || lossless ? { quality: 80 } : {}),
    ...(NO_LOSSLESS.has(output) ? { lossless: false } : {}),
    ...(ALWAYS_JPEG.has(output) && !lossless ? {} : { progressive: true }),
    ...(NO_CHROMA.has(output) || lossless ? { chroma: "420" } : {}),
    ...(NO_GAMUT.has(output) ? { gamut: "srgb" } : {}),
    ...(NO_METADATA.has(output) ? { metadata: "none" } : {}),
  };
  const { format: _, ...rest } = { ...transform, ...neutral } as Transform;
  if (isPlaceholder(output)) return shapeAlone(withoutBytes(rest));
  return output === "json" ? sizesOf(rest) : rest;
}

/** Neither overlays nor colours nor bytes change a size; the number of a frame does where that frame is looked at. */
function sizesOf(transform: ClassTransform): ClassTransform {
  const { draw: _, effect: __, background: ___, "max-bytes": ____, ...sizes } = transform;
  if (isSizedByLook(transform)) return sizes;
  const { frame: _____, ...rest } = sizes;
  return rest;
}

/** There is nothing to encode. */
function withoutBytes(transform: ClassTransform): ClassTransform {
  const { "max-bytes": _, ...rest } = transform;
  return rest;
}

/** Where a cut lies is no matter of its size; a tighter one may be smaller. */
function isSeeing({ gravity, zoom }: ClassTransform): boolean {
  return (gravity === "auto" || gravity === "face") && zoom === 0;
}

/** Sizes alone are told: nothing that changes colours matters. */
const NO_PIXELS: Partial<Transform> = {
  brightness: 1,
  contrast: 1,
  saturation: 1,
  gamma: 1,
  blur: 0,
  sharpen: 0,
  hue: 0,
  pixelate: 0,
  radius: 0,
};
/** A placeholder is too small for detail. */
const NO_DETAIL: Partial<Transform> = { sharpen: 0 };
/** Nothing that an encoder is told matters. */
const NO_PICTURE = ["json", ...PLACEHOLDERS] as const;
const NO_QUALITY: ReadonlySet<OutputClass> = new Set(["png", "gif", "svg", ...NO_PICTURE]);
const NO_LOSSLESS: ReadonlySet<OutputClass> = new Set(["png", "gif", "svg", ...NO_PICTURE]);
/** Classes that may turn out to be JPEG; `info` has URLs of such. */
const ALWAYS_JPEG: ReadonlySet<OutputClass> = new Set(["jpeg", "base", "own", "info"]);
const NO_CHROMA: ReadonlySet<OutputClass> = new Set(["png", "gif", "jxl", "svg", ...NO_PICTURE]);
/** Classes whose answers do not say what their colours mean; `info` has URLs of such that do. */
const NO_GAMUT: ReadonlySet<OutputClass> = new Set(["jxl", "gif", "svg", ...NO_PICTURE]);
/** Classes whose answers have no place for metadata; `info` has URLs of such that have. */
const NO_METADATA: ReadonlySet<OutputClass> = new Set(["jxl", "gif", "svg", ...NO_PICTURE]);
/** Classes that are stills whatever is asked. AVIF is none of them: where it may be another class instead, it refuses. */
const NO_ANIMATION: ReadonlySet<OutputClass> = new Set([
  "jpeg",
  "png",
  "jxl",
  "svg",
  ...NO_PICTURE,
]);

/** Inverse of `printCanonical`, for the parts that the source reader needs. */
export function readCanonical(
  segments: readonly string[],
  query: readonly (readonly [string, string])[],
): {
  readonly output: OutputClass;
  readonly sourceSegments: readonly string[];
  readonly transform: ClassTransform;
  readonly ladder?: readonly number[];
} {
  const [, output, ...sourceSegments] = segments;
  const known = OUTPUT_CLASSES.find((name) => name === output);
  if (!known) throw new TypeError(`not a canonical request: class "${output}"`);
  const transform = resolve(parse(query.filter(([name]) => name !== LADDER)));
  const ladder = query.find(([name]) => name === LADDER)?.[1];
  return {
    output: known,
    sourceSegments,
    transform,
    ...(ladder !== undefined && { ladder: ladder.split(",").map(Number) }),
  };
}

/** Name of a variant in R2: short, and free of anything a client wrote (R2 keys hold at most 1,024 bytes). */
export async function variantKey(canonicalUrl: string, engine: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(canonicalUrl));
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0"));
  return `${SCHEMA}.${engine}/${hex.join("")}`;
}
