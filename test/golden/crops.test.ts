/** Crops that see, by URL: `trim` against sharp's, faces where they were marked by hand, and what is kept of a look. */
import { readFileSync } from "node:fs";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { type Service, startService } from "../../src/cli/local/service.ts";
import { gifFile } from "../engine/pictor/animation-files.ts";
import { colourOf } from "../engine/pictor/gif-files.ts";
import { complaints, SAME } from "./compare.ts";
import {
  asPng,
  compassPicture,
  decoded,
  fromSharp,
  inSharp,
  type Picture,
  paint,
} from "./picture.ts";
import { useService } from "./service.ts";

const golden = useService();

const sample = (name: string) =>
  readFileSync(new URL(`../../examples/pictures/${name}`, import.meta.url));
const astronaut = sample("space/astronaut.jpg");

/** The compass, which has no even edge, on a border of one colour. */
function bordered(r: number, g: number, b: number, a: number): Picture {
  const content = compassPicture(97, 61);
  return paint(160, 120, (x, y) => {
    const [cx, cy] = [x - 31, y - 17];
    if (cx < 0 || cy < 0 || cx >= 97 || cy >= 61) return [r, g, b, a];
    const at = (cy * 97 + cx) * 4;
    const [red, green, blue, alpha] = content.data.subarray(at, at + 4);
    return [red!, green!, blue!, alpha!];
  });
}

interface Explained {
  readonly work: {
    readonly findings: {
      readonly focus?: { readonly by: string; readonly point: { x: number; y: number } };
      readonly faces?: readonly unknown[];
      readonly content?: unknown;
    };
    readonly plan: { readonly crop: unknown };
    readonly steps: readonly string[];
  };
}
const explained = async (url: string): Promise<Explained["work"]> =>
  (JSON.parse(new TextDecoder().decode(await golden.get(`${url}&explain=1`))) as Explained).work;

/** The astronaut 300 px wide at the right end of an even picture of 1200 × 300. */
async function wide(): Promise<Buffer> {
  const small = await sharp(astronaut).resize(300, 300).toBuffer();
  const background = { r: 70, g: 110, b: 150 };
  return sharp({ create: { width: 1200, height: 300, channels: 3, background } })
    .composite([{ input: small, left: 860, top: 0 }])
    .png()
    .toBuffer();
}

beforeAll(async () => {
  await golden.put("white.png", await asPng(bordered(255, 255, 255, 255)));
  await golden.put("clear.png", await asPng(bordered(10, 20, 30, 0)));
  const { data, width, height } = bordered(250, 250, 250, 255);
  const raw = { width, height, channels: 4 } as const;
  await golden.put(
    "noisy.jpg",
    await sharp(data, { raw }).removeAlpha().jpeg({ quality: 50 }).toBuffer(),
  );
  await golden.put("even.png", await asPng(paint(50, 40, () => [9, 9, 9, 255])));
  await golden.put("astronaut.jpg", astronaut);
  await golden.put("wide.png", await wide());
  await golden.put("coffee.jpg", sample("coffee.jpg"));
});

