#!/usr/bin/env node
/**
 * Makes every picture of this folder anew: `node examples/pictures/make.mjs <folder of photographs>`.
 * The drawn ones come from the code below; the photographs are read from the given folder, which README.md
 * says how to fill. Without the argument only the drawn ones are made. Needs sharp (a development dependency).
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";

const here = fileURLToPath(new URL("./", import.meta.url));
const to = (name) => join(here, name);
const svg = (width, height, body) =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${body}</svg>`,
  );

/** A small seeded generator (mulberry32), so that every run draws the same picture. */
const random = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};

/** One mountain ridge as an SVG path: a sum of sines, rougher in front. */
function ridge(width, height, base, swing, seed) {
  const next = random(seed);
  const waves = Array.from({ length: 7 }, (_, i) => ({
    f: (i + 1) ** 1.35 * (0.7 + next() * 0.6),
    p: next() * 6.28,
    a: swing / (i + 1) ** 1.15,
  }));
  let d = `M0 ${height}`;
  for (let x = 0; x <= width; x += 6) {
    const t = (x / width) * 6.28;
    const y = waves.reduce((sum, w) => sum + Math.sin(t * w.f * 0.55 + w.p) * w.a, base);
    d += `L${x} ${y.toFixed(1)}`;
  }
  return `${d}L${width} ${height}Z`;
}

/** Mountains at dusk, 2400 × 1600: large enough for every step of a width ladder. */
function mountains() {
  const [w, h] = [2400, 1600];
  const tones = ["#c98aa0", "#a56a93", "#7c5187", "#573d75", "#38305f", "#1f2145", "#11142d"];
  const ridges = tones
    .map((tone, i) => {
      const base = 760 + i * 128;
      return `<path d="${ridge(w, h, base, 64 + i * 9, 41 + i * 7)}" fill="${tone}"/>`;
    })
    .join("");
  return svg(
    w,
    h,
    `<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#20305f"/><stop offset=".28" stop-color="#6a5a94"/><stop offset=".47" stop-color="#e58f86"/><stop offset=".6" stop-color="#ffd3a1"/></linearGradient>
    <radialGradient id="glow"><stop offset="0" stop-color="#fff3d6"/><stop offset=".16" stop-color="#ffe2b0" stop-opacity=".9"/><stop offset="1" stop-color="#ffc48a" stop-opacity="0"/></radialGradient></defs>
    <rect width="${w}" height="${h}" fill="url(#sky)"/><circle cx="1610" cy="690" r="620" fill="url(#glow)"/><circle cx="1610" cy="690" r="92" fill="#fff6e2"/>${ridges}`,
  );
}

/** A poster of quarter circles in five colours, 1200 × 1600. */
function tiles() {
  const [w, h, s] = [1200, 1600, 200];
  const colours = ["#f2e8d5", "#e4572e", "#17324d", "#f3a712", "#669bbc"];
  const next = random(7);
  const pick = () => colours[Math.floor(next() * colours.length)];
  let body = "";
  for (let y = 0; y < h; y += s) {
    for (let x = 0; x < w; x += s) {
      const back = pick();
      let front = pick();
      while (front === back) front = pick();
      const turn = Math.floor(next() * 4) * 90;
      const shapes = [
        `<path d="M0 0H${s}A${s} ${s} 0 0 1 0 ${s}Z" fill="${front}"/>`,
        `<path d="M0 0H${s}A${s} ${s} 0 0 1 0 ${s}Z" fill="${front}"/><path d="M0 0H${s / 2}A${s / 2} ${s / 2} 0 0 1 0 ${s / 2}Z" fill="${back}"/>`,
        `<circle cx="${s / 2}" cy="${s / 2}" r="${s * 0.36}" fill="${front}"/>`,
        `<path d="M0 0H${s}V${s}Z" fill="${front}"/>`,
        `<path d="M0 ${s / 2}A${s / 2} ${s / 2} 0 0 1 ${s} ${s / 2}Z" fill="${front}"/><path d="M0 ${s}A${s / 2} ${s / 2} 0 0 1 ${s} ${s}Z" fill="${front}"/>`,
      ];
      const shape = shapes[Math.floor(next() * shapes.length)];
      body += `<g transform="translate(${x} ${y}) rotate(${turn} ${s / 2} ${s / 2})"><rect width="${s}" height="${s}" fill="${back}"/>${shape}</g>`;
    }
  }
  return svg(w, h, body);
}

/** Glass petals over nothing, 900 × 900: soft transparency, the hard case for resizing with alpha. */
function petals() {
  const size = 900;
  const hues = [8, 32, 48, 160, 196, 222, 262, 318];
  const body = hues
    .map(
      (hue, i) =>
        `<linearGradient id="p${i}" x1="0" y1="1" x2="0" y2="0"><stop offset="0" stop-color="hsl(${hue} 92% 62%)" stop-opacity=".15"/><stop offset="1" stop-color="hsl(${hue} 92% 58%)" stop-opacity=".86"/></linearGradient><path transform="rotate(${i * 45} 450 450)" d="M450 450C250 350 290 90 450 36C610 90 650 350 450 450Z" fill="url(#p${i})"/>`,
    )
    .join("");
  return svg(
    size,
    size,
    `${body}<circle cx="450" cy="450" r="46" fill="#fff" fill-opacity=".92"/>`,
  );
}

