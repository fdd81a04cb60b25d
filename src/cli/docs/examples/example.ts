/** What an example is: the URLs of one parameter, whose answers are kept in docs/examples and shown in docs/examples.md. */

export interface Shot {
  /** File in docs/examples; its ending is that of the answer's format. One URL has one file, in whatever sections. */
  readonly file: string;
  /** Path and query, as they work after `npm start`; the answer is the file, byte by byte. */
  readonly url: string;
  /** What stands under the picture: the part of the URL that matters, and a word where that is not enough. */
  readonly label: string;
  /** What is to be seen, for those who do not see it. */
  readonly alt: string;
}

export type Example =
  | {
      /** A sentence or two on what to look at. */
      readonly says: string;
      readonly shots: readonly Shot[];
      /** Pictures in each row of the table; what the last number says goes for all further rows. 3 unless said. */
      readonly across?: readonly number[];
    }
  /** Why there is nothing to be seen. */
  | { readonly none: string };

export function shot(file: string, url: string, label: string, alt: string): Shot {
  return { file, url, label, alt };
}

/** Pictures to compare with, as they are but for their size. */
export const PLAIN = {
  coffee: shot("coffee.jpg", "/coffee.jpg?w=240", "as it is", "A cup of coffee on a saucer"),
  rocket: shot(
    "rocket.jpg",
    "/space/rocket.jpg?w=160",
    "as it is",
    "A rocket between its towers, at night",
  ),
  cat: shot("cat.webp", "/animals/cat.webp?w=240", "as it is", "A cat looking at the camera"),
  tiles: shot("tiles.jpg", "/art/tiles.jpg?w=120", "as it is", "A poster of coloured tiles"),
  mountains: shot(
    "mountains.jpg",
    "/art/mountains.jpg?w=240",
    "as it is",
    "Violet ridges before an orange sky",
  ),
  astronaut: shot(
    "astronaut.jpg",
    "/space/astronaut.jpg?w=160",
    "as it is",
    "An astronaut smiling, in an orange suit",
  ),
} as const;
