/** The start page of the real service in a real browser: every image decodes, at the size that was asked for. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { measure } from "../../src/cli/local/measure.ts";
import { SAMPLES } from "../../src/cli/local/paths.ts";
import { findPictures } from "../../src/cli/local/pictures.ts";
import { seed } from "../../src/cli/local/seed.ts";
import { type Service, startService } from "../../src/cli/local/service.ts";
import { findChromium, launch } from "./chromium.ts";
import { inspect, type PageReport } from "./inspect.ts";

const chromiumPath = findChromium();
if (chromiumPath === undefined) {
  console.warn("No Chromium on the PATH, and no CHROME_PATH: the browser test is skipped.");
}

const LOCAL = { LOCAL_DEVELOPMENT: "true" };
const KEY = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

describe.skipIf(chromiumPath === undefined)("the start page", { timeout: 200_000 }, () => {
  let browser: Browser;
  let state: string;

  beforeAll(async () => {
    browser = await launch(chromiumPath ?? "");
    state = await mkdtemp(join(tmpdir(), "pictor-browser-"));
  });

  afterAll(async () => {
    await browser?.close();
    await rm(state, { recursive: true, force: true });
  });

  async function serveSamples(bindings: Readonly<Record<string, string>>): Promise<Service> {
    const service = await startService({ bindings: { ...LOCAL, ...bindings } });
    const { pictures } = await findPictures(SAMPLES);
    await seed(await service.bucket("ORIGINALS"), pictures, { state, measure });
    return service;
  }

  describe("without signatures", () => {
    let service: Service;
    beforeAll(async () => {
      service = await serveSamples({ SIGNING: "off" });
    });
    afterAll(async () => {
      await service?.dispose();
    });

    it.each([1440, 820, 390])("is right in a window of %i px", async (width) => {
      expectGood(await inspect(browser, `${service.url}/`, width));
    });
  });

  describe("with SIGNING=required", () => {
    let service: Service;
    beforeAll(async () => {
      service = await serveSamples({ SIGNING: "required", SIGNING_KEYS: `k1:${KEY}` });
    });
    afterAll(async () => {
      await service?.dispose();
    });

    it("shows the same pictures by signed URLs", async () => {
      const report = await inspect(browser, `${service.url}/`, 820);
      expectGood(report);
      expect(report.images.filter(({ url }) => !/[?&]sig=[\w-]{43}(&|$)/.test(url))).toEqual([]);
      const unsigned = await fetch(`${service.url}/coffee.jpg?w=240`);
      expect(unsigned.status).toBe(401);
    });
  });
});

function expectGood({ images, complaints, overflow, layoutShift }: PageReport): void {
  expect(images.filter(({ state }) => state !== "loaded")).toEqual([]);
  expect(complaints).toEqual([]);
  // Eleven samples in the gallery, and the other sections.
  expect(images.length).toBeGreaterThan(30);
  for (const image of images) {
    expect(image.asked, image.url).toBeGreaterThan(0);
    expect(image.width, image.url).toBe(image.expectedWidth);
    // The other side is rounded, here by the browser and there by the service.
    expect(Math.abs(image.height - image.expectedHeight), image.url).toBeLessThanOrEqual(1);
    expect(image.alt, image.url).not.toBe("");
    expect(image.facts, image.url).toMatch(/^(AVIF|WebP|JPEG|PNG).*B.*\d+ × \d+/s);
  }
  expect(overflow).toBeLessThanOrEqual(0);
  // "Good" by web.dev/cls is 0.1; what is left is lines of text that get their second row.
  expect(layoutShift).toBeLessThan(0.1);
}
