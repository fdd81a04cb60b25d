import { existsSync, readdirSync, readFileSync } from "node:fs";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { draw } from "../../../src/engine/svg/resvg.ts";
import { PictorError } from "../../../src/errors.ts";
import { fittingPlan } from "../../../src/image/limits.ts";
import type { Raster } from "../../../src/image/raster.ts";
import { parse } from "../../../src/params/parse.ts";
import { resolve } from "../../../src/params/resolve.ts";
import { probed } from "../decoded.ts";
import { modules } from "../modules.ts";
import { openEngine } from "../pictor/engines.ts";
import { difference } from "../pictures.ts";

const { engine } = openEngine();
const bytes = (text: string) => new TextEncoder().encode(text);
const svg = (inner: string, size = 'width="40" height="30"') =>
  bytes(
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${size}>${inner}</svg>`,
  );

async function render(file: Uint8Array, wishes: [string, string][]): Promise<Raster> {
  const plan = fittingPlan(
    resolve(parse(wishes)),
    "png",
    probed(file),
    file.length,
    engine.peakBytes,
  );
  const result = await engine.render(plan, new Blob([new Uint8Array(file)]).stream());
  const { data, info } = await sharp(result.bytes)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}

const pixel = ({ width, data }: Raster, x: number, y: number) => [
  ...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4),
];

describe("an SVG that is drawn", () => {
  it("has its colours, and its transparency", async () => {
    const made = await render(
      svg(
        '<rect width="20" height="30" fill="#f00"/><rect x="20" width="20" height="15" fill="#00f" opacity="0.5"/>',
      ),
      [],
    );
    expect(made).toMatchObject({ width: 40, height: 30 });
    expect(pixel(made, 5, 20)).toEqual([255, 0, 0, 255]);
    expect(pixel(made, 30, 5)).toEqual([0, 0, 255, 128]);
    expect(pixel(made, 30, 25)[3]).toBe(0);
  });

  it("is drawn in the size that is wanted, not enlarged afterwards", async () => {
    const made = await render(svg('<rect x="0.5" width="0.25" height="30" fill="#000"/>'), [
      ["width", "400"],
      ["fit", "contain"],
    ]);
    expect(made).toMatchObject({ width: 400, height: 300 });
    const row = Array.from({ length: 12 }, (_, x) => pixel(made, x, 9)[3]);
    expect(row).toEqual([0, 0, 0, 0, 0, 255, 255, 128, 0, 0, 0, 0]);
  });

  it("is cut, stretched and turned as pixels are", async () => {
    const file = svg(
      '<rect width="20" height="30" fill="#f00"/><rect x="20" width="20" height="30" fill="#00f"/>',
    );
    const cut = await render(file, [
      ["crop", "10,0,20,30"],
      ["width", "100"],
      ["fit", "contain"],
    ]);
    expect(cut).toMatchObject({ width: 100, height: 150 });
    expect([pixel(cut, 49, 5), pixel(cut, 50, 5)]).toEqual([
      [255, 0, 0, 255],
      [0, 0, 255, 255],
    ]);
    const squeezed = await render(file, [
      ["width", "80"],
      ["height", "20"],
      ["fit", "squeeze"],
    ]);
    expect(squeezed).toMatchObject({ width: 80, height: 20 });
    expect([pixel(squeezed, 39, 5), pixel(squeezed, 40, 15)]).toEqual([
      [255, 0, 0, 255],
      [0, 0, 255, 255],
    ]);
    const turned = await render(file, [["rotate", "90"]]);
    expect([pixel(turned, 3, 3), pixel(turned, 3, 36)]).toEqual([
      [255, 0, 0, 255],
      [0, 0, 255, 255],
    ]);
  });

  it.each([
    '<circle cx="20" cy="15" r="12" fill="#2a7"/>',
    '<path d="M2 2C10 40 30 -20 38 28Z" fill="none" stroke="#a00" stroke-width="3"/>',
    '<defs><linearGradient id="g"><stop offset="0" stop-color="#f00"/><stop offset="1" stop-color="#00f"/></linearGradient></defs><rect width="40" height="30" fill="url(#g)"/>',
    '<defs><clipPath id="c"><circle cx="20" cy="15" r="9"/></clipPath></defs><rect width="40" height="30" fill="#777" clip-path="url(#c)"/>',
    "<style>.a{fill:#0a0;stroke:#000}</style><g class='a'><rect x='5' y='5' width='30' height='20'/></g>",
    '<defs><rect id="r" width="8" height="8" fill="#c0c"/></defs><use xlink:href="#r" x="4" y="4"/><use href="#r" x="20" y="14"/>',
  ])("looks as librsvg draws it: %s", async (inner) => {
    const file = svg(inner, 'width="40" height="30" viewBox="0 0 40 30"');
    const made = await render(file, [
      ["width", "320"],
      ["fit", "contain"],
    ]);
    const large = bytes(
      new TextDecoder()
        .decode(file)
        .replace('width="40" height="30" viewBox', 'width="320" height="240" viewBox'),
    );
    const { data, info } = await sharp(large)
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const expected = { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
    expect(difference(made, expected).psnr).toBeGreaterThan(35);
  });

  it("draws a PNG that lies in it, and fetches nothing else", async () => {
    const png = await sharp({ create: { width: 2, height: 2, channels: 3, background: "#0f0" } })
      .png()
      .toBuffer();
    const made = await render(
      svg(
        `<image width="20" height="30" preserveAspectRatio="none" href="data:image/png;base64,${png.toString("base64")}"/><image x="20" width="20" height="30" href="http://127.0.0.1/x.png"/>`,
      ),
      [],
    );
    expect(pixel(made, 10, 15)).toEqual([0, 255, 0, 255]);
    expect(pixel(made, 30, 15)[3]).toBe(0);
  });

  it("leaves text out: there are no fonts", async () => {
    const made = await render(svg('<text y="20" font-size="20">Text</text>'), []);
    expect(made.data.every((level) => level === 0)).toBe(true);
  });
});

describe("an SVG that would take too much", () => {
  const refusedAs = async (file: Uint8Array, wishes: [string, string][] = []) => {
    const error = await render(file, wishes).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PictorError);
    return (error as PictorError).code;
  };

  it("is refused after a number of steps that is the same everywhere", async () => {
    const turbulence = svg(
      '<filter id="f"><feTurbulence baseFrequency="0.01" numOctaves="100000"/></filter><rect filter="url(#f)" width="40" height="30"/>',
    );
    expect(
      await refusedAs(turbulence, [
        ["width", "400"],
        ["fit", "contain"],
      ]),
    ).toBe("picture_too_large");
    const once = (steps: number) =>
      draw(modules.resvg, svg('<circle r="9"/>'), { memory: 2 ** 26, steps });
    expect(() => once(10_000)).toThrow("steps");
    expect(once(10_000_000).width).toBe(40);
  });

  it("is refused when uses of uses multiply", async () => {
    const uses = Array.from(
      { length: 8 },
      (_, i) => `<g id="g${i + 1}">${`<use href="#g${i}"/>`.repeat(10)}</g>`,
    ).join("");
    expect(
      await refusedAs(
        svg(`<defs><rect id="g0" width="1" height="1"/>${uses}</defs><use href="#g8"/>`),
      ),
    ).toBe("picture_too_large");
  });

  it("is refused when its layers take more memory than the plan has", () => {
    const layers = `${'<g opacity="0.5">'.repeat(60)}<rect width="40" height="30"/>${"</g>".repeat(60)}`;
    const file = svg(layers, 'width="900" height="900" viewBox="0 0 40 30"');
    expect(() => draw(modules.resvg, file, { memory: 12 * 2 ** 20, steps: 1e9 })).toThrow("memory");
  });

  it("is refused in a size that cannot be, with one that can", async () => {
    expect(await refusedAs(svg("<rect/>", 'width="9000" height="9000"'))).toBe("output_too_large");
    expect(
      (await render(svg("<rect/>", 'width="9000000" height="9000000"'), [["width", "90"]])).width,
    ).toBe(90);
  });
});

const CORPUS = "../shared/corpus/";
const folders = ["svg", "hostile/svg"].filter((folder) => existsSync(CORPUS + folder));

describe("SVGs of test suites and of attackers", () => {
  it.skipIf(folders.length === 0)(
    "are drawn or refused, each within memory and time",
    async () => {
      for (const folder of folders)
        for (const name of readdirSync(CORPUS + folder)) {
          const file = new Uint8Array(readFileSync(`${CORPUS}${folder}/${name}`));
          const start = process.cpuUsage();
          try {
            expect((await render(file, [["width", "200"]])).width).toBeLessThanOrEqual(200);
          } catch (error) {
            if (!(error instanceof PictorError) || error.code === "internal") throw error;
          }
          const { user, system } = process.cpuUsage(start);
          expect((user + system) / 1e6, name).toBeLessThan(10);
        }
    },
    120_000,
  );
});
