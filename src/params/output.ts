/**
 * What kind of bytes is made, once `format` has been negotiated. `base` is PNG for pictures with alpha and JPEG for
 * the rest; `own` is the source's own format. `format=auto` and `format=avif` meet in `avif`, and share its entries.
 */
export const OUTPUT_CLASSES = [
  "avif",
  "webp",
  "jpeg",
  "png",
  "jxl",
  "svg",
  "json",
  "base",
  "own",
] as const;
export type OutputClass = (typeof OUTPUT_CLASSES)[number];
