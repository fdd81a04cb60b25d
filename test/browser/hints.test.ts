/** docs/responsive.md in a real browser: a page of another origin hands its hints on, and gets pictures that fit. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Service, startService } from "../../src/cli/local/service.ts";
import { jpeg } from "../service/pictures.ts";
import { findChromium, launch } from "./chromium.ts";

const chromiumPath = findChromium();
if (chromiumPath === undefined) {
  console.warn("No Chromium on the PATH, and no CHROME_PATH: the browser test is skipped.");
}

describe.skipIf(chromiumPath === undefined)("a page with width=auto", { timeout: 200_000 }, () => {
  let browser: Browser;
  let service: Service;
  let site: Server;
  let delegate = "";
  let headers: Record<string, string> = {};

  beforeAll(async () => {
    browser = await launch(chromiumPath ?? "");
    service = await startService({ bindings: { SIGNING: "off", LOCAL_DEVELOPMENT: "true" } });
    await (await service.bucket("ORIGINALS")).put("a.jpg", await jpeg(3000, 2000));
    site = createServer((_, answer) => answer.writeHead(200, headers).end(page(delegate)));
    await new Promise<void>((done) => site.listen(0, "127.0.0.1", done));
  });
  afterAll(async () => {
    site?.close();
    await browser?.close();
    await service?.dispose();
  });

  const page = (meta: string) => `<!doctype html><meta charset="utf-8">${meta}
<img id="width" sizes="150px" style="width:150px" src="${service.url}/a.jpg?w=auto&format=jpeg">
<img id="viewport" src="${service.url}/a.jpg?w=auto&format=jpeg&v=2">
<img id="dpr" src="${service.url}/a.jpg?w=100&dpr=auto&format=jpeg">`;

  /** Pixels of the files that came, by the ids of their elements, and what the browser sent for them. */
  async function shown() {
    const viewport = { width: 300, height: 800 };
    const context = await browser.newContext({ viewport, deviceScaleFactor: 2 });
    try {
      const tab = await context.newPage();
      const widths: Record<string, number> = {};
      tab.on("pageerror", (error) => expect.fail(String(error)));
      await tab.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
      for (const id of ["width", "viewport", "dpr"]) {
        // The file's own pixels, whatever the page makes of them.
        widths[id] = (await tab.evaluate(
          `(async () => { const img = document.getElementById("${id}"); await img.decode(); return img.naturalWidth; })()`,
        )) as number;
      }
      return widths;
    } finally {
      await context.close();
    }
  }

  it("gets the usual size without a word to the browser", async () => {
    [delegate, headers] = ["", {}];
    expect(await shown()).toEqual({ width: 960, viewport: 960, dpr: 100 });
  });

  it("gets what fits with delegate-ch", async () => {
    const hints = ["sec-ch-width", "sec-ch-viewport-width", "sec-ch-dpr"];
    const content = hints.map((hint) => `${hint} ${service.url}`).join("; ");
    [delegate, headers] = [`<meta http-equiv="delegate-ch" content="${content}">`, {}];
    expect(await shown()).toMatchObject({ width: 320, viewport: 640, dpr: 200 });
  });

  it("gets what fits with Accept-CH and Permissions-Policy", async () => {
    const features = ["ch-width", "ch-viewport-width", "ch-dpr"];
    headers = {
      "Accept-CH": "Sec-CH-Width, Sec-CH-Viewport-Width, Sec-CH-DPR",
      "Permissions-Policy": features.map((name) => `${name}=(self "${service.url}")`).join(", "),
    };
    delegate = "";
    expect(await shown()).toMatchObject({ width: 320, viewport: 640, dpr: 200 });
  });
});
