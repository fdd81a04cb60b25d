/** What the page knows about the project's own samples; any other picture goes by its file name. */

export interface Sample {
  readonly title: string;
  readonly alt: string;
  /** What the original is, where that is worth a word. */
  readonly note?: string;
  /** Value for `gravity` that keeps what matters in the cut. */
  readonly focus: string;
}

/** In the order of the gallery, which fills three columns to about the same height. */
const SAMPLES: Readonly<Record<string, Sample>> = {
  "art/mountains.jpg": {
    title: "Mountains",
    alt: "Layers of violet mountains under a low sun",
    note: "from a JPEG of 2400 × 1600",
    focus: "0.67x0.45",
  },
  "animals/raccoon.jpg": {
    title: "Raccoon",
    alt: "A raccoon among green leaves, looking at the camera",
    note: "from a JPEG that lies on its side; EXIF turns it upright",
    focus: "0.5x0.38",
  },
  "art/ribbons.webp": {
    title: "Ribbons",
    alt: "Thin ribbons of light from green to violet on dark blue",
    note: "from a WebP with thin lines",
    focus: "center",
  },
  "coffee.jpg": {
    title: "Coffee",
    alt: "A cup of espresso on a red saucer, on a wooden table",
    note: "from a JPEG",
    focus: "0.45x0.45",
  },
  "space/astronaut.jpg": {
    title: "Astronaut",
    alt: "Eileen Collins in an orange space suit, smiling, a model of the space shuttle behind her",
    note: "from a square JPEG",
    focus: "0.43x0.2",
  },
  "art/tiles.jpg": {
    title: "Tiles",
    alt: "A poster of circles, arcs and triangles in five colours",
    note: "from a portrait JPEG with hard edges",
    focus: "center",
  },
  "art/dots.gif": {
    title: "Dots",
    alt: "Twelve dots of different sizes on a circle",
    note: "from an animated GIF, which stays one",
    focus: "center",
  },
  "art/petals.png": {
    title: "Petals",
    alt: "Eight translucent petals in the colours of the rainbow",
    note: "from a PNG; its transparency is kept",
    focus: "center",
  },
  "animals/cat.webp": {
    title: "Cat",
    alt: "A tabby cat with green eyes, looking past the camera",
    note: "from a WebP",
    focus: "0.45x0.4",
  },
  "space/galaxies.avif": {
    title: "Galaxies",
    alt: "Hundreds of small galaxies before a black sky",
    note: "from an AVIF",
    focus: "center",
  },
  "space/rocket.jpg": {
    title: "Rocket",
    alt: "A rocket on its launch pad at dusk, between lightning towers",
    note: "from a JPEG",
    focus: "0.5x0.5",
  },
  "brand/logo.png": {
    title: "Logo",
    alt: "A framed landscape and the word Pictor, in white",
    note: "from a PNG; for draw=brand/logo.png",
    focus: "center",
  },
};

export function aboutSample(key: string): Sample {
  const sample = Object.hasOwn(SAMPLES, key) ? SAMPLES[key] : undefined;
  if (sample !== undefined) return sample;
  const name = key.slice(key.lastIndexOf("/") + 1).replace(/\.[^.]*$/, "");
  return {
    title: name,
    alt: name,
    ...(key.includes("/") && { note: `in ${key.slice(0, key.lastIndexOf("/"))}` }),
    focus: "center",
  };
}

/** The samples in their own order, then everything else as it came. */
export function inGalleryOrder<T extends { readonly key: string }>(pictures: readonly T[]): T[] {
  const order = Object.keys(SAMPLES);
  const place = ({ key }: T) => (Object.hasOwn(SAMPLES, key) ? order.indexOf(key) : order.length);
  return [...pictures].sort((a, b) => place(a) - place(b));
}
