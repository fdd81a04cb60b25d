/** One image with what belongs under it: URL, and a line for format, bytes, size and time. */
import { attributes, escapeHtml } from "./html.ts";
import type { Params, Picture, Shot } from "./shots.ts";

/** Signs a path with its query; the identity when nothing needs a signature. */
export type Sign = (url: string) => Promise<string>;

/** `/<key>`, root-relative; a `/` in the key stays one, everything else is percent-encoded. */
export function pathOf({ key }: Picture): string {
  return `/${key.split("/").map(encodeURIComponent).join("/")}`;
}

/** `/<key>?w=…` */
export function urlOf(picture: Picture, params: Params): string {
  const query = Object.entries(params)
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll("%3A", ":")}`)
    .join("&");
  return `${pathOf(picture)}?${query}`;
}

/** `src`, and `srcset` with `sizes` when the shot comes in several widths. */
export async function sources(shot: Shot, sign: Sign) {
  if (shot.widths === undefined) return { src: await sign(urlOf(shot.picture, shot.params)) };
  const at = (w: number) => sign(urlOf(shot.picture, { w, ...shot.params }));
  const candidates = await Promise.all(shot.widths.map(async (w) => `${await at(w)} ${w}w`));
  const middle = shot.widths[Math.floor(shot.widths.length / 2)] ?? 640;
  return { src: await at(middle), srcset: candidates.join(", "), sizes: shot.sizes };
}

export interface FigureOptions {
  readonly className?: string;
  /** Loaded at once and first; all others wait until they come near. */
  readonly eager?: boolean;
  /** Put inside the frame, around nothing: `<source>` elements of a `<picture>`. */
  readonly alternatives?: string;
  /** Put above the frame. */
  readonly head?: string;
  readonly bar?: boolean;
}

export async function figure(shot: Shot, sign: Sign, options: FigureOptions = {}): Promise<string> {
  const found = await sources(shot, sign);
  const { src, ...responsive } = found;
  const image = `<img${attributes({
    ...responsive,
    src,
    width: shot.width,
    height: shot.height,
    alt: shot.alt,
    loading: options.eager ? undefined : "lazy",
    fetchpriority: options.eager ? "high" : undefined,
    decoding: "async",
  })}>`;
  const content = options.alternatives
    ? `<picture>${options.alternatives}${image}</picture>`
    : image;
  return `<figure${attributes({ class: options.className })}>
${options.head ?? ""}<div class="frame">${content}</div>
<figcaption>
<p class="title"><strong>${escapeHtml(shot.title)}</strong>${shot.note === undefined ? "" : ` <span>${escapeHtml(shot.note)}</span>`}</p>
${options.bar ? '<div class="bar"><span></span></div>\n' : ""}<p class="facts">&nbsp;</p>
<p class="link"><code class="url"${attributes({ "data-href": src })}>${escapeHtml(src)}</code><button type="button" data-copy>Copy</button></p>
</figcaption>
</figure>`;
}