describe("trim", () => {
  it.each(["white.png", "clear.png"])("border: %s is what sharp makes of it", async (key) => {
    const source = key === "white.png" ? bordered(255, 255, 255, 255) : bordered(10, 20, 30, 0);
    const expected = await fromSharp(inSharp(source).trim({ threshold: 10 }));
    expect([expected.width, expected.height]).toEqual([97, 61]);
    expect(
      complaints(await golden.picture(`/${key}?trim=border&format=png`), expected, SAME),
    ).toEqual([]);
  });

  it("border: of a noisy JPEG leaves at most a block around the content, and loses none", async () => {
    const { width, height } = await golden.picture(
      "/noisy.jpg?trim=border&trim-tolerance=20&format=png",
    );
    expect(width).toBeGreaterThanOrEqual(97);
    expect(width).toBeLessThanOrEqual(97 + 16);
    expect(height).toBeGreaterThanOrEqual(61);
    expect(height).toBeLessThanOrEqual(61 + 16);
  });

  it("border: a picture that is all border stays whole", async () => {
    const { width, height } = await golden.picture("/even.png?trim=border&format=png");
    expect([width, height]).toEqual([50, 40]);
  });

  it("border: by a colour that is not there changes nothing", async () => {
    const { width } = await golden.picture("/white.png?trim=border&trim-color=black&format=png");
    expect(width).toBe(160);
  });

  it("border: comes before resizing, so that width is of what is kept", async () => {
    const url = "/white.png?trim=border&width=48&height=30&fit=squeeze&format=png";
    const expected = await fromSharp(
      inSharp(bordered(255, 255, 255, 255))
        .extract({ left: 31, top: 17, width: 97, height: 61 })
        .resize(48, 30, { fit: "fill" }),
    );
    expect(complaints(await golden.picture(url), expected, SAME)).toEqual([]);
  });

  it.each(["trim=5;10;15;20", "trim=5,10,15,20"])("%s cuts off so many px", async (query) => {
    const expected = await fromSharp(
      inSharp(bordered(255, 255, 255, 255)).extract({ left: 20, top: 5, width: 130, height: 100 }),
    );
    const url = `/white.png?${query}&format=png`;
    expect(complaints(await golden.picture(url), expected, SAME)).toEqual([]);
  });

  it("is of what crop keeps", async () => {
    const expected = await fromSharp(
      inSharp(bordered(255, 255, 255, 255)).extract({ left: 41, top: 31, width: 58, height: 47 }),
    );
    const url = "/white.png?crop=40,30,60,50&trim=1;1;2;1&format=png";
    expect(complaints(await golden.picture(url), expected, SAME)).toEqual([]);
  });

  it("that leaves nothing is a 400 that says so", async () => {
    await expect(golden.get("/white.png?trim=60;0;60;0")).rejects.toThrow(
      /400.*at least one pixel of 160 × 120/s,
    );
  });
});

describe("gravity", () => {
  it("face: the astronaut's is in the cut, with and without zoom", async () => {
    for (const zoom of [0, 0.5, 1]) {
      const { findings, plan } = await explained(
        `/wide.png?width=200&height=200&fit=cover&gravity=face&zoom=${zoom}`,
      );
      expect(findings.focus?.by).toBe("faces");
      expect(findings.faces).toHaveLength(1);
      // By hand: the middle of the face is at 227, 126 of the 512 px that became 300 at 860.
      expect(Math.abs(findings.focus!.point.x * 1200 - (860 + (227 * 300) / 512))).toBeLessThan(
        zoom === 0 ? 60 : 12,
      );
      expect(plan.crop).toBeDefined();
    }
  });

  it("face: cuts the very pixels of the focal point that it names", async () => {
    const query = "width=150&height=100&fit=cover&format=png";
    const { findings } = await explained(`/astronaut.jpg?${query}&gravity=face`);
    const { x, y } = findings.focus!.point;
    const seen = await golden.picture(`/astronaut.jpg?${query}&gravity=face`);
    const named = await golden.picture(
      `/astronaut.jpg?${query}&gravity=${x.toFixed(9)}x${y.toFixed(9)}`,
    );
    expect(complaints(seen, named, { psnr: 99, mean: 0 })).toEqual([]);
  });

  it("auto: what stands out stays in the cut, where the middle would lose it", async () => {
    const disc = paint(900, 300, (x, y) =>
      Math.hypot(x - 110, y - 150) < 70
        ? [220, 40, 30, 255]
        : [90 + x / 30, 110 + y / 30, 130, 255],
    );
    await golden.put("disc.png", await asPng(disc));
    const reds = async (gravity: string) => {
      const url = `/disc.png?width=300&height=300&fit=cover&format=png&gravity=${gravity}`;
      const { data } = await golden.picture(url);
      let red = 0;
      for (let at = 0; at < data.length; at += 4) if (data[at]! > 180 && data[at + 1]! < 80) red++;
      return red;
    };
    const whole = Math.PI * 70 ** 2;
    expect(await reds("center")).toBe(0);
    expect((await reds("auto")) / whole).toBeGreaterThan(0.97);
  });

  it("face: is auto without a face, and auto the centre where nothing is sure", async () => {
    const query = "width=100&height=300&fit=cover&format=png";
    const { findings } = await explained(`/coffee.jpg?${query}&gravity=face`);
    expect(findings.focus?.by).not.toBe("faces");
    expect((await explained(`/even.png?${query}&gravity=auto`)).findings.focus).toEqual({
      by: "centre",
      point: { x: 0.5, y: 0.5 },
    });
    const [auto, centre] = await Promise.all(
      ["auto", "center"].map((gravity) => golden.get(`/even.png?${query}&gravity=${gravity}`)),
    );
    expect(auto).toEqual(centre);
  });

  it("has no effect, and no key of its own, where nothing is cut", async () => {
    const keyOf = async (query: string) => {
      const text = new TextDecoder().decode(
        await golden.get(`/coffee.jpg?width=99&${query}&explain=1`),
      );
      return (JSON.parse(text) as { readonly cacheKey: string }).cacheKey;
    };
    const plain = await keyOf("v=");
    expect(await keyOf("gravity=face&zoom=1")).toBe(plain);
    expect(await keyOf("trim=0;0;0;0&trim-color=red")).toBe(plain);
  });
});

