/** Opens a page, scrolls through it as a reader does, and reports what every image became. */
import type { Browser, Page } from "playwright-core";

export interface ImageReport {
  /** What the browser chose, without the origin. */
  readonly url: string;
  /** `w` of that URL. */
  readonly asked: number;
  /** Pixels of the file that came. */
  readonly width: number;
  readonly height: number;
  /** Pixels that the page expects: its own for one URL, the chosen width in its shape for a `srcset`. */
  readonly expectedWidth: number;
  readonly expectedHeight: number;
  readonly alt: string;
  /** `loaded`, or the text of the failure. */
  readonly state: string;
  /** The line under it: format, bytes, size, time. */
  readonly facts: string;
}

export interface PageReport {
  readonly images: readonly ImageReport[];
  /** Console errors, uncaught exceptions, and violations of the content security policy. */
  readonly complaints: readonly string[];
  /** Pixels by which the page is wider than the window. */
  readonly overflow: number;
  /** Cumulative layout shift (web.dev/cls); 0 is still. */
  readonly layoutShift: number;
}

/** Time for all transforms of the page, on a slow machine. */
const PATIENCE = 150_000;

export async function inspect(browser: Browser, url: string, width: number): Promise<PageReport> {
  const context = await browser.newContext({ viewport: { width, height: 900 } });
  try {
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error")
        complaints.push(`${message.text()} ${message.location().url}`);
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.addInitScript(WATCH);
    await page.goto(url);
    await scrollThrough(page);
    await settled(page);
    const report = (await page.evaluate(REPORT)) as Omit<PageReport, "complaints"> & {
      violations: string[];
    };
    const { violations, ...rest } = report;
    return { ...rest, complaints: [...complaints, ...violations] };
  } finally {
    await context.close();
  }
}

async function scrollThrough(page: Page): Promise<void> {
  const height = await page.evaluate("document.documentElement.scrollHeight");
  for (let y = 0; y < Number(height); y += 450) {
    await page.mouse.wheel(0, 450);
    await page.waitForTimeout(60);
  }
}

/** Asks from outside: a condition that polls inside the page would need `unsafe-eval` in its policy. */
async function settled(page: Page): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (!(await page.evaluate(ALL_SETTLED))) {
    if (Date.now() > end) throw new Error("Not every image came to an end in time.");
    await page.waitForTimeout(100);
  }
}

// What runs in the page is text: the compiler of the test must not rewrite it.

const WATCH = `
  window.violations = []; window.shift = 0;
  document.addEventListener("securitypolicyviolation", (e) => window.violations.push(e.violatedDirective + " " + e.blockedURI));
  new PerformanceObserver((list) => { for (const e of list.getEntries()) if (!e.hadRecentInput) window.shift += e.value; })
    .observe({ type: "layout-shift", buffered: true });
`;

const ALL_SETTLED = `document.images.length > 0 && [...document.images].every((image) => image.closest("figure").dataset.state)`;

const REPORT = `(async () => {
  const images = await Promise.all([...document.images].map(async (image) => {
    const url = new URL(image.currentSrc || image.src);
    const asked = Number(url.searchParams.get("w"));
    // Without a srcset around it, so that its size is that of the file.
    const bare = new Image();
    bare.src = url.href;
    await Promise.all([bare.decode(), image.decode()]).catch(() => {});
    const figure = image.closest("figure");
    const chosen = [...(image.parentElement.localName === "picture" ? image.parentElement.querySelectorAll("source") : [])]
      .find((source) => matchMedia(source.media).matches) ?? image;
    const [w, h] = [Number(chosen.getAttribute("width")), Number(chosen.getAttribute("height"))];
    return {
      url: url.pathname + url.search, asked, width: bare.naturalWidth, height: bare.naturalHeight,
      expectedWidth: image.srcset ? asked : w, expectedHeight: image.srcset ? Math.round((asked * h) / w) : h, alt: image.alt,
      state: figure.dataset.state === "loaded" ? "loaded" : figure.querySelector(".failure")?.textContent ?? "unknown",
      facts: figure.querySelector(".facts").innerText,
    };
  }));
  return { images, violations: window.violations, overflow: document.documentElement.scrollWidth - innerWidth, layoutShift: window.shift };
})()`;
