/**
 * The page's own script, plain JavaScript for browsers of the last years: under each image it writes the URL that
 * the browser chose, and what came back. It sends nothing anywhere.
 */
export const SCRIPT = `
"use strict";
performance.setResourceTimingBufferSize(2000);
const NAMES = { "image/avif": "AVIF", "image/webp": "WebP", "image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/jxl": "JPEG XL", "image/svg+xml": "SVG" };
const HIDDEN = new Set(["sig", "kid", "exp"]);
const bytesText = (n) => n < 1000 ? n + " B" : n < 1e6 ? (n / 1000).toFixed(n < 10000 ? 1 : 0) + " kB" : (n / 1e6).toFixed(1) + " MB";
const el = (name, className, text) => Object.assign(document.createElement(name), { className, textContent: text });

// The URL in colours, without signature; the whole of it is in the title, and is what Copy copies.
function showUrl(figure, href) {
  const box = figure.querySelector(".url");
  if (!box || box.title === href) return;
  const url = new URL(href);
  box.title = href;
  const shown = [...url.search.slice(1).split("&")].map((pair) => pair.split("=")).filter(([name]) => name && !HIDDEN.has(name));
  box.replaceChildren(el("span", "path", decodeURI(url.pathname)));
  shown.forEach(([name, value = ""], i) => {
    box.append(document.createElement("wbr"), el("span", "mark", i ? "&" : "?"), el("span", "name", name), el("span", "mark", "="), el("span", "value", decodeURIComponent(value)));
  });
  if (url.searchParams.has("sig")) box.append(el("span", "mark", "&sig=…"));
}

// What the browser noted about the request; a second look at its cache where it keeps the type to itself.
async function factsOf(href) {
  const entry = performance.getEntriesByName(href, "resource").pop();
  let type = entry && entry.contentType, bytes = entry && entry.encodedBodySize;
  if (!type || !bytes) {
    const answer = await fetch(href, { cache: "force-cache", headers: { accept: "image/avif,image/webp,image/*,*/*;q=0.8" } });
    type = answer.headers.get("content-type");
    bytes = (await answer.blob()).size;
  }
  return { type: (type || "").split(";")[0], bytes, ms: entry && entry.duration, cached: !entry || entry.transferSize === 0 };
}

function pixelsOf(href) {
  const image = new Image();
  image.src = href;
  return image.decode().then(() => image.naturalWidth + " × " + image.naturalHeight, () => "");
}

async function loaded(image) {
  const figure = image.closest("figure"), href = image.currentSrc;
  if (!figure || !href) return;
  showUrl(figure, href);
  const [facts, pixels] = await Promise.all([factsOf(href), pixelsOf(href)]);
  if (image.currentSrc !== href) return;
  figure.dataset.state = "loaded";
  const line = figure.querySelector(".facts");
  const parts = [["type", NAMES[facts.type] || facts.type], ["bytes", bytesText(facts.bytes)], ["pixels", pixels]];
  parts.push(["time", facts.cached ? "from cache" : Math.max(1, Math.round(facts.ms)) + " ms"]);
  line.replaceChildren(...parts.filter(([, text]) => text).map(([name, text]) => el("span", name, text)).flatMap((part, i) => (i ? [document.createElement("wbr"), part] : [part])));
  figure.dataset.bytes = String(facts.bytes);
  const group = figure.closest("[data-compare]");
  if (group) compare(group);
}

// Bars of the format comparison: each as long as its file is large.
function compare(group) {
  const figures = [...group.querySelectorAll("figure[data-bytes]")];
  const most = Math.max(...figures.map((figure) => Number(figure.dataset.bytes)));
  for (const figure of figures) figure.querySelector(".bar span").style.width = (100 * Number(figure.dataset.bytes)) / most + "%";
}

async function failed(image) {
  const figure = image.closest("figure"), href = image.currentSrc || image.src;
  if (!figure || figure.dataset.failing) return;
  figure.dataset.failing = "1";
  showUrl(figure, href);
  let text = "The service did not answer. Does it still run?";
  try {
    const answer = await fetch(href);
    const problem = await answer.json().catch(() => ({}));
    text = answer.ok ? "It failed once, and answers now. Reload the page." : answer.status + " " + (problem.title || answer.statusText) + (problem.detail ? ": " + problem.detail : "");
  } catch {}
  figure.querySelector(".frame").append(el("p", "failure", text));
  figure.dataset.state = "failed";
}

document.addEventListener("load", (event) => event.target.localName === "img" && loaded(event.target), true);
document.addEventListener("error", (event) => event.target.localName === "img" && failed(event.target), true);
for (const image of document.images) {
  if (image.complete && image.currentSrc) image.naturalWidth ? loaded(image) : failed(image);
}
for (const box of document.querySelectorAll(".url")) showUrl(box.closest("figure"), new URL(box.dataset.href, location.href).href);

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  const box = button.closest("figure").querySelector(".url");
  try {
    await navigator.clipboard.writeText(box.title);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(box);
    button.textContent = "Selected";
  }
  setTimeout(() => { button.textContent = "Copy"; }, 1500);
});
`;
