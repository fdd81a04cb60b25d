/**
 * What kind of bytes is made, once `format` has been negotiated. `base` is PNG for pictures with alpha and JPEG for
 * the rest; `own` is the source's own format. `format=auto` and `format=webp` meet in `webp`, and share its entries; of AVIF, each has its
 * own, as one gives way to a format that keeps an animation and the other is a still.
 */
export const OUTPUT_CLASSES = [
  "avif",
  "webp",
  "jpeg",
  "png",
  "gif",
  "jxl",
  "svg",
  "json",
  "info",
  "blurhash",
  "thumbhash",
  "lqip",
  "base",
  "own",
] as const;
export type OutputClass = (typeof OUTPUT_CLASSES)[number];

/** Small texts that stand for a picture until it is there. */
export const PLACEHOLDERS = ["blurhash", "thumbhash", "lqip"] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

/** Classes that tell of a picture instead of showing it: all that is neither chosen nor answered as a picture. */
export const TELLING = ["json", "info", ...PLACEHOLDERS] as const;
export type Telling = (typeof TELLING)[number];

export function isPlaceholder(output: OutputClass): output is Placeholder {
  return PLACEHOLDERS.some((name) => name === output);
}

export function tells(output: OutputClass): output is Telling {
  return TELLING.some((name) => name === output);
}

/** What an answer's format is called, by rules and purges: the class where it tells, else the media subtype. */
export function formatName(output: OutputClass, contentType: string): string {
  if (tells(output)) return output;
  return contentType
    .replace(/;.*/, "")
    .trim()
    .replace(/^\w+\//, "")
    .replace(/\+xml$/, "");
}
