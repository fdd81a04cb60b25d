/** URLs of transforms, with types from the parameter table. No Worker types: browsers, Node and Workers alike. */
import { PictorError } from "../errors.ts";
import { longName, ROWS } from "../params/names.ts";
import { parse } from "../params/parse.ts";
import { print } from "../params/print.ts";
import { resolve } from "../params/resolve.ts";
import type { ParamName, ParamValue, Wishes } from "../params/table.ts";

/** A value as the table holds it, or as it is written in a URL (`"16:9"`, `"high"`, `"ff8800"`). */
export type UrlParams = {
  readonly [N in Exclude<ParamName, "exp" | "kid" | "sig">]?: InputOf<ParamValue<N>>;
};

/** What may repeat is given as a list, or alone. */
type InputOf<T> = T extends readonly (infer Item)[]
  ? readonly ItemInput<Item>[] | ItemInput<Item>
  : Input<T>;

/** Of an overlay, its key and whatever is not as usual. */
type ItemInput<T> = (T extends { key: string } ? Pick<T, "key"> & Partial<T> : T) | (string & {});

type Input<T> = [T] extends [string]
  ? T | (string & {})
  : [T] extends [boolean]
    ? boolean
    : T | (string & {});

/**
 * URL of a transform. `base` is where the service is mounted (`https://img.example.com`, or `""` for a URL of the
 * same site); `source` is a key such as `trips/lisbon.jpg`, or an absolute `https:` URL on the allow-list.
 *
 * Throws PictorError with the words of the service for what the service would refuse before it looks at a picture.
 */
export function buildUrl(base: string, source: string, params: UrlParams = {}): string {
  const wishes = wishesOf(params);
  // Presets are known to the service alone; everything else is checked here and now.
  const { preset: _, ...explicit } = wishes;
  resolve(explicit);
  const query = print(wishes);
  const url = `${base.replace(/\/+$/, "")}/${sourcePath(source)}`;
  return query === "" ? url : `${url}?${query}`;
}

/**
 * URL of the facts of a picture, or of what a transform makes of it; it answers a `PictureInfo`. Its signature is its
 * own: `signUrl` signs it like any other URL, and a picture's signature does not open it.
 *
 * Throws as `buildUrl` does.
 */
export function buildInfoUrl(
  base: string,
  source: string,
  params: Omit<UrlParams, "format" | "fallback" | "debug"> = {},
): string {
  return `${base.replace(/\/+$/, "")}/_/info${buildUrl("", source, params)}`;
}

/**
 * A `srcset` of several widths, for one `sizes` or a `dpr` list. Widths above the picture's own cost nothing with the
 * default fit: they are not enlarged.
 */
export function buildSrcset(
  base: string,
  source: string,
  widths: readonly number[],
  params: UrlParams = {},
): string {
  return widths
    .map((width) => `${buildUrl(base, source, { ...params, width })} ${width}w`)
    .join(", ");
}

function wishesOf(params: UrlParams): Wishes {
  const wishes: Partial<Record<ParamName, unknown>> = {};
  for (const [spelling, value] of Object.entries(params)) {
    if (value === undefined) continue;
    const name = longName(spelling);
    if (name === undefined) parse([[spelling, String(value)]]);
    else wishes[name] = readBack(name, value);
  }
  return wishes as Wishes;
}

/** Through text and back, so that nothing leaves that the service would not read. */
function readBack(name: ParamName, value: unknown): unknown {
  const { kind } = ROWS[name];
  const textOf = (one: unknown) => (typeof one === "string" ? one : kind.print(one));
  const values = Array.isArray(value) ? value : [value];
  return Object.values(parse(values.map((one) => [name, textOf(one)])))[0];
}

function sourcePath(source: string): string {
  if (/^https?:\/\//i.test(source)) return encodeURIComponent(source);
  const segments = source.replace(/^\/+/, "").split("/");
  if (segments.some((segment) => segment === "." || segment === "..")) {
    throw new PictorError("bad_url", {
      param: "source",
      expected: "a key without dot segments",
      received: source.slice(0, 100),
    });
  }
  return segments.map(encodeURIComponent).join("/");
}
