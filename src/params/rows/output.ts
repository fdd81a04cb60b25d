/** Rows about the file that is made. */
import { flag, integer, type Kind, oneOf } from "../kinds.ts";
import { param } from "../row.ts";

/** Fewer bytes hold no picture that is worth a request, whatever its quality. */
const MIN_MAX_BYTES = 500;
/** Highest number of a frame that can be asked for: all that an animation may have (`MAX_ANIMATION_FRAMES`). */
const MAX_FRAME = 2000;

export const OUTPUT = {
  format: param(
    oneOf(
      [
        "auto",
        "avif",
        "webp",
        "jpeg",
        "baseline-jpeg",
        "png",
        "gif",
        "jxl",
        "svg",
        "json",
        "blurhash",
        "thumbhash",
        "lqip",
      ],
      { jpg: "jpeg" },
    ),
    {
      alias: ["f", "fm"],
      role: "transform",
      group: "output",
      example: "auto",
      doc: "Format of the result. `auto` takes the best that the `Accept` header names among AVIF and WebP, else PNG for pictures with transparency and JPEG for the rest; JPEG XL (`jxl`) only comes when it is asked for. Of an animation, `auto` takes WebP, else GIF. `svg` is for SVG sources: sanitised, in their own size; so it is with `auto` or without `format` where nothing but a size is asked for, with `auto` for keys that end in `.svg`. Absent, it is the source's own format where we write it, else PNG or JPEG in the same way. `json` tells the sizes instead; `blurhash`, `thumbhash` and `lqip` (a tiny `data:` URL) are text to show until the picture is there (placeholders.md).",
    },
  ),
  quality: param(quality(), {
    alias: ["q"],
    role: "transform",
    group: "output",
    default: 80,
    example: "70",
    doc: "For JPEG, WebP, AVIF and JPEG XL; PNG keeps every colour, and GIF as many as it can, whatever it says. In AVIF a number looks like the same number in WebP. `high` is 90, `medium-high` 70, `medium-low` 50, `low` 35.",
  }),
  "max-bytes": param(integer(MIN_MAX_BYTES, 10_000_000), {
    role: "transform",
    group: "output",
    unit: "bytes",
    example: "40000",
    doc: "Largest answer wanted: `quality` is lowered, down to 10, until it fits. What does not fit even then is answered so, with `exceeded` in `Pictor-Max-Bytes`. PNG and GIF have no quality and stay as they are. See limits.md.",
  }),
  lossless: param(flag, {
    role: "transform",
    group: "output",
    default: false,
    example: "true",
    doc: "Every pixel as computed: WebP, AVIF, JPEG XL or PNG; where JPEG would be chosen, PNG is.",
  }),
  progressive: param(flag, {
    role: "transform",
    group: "output",
    default: true,
    example: "false",
    doc: "JPEG that appears at once and then sharpens. `format=baseline-jpeg` is short for `format=jpeg&progressive=false`.",
  }),
  chroma: param(oneOf(["420", "444"]), {
    role: "transform",
    group: "output",
    default: "420",
    example: "444",
    doc: "Colour resolution of JPEG and AVIF: `420` is half of the brightness' in both directions and smaller, `444` keeps thin coloured lines. Lossy WebP is always 4:2:0: with `444`, its conversion keeps edges of colour sharper, and takes longer. JPEG XL never is.",
  }),
  gamut: param(oneOf(["srgb", "keep"]), {
    role: "transform",
    group: "output",
    default: "srgb",
    example: "keep",
    doc: "What becomes of colours that sRGB does not have. `srgb` converts everything to it; `keep` leaves pictures that may have more (Display P3, Adobe RGB, other wide spaces, inks) in Display P3, with a profile, where the format can say so (JPEG, PNG, WebP, AVIF). A cache rule may decide it instead.",
  }),
  metadata: param(oneOf(["none", "copyright", "keep", "keep-gps"]), {
    role: "transform",
    group: "output",
    default: "none",
    example: "copyright",
    doc: "What is kept of EXIF, XMP and IPTC: nothing, author and rights, or all that describes the picture; where it was taken is kept with `keep-gps` alone. From JPEG, PNG, WebP, AVIF and TIFF, in JPEG, PNG, WebP and AVIF. Orientation is always applied. See metadata.md.",
  }),
  anim: param(flag, {
    role: "transform",
    group: "output",
    default: true,
    example: "false",
    doc: "Keeps animations (GIF, WebP, APNG) where the format of the result can: WebP and GIF. `false` shows their first frame, as the other formats always do.",
  }),
  frame: param(integer(1, MAX_FRAME), {
    role: "transform",
    group: "output",
    example: "12",
    doc: "Shows this frame of an animation as a still, composed as a reader sees it; the first one is 1.",
  }),
} as const;

/** 1–100 or a level; the names and numbers are Cloudflare's. */
function quality(): Kind<number> {
  const levels: Readonly<Record<string, number>> = {
    high: 90,
    "medium-high": 70,
    "medium-low": 50,
    low: 35,
  };
  const number = integer(1, 100);
  return {
    expects: `${number.expects}, or ${Object.keys(levels).join(", ")}`,
    schema: { anyOf: [number.schema, { enum: Object.keys(levels) }] },
    parse: (value) => (Object.hasOwn(levels, value) ? levels[value] : number.parse(value)),
    print: number.print,
  };
}
