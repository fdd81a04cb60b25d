/** The page's sections, top to bottom. */
import { type FigureOptions, figure, pathOf, type Sign, sources } from "./figure.ts";
import { attributes, escapeHtml } from "./html.ts";
import { inGalleryOrder } from "./samples.ts";
import {
  croppedShot,
  fitShots,
  formatShots,
  galleryShot,
  gravityShots,
  lookShots,
  type Picture,
  type Shot,
} from "./shots.ts";

/** Pictures that the page shows at once; a folder may hold thousands. */
const GALLERY_LIMIT = 30;

/** The picture of that name, or else any that suits. */
function choose(
  pictures: readonly Picture[],
  key: string,
  suits: (p: Picture) => boolean,
): Picture {
  const found =
    pictures.find((picture) => picture.key === key) ?? pictures.find(suits) ?? pictures[0];
  return found ?? { key };
}

const wide = ({ width = 3, height = 2 }: Picture) => width >= height * 1.2;
const tall = ({ width = 3, height = 2 }: Picture) => height >= width * 1.2;

export async function hero(pictures: readonly Picture[], sign: Sign): Promise<string> {
  const picture = choose(pictures, "art/ribbons.webp", wide);
  const shot = croppedShot(picture, {
    ar: [16, 10],
    limit: 1600,
    sizes: "(min-width: 1240px) 624px, (min-width: 960px) 50vw, 94vw",
  });
  const dots = '<div class="dots" aria-hidden="true"><i></i><i></i><i></i></div>\n';
  const example = `<span class="tag">&lt;img</span> <span class="name">src</span>=<span class="value">"${escapeHtml(pathOf(picture))}</span>
  <span class="mark">?</span><span class="name">w</span>=<span class="value">800</span><span class="mark">&amp;</span><span class="name">ar</span>=<span class="value">16:10</span><span class="mark">&amp;</span><span class="name">fit</span>=<span class="value">cover</span><span class="mark">&amp;</span><span class="name">format</span>=<span class="value">auto"</span><span class="tag">&gt;</span>`;
  return `<div class="hero">
<div>
<h1>Name a picture. Say what you want. <em>Get just that.</em></h1>
<p class="lead">Pictor is an image CDN at the edge: a URL names a picture and, in its query string, what should be done to it. Every image on this page was made that way, a moment ago, on this machine.</p>
<pre>${example}</pre>
</div>
${await figure(shot, sign, { className: "shown wide", eager: true, head: dots })}
</div>`;
}

export async function gallery(pictures: readonly Picture[], sign: Sign): Promise<string> {
  const shown = inGalleryOrder(pictures).slice(0, GALLERY_LIMIT);
  const figures = await Promise.all(
    shown.map((picture) =>
      figure(galleryShot(picture), sign, {
        ...(/\.(png|gif|webp|avif)$/i.test(picture.key) && { className: "checks" }),
      }),
    ),
  );
  const rest = pictures.length - shown.length;
  return section(
    "gallery",
    "As wide as the screen needs",
    "One <code>srcset</code> a picture. The browser picks the width, <code>format=auto</code> the best format that it can show.",
    `<div class="gallery">${figures.join("\n")}</div>${rest > 0 ? `\n<p class="more">And ${rest} more in the bucket.</p>` : ""}`,
  );
}

/** The same picture cut in two ways: `<picture>` decides which, by the width of the window. */
export async function artDirection(pictures: readonly Picture[], sign: Sign): Promise<string> {
  const picture = choose(pictures, "art/mountains.jpg", wide);
  const narrow = croppedShot(picture, { ar: [3, 4], limit: 1280, sizes: "92vw" });
  const broad = croppedShot(picture, {
    ar: [21, 9],
    limit: 1600,
    sizes: "(min-width: 1240px) 1200px, 95vw",
  });
  const { srcset, sizes } = (await sources(narrow, sign)) as { srcset?: string; sizes?: string };
  const alternative = `<source${attributes({ media: "(max-width: 640px)", srcset, sizes, width: narrow.width, height: narrow.height })}>`;
  return section(
    "art-direction",
    "A cut for each shape",
    "A tall cut on a phone, a wide one on a desk, both around the same focal point. Make the window narrow to see it change.",
    await figure({ ...broad, note: "3:4 up to 640 px, 21:9 above" }, sign, {
      className: "wide",
      alternatives: alternative,
    }),
  );
}

export async function transforms(pictures: readonly Picture[], sign: Sign): Promise<string> {
  const fit = fitShots(choose(pictures, "coffee.jpg", wide));
  const gravity = gravityShots(choose(pictures, "space/astronaut.jpg", tall));
  const looks = lookShots(choose(pictures, "animals/cat.webp", wide));
  return section(
    "transforms",
    "One picture, many wishes",
    "Parameters combine, in any order. A wrong one is an error that says what was expected.",
    `<h3>Fit <span>· the same box of 300 × 300</span></h3>
${await tiles(fit, sign, "tiles box")}
<h3>Gravity <span>· what a flat cut keeps</span></h3>
${await tiles(gravity, sign, "tiles low full")}
<h3>Looks</h3>
${await tiles(looks, sign, "tiles full")}`,
  );
}

export async function formats(pictures: readonly Picture[], sign: Sign): Promise<string> {
  const shots = formatShots(choose(pictures, "space/rocket.jpg", wide));
  return section(
    "formats",
    "The same picture in four formats",
    "At the default quality of 80, unless it says otherwise. Bars show the bytes.",
    `<div class="formats" data-compare>${(
      await Promise.all(shots.map((shot) => figure(shot, sign, { bar: true })))
    ).join("\n")}</div>`,
  );
}

async function tiles(shots: readonly Shot[], sign: Sign, className: string): Promise<string> {
  const options: FigureOptions = {};
  const figures = await Promise.all(shots.map((shot) => figure(shot, sign, options)));
  return `<div class="${className}">${figures.join("\n")}</div>`;
}

function section(id: string, title: string, intro: string, content: string): string {
  return `<section id="${id}">
<div class="intro"><h2>${title}</h2><p>${intro}</p></div>
${content}
</section>`;
}