/** Ribbons of light, 1920 × 1200. */
function ribbons() {
  const [w, h] = [1920, 1200];
  const next = random(23);
  let body = `<defs><linearGradient id="b" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#041b2d"/><stop offset="1" stop-color="#0b3954"/></linearGradient></defs><rect width="${w}" height="${h}" fill="url(#b)"/>`;
  for (let i = 0; i < 44; i++) {
    const t = i / 43;
    const y = (k) =>
      150 + t * 760 + Math.sin(k * 1.7 + t * 3.1) * (190 - t * 70) + (next() - 0.5) * 14;
    const d = `M-20 ${y(0)}C${w * 0.3} ${y(1)} ${w * 0.34} ${y(2)} ${w * 0.55} ${y(2.6)}S${w * 0.86} ${y(4)} ${w + 20} ${y(4.6)}`;
    body += `<path d="${d}" fill="none" stroke="hsl(${168 + t * 150} 85% ${66 - t * 8}%)" stroke-opacity="${(0.2 + 0.6 * Math.sin(t * 3.14)).toFixed(2)}" stroke-width="${(2 + 7 * Math.sin(t * 9) ** 2).toFixed(1)}"/>`;
  }
  return svg(w, h, body);
}

/** A logo for overlays, 480 × 160 on nothing: a white mark and letters built of bars, with a soft dark rim. */
function logo() {
  const bar = (x, y, width, height) =>
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`;
  const letters = {
    P: [bar(0, 0, 12, 80), bar(0, 0, 46, 12), bar(34, 0, 12, 46), bar(0, 34, 46, 12)],
    I: [bar(0, 0, 12, 80)],
    C: [bar(0, 0, 12, 80), bar(0, 0, 44, 12), bar(0, 68, 44, 12)],
    T: [bar(0, 0, 48, 12), bar(18, 0, 12, 80)],
    O: [bar(0, 0, 12, 80), bar(0, 0, 48, 12), bar(36, 0, 12, 80), bar(0, 68, 48, 12)],
    R: [
      bar(0, 0, 12, 80),
      bar(0, 0, 46, 12),
      bar(34, 0, 12, 46),
      bar(0, 34, 46, 12),
      bar(22, 40, 12, 40),
    ],
  };
  const widths = { P: 46, I: 12, C: 44, T: 48, O: 48, R: 46 };
  let x = 156;
  const word = [..."PICTOR"].map((letter) => {
    const placed = `<g transform="translate(${x} 40)">${letters[letter].join("")}</g>`;
    x += widths[letter] + 10;
    return placed;
  });
  const mark =
    '<path d="M24 24H136V136H24Z" fill="none" stroke="#fff" stroke-width="12" stroke-linejoin="round"/><circle cx="104" cy="56" r="14"/><path d="M36 124L70 74L94 104L104 92L124 124Z"/>';
  return svg(
    480,
    160,
    `<filter id="rim" x="-10%" y="-10%" width="120%" height="120%"><feDropShadow dx="0" dy="2" stdDeviation="4" flood-color="#000" flood-opacity=".55"/></filter><g fill="#fff" filter="url(#rim)">${mark}${word.join("")}</g>`,
  );
}

/** One frame of the animation: dots that breathe on a circle, 400 × 400. */
function frame(step, steps) {
  let body = '<rect width="400" height="400" fill="#14213d"/>';
  for (let i = 0; i < 12; i++) {
    const angle = (i / 12) * 2 * Math.PI;
    const beat = 0.5 + 0.5 * Math.sin(angle * 2 + (step / steps) * 2 * Math.PI);
    body += `<circle cx="${200 + Math.cos(angle) * 128}" cy="${200 + Math.sin(angle) * 128}" r="${10 + beat * 22}" fill="${i % 2 ? "#fca311" : "#e5e5e5"}"/>`;
  }
  return svg(400, 400, body);
}

async function draw() {
  const jpeg = { quality: 86, mozjpeg: true };
  await sharp(mountains()).jpeg(jpeg).toFile(to("art/mountains.jpg"));
  await sharp(tiles())
    .jpeg({ ...jpeg, chromaSubsampling: "4:4:4" })
    .toFile(to("art/tiles.jpg"));
  await sharp(petals()).png({ compressionLevel: 9, effort: 10 }).toFile(to("art/petals.png"));
  await sharp(logo()).png({ compressionLevel: 9, effort: 10 }).toFile(to("brand/logo.png"));
  await sharp(ribbons()).webp({ quality: 86, effort: 6 }).toFile(to("art/ribbons.webp"));
  const frames = Array.from({ length: 16 }, (_, i) => sharp(frame(i, 16)).png().toBuffer());
  await sharp(await Promise.all(frames), { join: { animated: true } })
    .gif({ delay: Array(16).fill(70), loop: 0, colours: 32 })
    .toFile(to("art/dots.gif"));
}

async function photographs(folder) {
  const from = (name) => join(folder, name);
  const jpeg = { quality: 88, mozjpeg: true };
  await sharp(from("coffee.png")).jpeg(jpeg).toFile(to("coffee.jpg"));
  await sharp(from("rocket.jpg")).jpeg(jpeg).toFile(to("space/rocket.jpg"));
  await sharp(from("astronaut.png")).jpeg(jpeg).toFile(to("space/astronaut.jpg"));
  await sharp(from("chelsea.png")).webp({ quality: 88, effort: 6 }).toFile(to("animals/cat.webp"));
  await sharp(from("hubble_deep_field.jpg"))
    .avif({ quality: 62, effort: 6, chromaSubsampling: "4:2:0" })
    .toFile(to("space/galaxies.avif"));
  // As a phone stores a portrait picture: the pixels lie on their side, and EXIF orientation 6 says so.
  await sharp(await readFile(from("face.raw")), { raw: { width: 1024, height: 768, channels: 3 } })
    .extract({ left: 330, top: 0, width: 576, height: 768 })
    .rotate(-90)
    .withExif({ IFD0: { Copyright: "Public domain" } })
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 84, mozjpeg: true })
    .toFile(to("animals/raccoon.jpg"));
}

await draw();
if (process.argv[2]) await photographs(process.argv[2]);
