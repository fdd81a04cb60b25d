/** Examples of formats, their options, and what decides how a picture is delivered. */
import { type Example, PLAIN, shot } from "./example.ts";

const COFFEE = PLAIN.coffee.url;
const TILES = "/art/tiles.jpg?crop=0,0,400,400&w=120";
/** Thin red bars on blue, which differ in colour more than in brightness. */
const RED_ON_BLUE =
  "/brand/logo.png?w=160&effect=duotone:ff0000:ff0000&background=0000ff&format=jpeg";
const DOTS = "/art/dots.gif?w=120";

export const OUTPUT = {
  format: {
    says: "The same pixels in four formats; what each takes stands beside it. AVIF and JPEG XL, which fewer programs show, are left out here; what `auto` takes is told in [responsive.md](responsive.md), and what `blurhash`, `thumbhash` and `lqip` answer in [placeholders.md](placeholders.md).",
    across: [4],
    shots: [
      shot("format-jpeg.jpg", "/coffee.jpg?w=160&format=jpeg", "`format=jpeg`", PLAIN.coffee.alt),
      shot("format-webp.webp", "/coffee.jpg?w=160&format=webp", "`format=webp`", PLAIN.coffee.alt),
      shot("format-png.png", "/coffee.jpg?w=160&format=png", "`format=png`", PLAIN.coffee.alt),
      shot(
        "format-gif.gif",
        "/coffee.jpg?w=160&format=gif",
        "`format=gif`",
        "The cup in 256 colours",
      ),
    ],
  },
  quality: {
    says: "Fewer bytes, more loss.",
    shots: [
      shot("coffee.jpg", COFFEE, "80, unless said", PLAIN.coffee.alt),
      shot("quality-40.jpg", `${COFFEE}&quality=40`, "`quality=40`", "The cup, a little coarser"),
      shot("quality-10.jpg", `${COFFEE}&quality=10`, "`quality=10`", "The cup, in visible blocks"),
    ],
  },
  "max-bytes": {
    says: "The best quality that fits.",
    shots: [
      shot("coffee.jpg", COFFEE, "without", PLAIN.coffee.alt),
      shot(
        "max-bytes-5000.jpg",
        `${COFFEE}&max-bytes=5000`,
        "`max-bytes=5000`",
        "The cup, a little coarser",
      ),
    ],
  },
  lossless: {
    says: "Every pixel as computed; look at the edges of the shapes.",
    shots: [
      shot(
        "lossless-no.webp",
        `${TILES}&format=webp&quality=30`,
        "`format=webp&quality=30`",
        "Coloured tiles with soft, speckled edges",
      ),
      shot(
        "lossless.webp",
        `${TILES}&format=webp&lossless=true`,
        "`format=webp&lossless=true`",
        "Coloured tiles with clean edges",
      ),
    ],
  },
  progressive: {
    none: "It changes how a JPEG appears while it loads; once it is there, every pixel is the same.",
  },
  chroma: {
    says: "Thin bars of a colour keep it where colour has its full resolution.",
    shots: [
      shot(
        "chroma-420.jpg",
        `${RED_ON_BLUE}&chroma=420`,
        "`chroma=420`, unless said",
        "A red logo on blue; its thin bars are dull",
      ),
      shot("chroma-444.jpg", `${RED_ON_BLUE}&chroma=444`, "`chroma=444`", "The logo in clear red"),
    ],
  },
  gamut: {
    none: "The sample pictures have no colours that sRGB lacks; what becomes of those that do is told in [colour.md](colour.md).",
  },
  metadata: { none: "It is about what is in the file beside the picture." },
  anim: {
    says: "Frames, delays and loop stay.",
    shots: [
      shot("anim.gif", DOTS, "moves, unless said", "A ring of dots that swell and shrink in turn"),
      shot("anim-webp.webp", `${DOTS}&format=webp`, "`format=webp`, which also moves", "The same"),
      shot("anim-false.gif", `${DOTS}&anim=false`, "`anim=false`", "The ring, standing still"),
    ],
  },
  frame: {
    says: "One frame of an animation, as a still.",
    shots: [
      shot("frame-1.gif", `${DOTS}&frame=1`, "`frame=1`", "The ring: large dots at some places"),
      shot("frame-9.gif", `${DOTS}&frame=9`, "`frame=9`", "The ring: large dots at other places"),
    ],
  },
} satisfies Record<string, Example>;

export const DELIVERY = {
  preset: {
    says: '`pictor.config.ts` has `thumbnail: { width: 200, height: 200, fit: "cover", format: "auto" }`; this is what someone gets who accepts no newer format than JPEG.',
    shots: [
      shot(
        "preset-thumbnail.jpg",
        "/coffee.jpg?preset=thumbnail",
        "`preset=thumbnail`",
        "A square of the cup",
      ),
    ],
  },
  v: { none: "It names another cache entry of the same picture." },
  fallback: {
    says: "There is no `gone.jpg` among the samples.",
    shots: [
      shot(
        "fallback.jpg",
        "/gone.jpg?w=160&fallback=coffee.jpg",
        "`fallback=coffee.jpg`",
        PLAIN.coffee.alt,
      ),
    ],
  },
  debug: {
    says: "The whole picture: what `trim=border` keeps is framed in blue, what `gravity=north` would cut out of that in white, and the rest is dimmed. What it shows of faces: [crops.md](crops.md).",
    shots: [
      shot(
        "debug-gravity.png",
        "/art/dots.gif?trim=border&w=200&h=100&fit=cover&gravity=north&debug=gravity",
        "`debug=gravity`",
        "A ring of dots in a blue frame, all but its upper half dimmed",
      ),
    ],
  },
  download: { none: "The browser saves the picture instead of showing it." },
  explain: { none: "The answer is JSON: what would be done, and why." },
  exp: { none: "It says until when the URL works." },
  kid: { none: "It names the key of the signature." },
  sig: { none: "It is the signature." },
} satisfies Record<string, Example>;