describe("debug=gravity", () => {
  it("is a PNG of the whole picture, dimmed where it is cut off, and is not cached", async () => {
    const answer = await decoded(
      await golden.get("/wide.png?width=200&height=200&fit=cover&gravity=face&debug=gravity"),
    );
    expect([answer.width, answer.height]).toEqual([1024, 256]);
    expect([...answer.data.subarray((100 * 1024 + 20) * 4, (100 * 1024 + 20) * 4 + 4)]).toEqual([
      35, 55, 75, 255,
    ]);
  });

  it("shows the frame that was looked at", async () => {
    const frames = [0, 1].map((i) => ({
      ...{ x: 0, y: 0, width: 20, height: 10, delay: 50 },
      index: () => (i === 0 ? 2 : 5),
    }));
    await golden.put("two.gif", gifFile({ width: 20, height: 10, plays: 0, frames }));
    for (const [query, index] of [
      ["", 2],
      ["&frame=2", 5],
    ] as const) {
      const url = `/two.gif?w=10&h=10&fit=cover&gravity=auto${query}&debug=gravity`;
      const { data } = await decoded(await golden.get(url));
      // Where it is cut off, half as bright.
      expect([...data.subarray(0, 3)]).toEqual([
        ...Uint8ClampedArray.from(colourOf(index), (level) => level / 2),
      ]);
    }
  });
});

describe("what was seen", () => {
  it("is kept, so that another size looks at nothing", async () => {
    const service: Service = await startService({
      bindings: { SIGNING: "off", LOCAL_DEVELOPMENT: "true" },
    });
    try {
      const originals = await service.bucket("ORIGINALS");
      await originals.put("a.jpg", new Uint8Array(astronaut));
      const stored = async () => {
        const { objects } = await (await service.bucket("VARIANTS")).list();
        return objects.filter(({ key }) => !key.startsWith("~"));
      };
      const cut = async (size: number) => {
        const answer = await fetch(`${service.url}/a.jpg?w=${size}&h=80&fit=cover&gravity=face`);
        expect(answer.status).toBe(200);
        await answer.arrayBuffer();
      };
      await cut(100);
      await expect.poll(async () => (await stored()).length, { timeout: 20_000 }).toBe(2);
      await cut(120);
      await expect.poll(async () => (await stored()).length, { timeout: 20_000 }).toBe(3);
    } finally {
      await service.dispose();
    }
  });
});
