/** The page's whole style. System fonts, nothing from outside; light and dark by the reader's setting. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #faf8f4; --card: #ffffff; --ink: #1b1a1f; --soft: #68656f; --line: #e6e1d8; --well: #f0ece4;
  --accent: #c2410c; --name: #6d28d9; --value: #b4400f; --check: #e4dfd6;
  --shadow: 0 1px 2px rgb(40 30 20 / .05), 0 8px 24px rgb(40 30 20 / .06);
  --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #111115; --card: #1a1a20; --ink: #f2efe9; --soft: #a3a0aa; --line: #2c2b33; --well: #212027;
    --accent: #ff9466; --name: #c4a7ff; --value: #ffac80; --check: #2b2a32;
    --shadow: 0 1px 2px rgb(0 0 0 / .4), 0 10px 30px rgb(0 0 0 / .3);
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 var(--sans); -webkit-font-smoothing: antialiased; }
a { color: inherit; text-decoration-color: var(--accent); text-underline-offset: .2em; }
a:hover { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 4px; }
h1, h2, h3, p, figure { margin: 0; }
code, pre { font-family: var(--mono); }
.wrap { width: min(1200px, 100% - 2.25rem); margin-inline: auto; }

.top { display: flex; align-items: center; gap: 1rem; padding: 1.1rem 0; }
.brand { display: flex; align-items: center; gap: .6rem; font-weight: 700; font-size: 1.1rem; letter-spacing: -.01em; }
.brand svg { width: 1.9rem; height: 1.9rem; display: block; }
.brand small { font-weight: 500; font-size: .78rem; color: var(--soft); }
.top nav { margin-left: auto; display: flex; gap: 1.2rem; font-size: .92rem; }

.hero { display: grid; gap: 2.5rem; align-items: center; padding: 2rem 0 4rem; }
@media (min-width: 960px) { .hero { grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); gap: 4rem; padding: 3.5rem 0 6rem; } }
h1 { font-size: clamp(2.4rem, 5.4vw, 3.7rem); line-height: 1.04; letter-spacing: -.04em; font-weight: 780; text-wrap: balance; }
h1 em { font-style: normal; background: linear-gradient(92deg, #f97316, #db2777 55%, #7c3aed); -webkit-background-clip: text; background-clip: text; color: transparent; }
.lead { margin-top: 1.4rem; font-size: clamp(1.05rem, 1.6vw, 1.22rem); color: var(--soft); max-width: 34em; text-wrap: pretty; }
.hero pre { margin: 1.8rem 0 0; padding: 1rem 1.15rem; background: var(--card); border: 1px solid var(--line); border-radius: 14px; font-size: .84rem; line-height: 1.7; white-space: pre-wrap; overflow-wrap: anywhere; }
@media (max-width: 480px) { .hero pre { font-size: .72rem; padding: .9rem; } }
.tag { color: var(--soft); } .name { color: var(--name); } .value { color: var(--value); } .mark { color: var(--soft); }

section { padding: 3.2rem 0; border-top: 1px solid var(--line); }
.intro { display: grid; gap: .5rem; margin-bottom: 1.8rem; max-width: 46em; }
h2 { font-size: clamp(1.6rem, 3vw, 2.15rem); line-height: 1.15; letter-spacing: -.025em; font-weight: 720; text-wrap: balance; }
.intro p { color: var(--soft); text-wrap: pretty; }
h3 { margin: 2.2rem 0 1rem; font-size: 1.05rem; letter-spacing: -.01em; }
h3 span { font-weight: 400; color: var(--soft); }

figure { background: var(--card); border: 1px solid var(--line); border-radius: 16px; overflow: hidden; box-shadow: var(--shadow); min-width: 0; }
.frame { position: relative; background: var(--well); }
.frame img { display: block; width: 100%; height: auto; object-fit: cover; color: transparent; }
figcaption { padding: .8rem .95rem .85rem; font-size: .88rem; }
.title { line-height: 1.35; overflow-wrap: anywhere; } .title span { color: var(--soft); }
.facts { margin-top: .3rem; min-height: 1.55em; font-size: .8rem; color: var(--soft); font-variant-numeric: tabular-nums; }
.facts span { white-space: nowrap; }
.facts span:not(:first-child)::before { content: " · "; }
.facts .type { color: var(--ink); font-weight: 650; }
.link { display: flex; align-items: flex-start; gap: .6rem; margin-top: .45rem; padding-top: .55rem; border-top: 1px dashed var(--line); }
.url { flex: 1; min-width: 0; font-size: .74rem; line-height: 1.5; overflow-wrap: anywhere; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 5; overflow: hidden; min-height: 3em; }
button { flex: none; font: 600 .72rem/1 var(--sans); color: var(--soft); background: var(--well); border: 0; border-radius: 7px; padding: .42rem .55rem; cursor: pointer; }
button:hover { color: var(--accent); }

[data-state="failed"] img { visibility: hidden; }
.failure { position: absolute; inset: 0; display: grid; place-content: center; overflow: auto; padding: 1rem; text-align: center; font-size: .82rem; line-height: 1.4; color: var(--accent); overflow-wrap: anywhere; }

.shown { border-radius: 20px; }
.dots { display: flex; gap: .4rem; padding: .8rem 1rem; border-bottom: 1px solid var(--line); }
.dots i { width: .65rem; height: .65rem; border-radius: 50%; background: var(--line); }

.gallery { columns: 3 300px; column-gap: 1.4rem; }
.gallery figure { break-inside: avoid; margin-bottom: 1.4rem; }
.gallery .url, .wide .url { min-height: 1.5em; }
.more { color: var(--soft); }
.checks .frame { background: repeating-conic-gradient(var(--check) 0 25%, var(--card) 0 50%) 0 0 / 22px 22px; }

.wide { max-width: 1200px; }
.wide img { max-height: 78vh; }

.tiles { display: grid; gap: 1.2rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 232px), 1fr)); }
.tiles .frame { display: grid; place-items: center; aspect-ratio: 1; }
.tiles.low .frame { aspect-ratio: 2; }
.tiles .frame img { max-width: 100%; max-height: 100%; width: auto; }
.tiles figure { display: flex; flex-direction: column; } .tiles figcaption { flex: 1; display: flex; flex-direction: column; } .tiles .link { margin-top: auto; }
.tiles.box .frame { padding: 7%; background: var(--well) linear-gradient(var(--well), var(--well)); }
.tiles.full .frame img { width: 100%; height: 100%; }
@media (max-width: 620px) { .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .8rem; } .tiles figcaption { padding: .65rem .7rem .7rem; } .tiles .link { display: block; } .tiles button { margin-top: .4rem; } }

.formats { display: grid; gap: 1.2rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 205px), 1fr)); }
.bar { height: .5rem; margin: .55rem 0 .1rem; border-radius: 9px; background: var(--well); overflow: hidden; }
.bar span { display: block; height: 100%; width: 0; border-radius: 9px; background: linear-gradient(90deg, #f97316, #db2777); transition: width .5s; }

.next { display: grid; gap: 1.2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr)); }
.next div { background: var(--card); border: 1px solid var(--line); border-radius: 16px; padding: 1.2rem 1.3rem; }
.next h3 { margin: 0 0 .3rem; } .next p { color: var(--soft); font-size: .93rem; }
.next pre { margin: .9rem 0 0; padding: .7rem .85rem; border-radius: 10px; background: var(--well); font-size: .8rem; white-space: pre-wrap; overflow-wrap: anywhere; }
footer { padding: 2.2rem 0 3rem; color: var(--soft); font-size: .88rem; border-top: 1px solid var(--line); }
`;
