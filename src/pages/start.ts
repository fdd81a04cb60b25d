/**
 * The start page, what a new user sees first: the pictures in the bucket, each transformed by the service itself.
 * Pure: pictures in, HTML out. It loads nothing from elsewhere.
 */
import type { Sign } from "./start/figure.ts";
import { escapeHtml } from "./start/html.ts";
import { SCRIPT } from "./start/script.ts";
import { artDirection, formats, gallery, hero, transforms } from "./start/sections.ts";
import type { Picture } from "./start/shots.ts";
import { STYLE } from "./start/style.ts";

export type { Picture } from "./start/shots.ts";

export interface StartPage {
  readonly html: string;
  /** Value of `Content-Security-Policy`: nothing but the page's own style and script, and pictures from here. */
  readonly csp: string;
}

export interface StartPageOptions {
  /** In the order in which they are shown. */
  readonly pictures: readonly Picture[];
  /** Signs a root-relative URL; leave it out when requests need no signature. */
  readonly sign?: Sign;
  readonly version: string;
}

const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" aria-hidden="true"><defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#f97316"/><stop offset=".55" stop-color="#db2777"/><stop offset="1" stop-color="#7c3aed"/></linearGradient></defs><rect width="32" height="32" rx="9" fill="url(#g)"/><path d="M6 23l7-9 5 6 3-3.500 5 6.500z" fill="#fff"/><circle cx="21.500" cy="10.500" r="2.600" fill="#fff"/></svg>`;

export async function startPage(options: StartPageOptions): Promise<StartPage> {
  const { pictures, version } = options;
  const sign = options.sign ?? (async (url: string) => url);
  const content =
    pictures.length === 0
      ? EMPTY
      : (
          await Promise.all(
            [hero, gallery, artDirection, transforms, formats].map((part) => part(pictures, sign)),
          )
        ).join("\n");
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pictor</title>
<meta name="description" content="An image CDN at the edge.">
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(LOGO)}">
<style>${STYLE}</style>
</head>
<body>
<div class="wrap">
<header class="top">
<div class="brand">${LOGO}Pictor <small>${escapeHtml(version)}</small></div>
<nav><a href="/_/params.json">Parameters</a><a href="/_/health">Health</a></nav>
</header>
<main>
${content}
${NEXT}
</main>
<footer>Pictor ${escapeHtml(version)}, running on this machine. The origins and licences of the sample pictures are in examples/pictures/README.md.</footer>
</div>
<script>${SCRIPT}</script>
</body>
</html>
`;
  return { html, csp: await policy() };
}

const EMPTY = `<div class="hero"><div><h1>The bucket is empty.</h1><p class="lead">Put pictures into it, and they appear here.</p></div></div>`;

const NEXT = `<section id="next">
<div class="intro"><h2>Now yours</h2></div>
<div class="next">
<div><h3>Your own pictures</h3><p>Serves a folder of this machine. A second start loads only what changed.</p><pre>npm start -- ~/Pictures</pre></div>
<div><h3>Why did it do that?</h3><p>Add <code>explain=1</code> to any URL, and the answer says what would be done, and why.</p><pre>?w=800&amp;fit=cover&amp;explain=1</pre></div>
<div><h3>What is in it?</h3><p>Sizes, colours, placeholders and a ready <code>srcset</code> of any picture.</p><pre>/_/info/coffee.jpg</pre></div>
<div><h3>Signed URLs</h3><p>A deployment answers signed URLs only. Try it here as it will be there.</p><pre>npx pictor sign "/coffee.jpg?w=800"</pre></div>
</div>
</section>`;

async function policy(): Promise<string> {
  const [style, script] = await Promise.all([hash(STYLE), hash(SCRIPT)]);
  return [
    "default-src 'none'",
    "img-src 'self' data:",
    `style-src '${style}'`,
    `script-src '${script}'`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** CSP Level 3, "hash-source": of exactly the text between the tags. */
async function hash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
}
