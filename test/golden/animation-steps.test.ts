/**
 * What is done to animations, from each format to each: every frame against sharp's own work on that frame, and how many
 * frames there are, how long each is shown, how often all is played. Sharp knows one frame of an APNG alone: its frames
 * are composed plainly (`test/engine/pictor/animation-files.ts`).
 */
import sharp, { type Sharp } from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import {
  composed,
  type Format,
  type Moving,
  type MovingFrame,
  WRITERS,
} from "../engine/pictor/animation-files.ts";
import { crc32 } from "../engine/pictor/png-files.ts";
import { difference } from "./compare.ts";
import { asPng, decoded, fromSharp, inSharp, type Picture, paint } from "./picture.ts";
import { useService } from "./service.ts";

const golden = useService();

/** Wide stripes, and rectangles over them that stay, go, and give way to what was there. */
function scene(format: Format): Moving {
  const stripes = (by: number) => (x: number, y: number) => 1 + (((x + by * y) >> 4) & 7);
  const at = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });
  const soft = format === "gif" ? {} : { alpha: 150 };
  const back = format === "webp" ? ("clear" as const) : ("previous" as const);
  const frames: MovingFrame[] = [
    { ...at(0, 0, 64, 48), index: stripes(1), delay: 100 },
    { ...at(20, 8, 24, 30), index: stripes(0), delay: 40, disposal: "clear", ...soft },
    { ...at(2, 20, 40, 20), index: stripes(2), delay: 250, disposal: back },
    { ...at(40, 0, 20, 20), index: () => -1, delay: 70 },
    { ...at(0, 0, 64, 48), index: stripes(3), delay: 500, ...soft },
  ];
  return { width: 64, height: 48, plays: 4, frames };
}

const DELAYS = [100, 40, 250, 70, 500];
/** Half of it is see-through. */
const badge = paint(14, 10, (x, y) => [250, 20 * y, 9 * x, x < 7 ? 255 : 128]);

const FORMATS = ["gif", "webp", "png"] as const;
const PAIRS = FORMATS.flatMap((from) =>
  (["webp", "gif"] as const).map((to) => [from, to] as const),
);
const shown: Partial<Record<Format, readonly Picture[]>> = {};

beforeAll(async () => {
  await golden.put("badge.png", await asPng(badge));
  for (const format of FORMATS) {
    const file = await WRITERS[format](scene(format));
    await golden.put(`scene.${format}`, file);
    shown[format] =
      format === "png" ? composed(scene(format)).map(asPicture) : await framesOf(file);
  }
});

const asPicture = ({ width, height, data }: Picture | ReturnType<typeof composed>[number]) => ({
  width,
  height,
  data: new Uint8Array(data),
});

/** As sharp composes them. */
async function framesOf(file: Uint8Array): Promise<Picture[]> {
  const { pages = 1 } = await sharp(file).metadata();
  return Promise.all(Array.from({ length: pages }, (_, page) => fromSharp(sharp(file, { page }))));
}

async function timing(file: Uint8Array) {
  const { pages, delay, loop } = await sharp(file, { animated: true }).metadata();
  return { pages, delay, loop };
}

interface Step {
  readonly query: string;
  /** What sharp makes of a frame. */
  readonly oracle: (frame: Sharp) => Sharp;
  /** Least PSNR in dB; where pixels are only moved or mapped, no level is more than two away. */
  readonly psnr?: number;
}

const STEPS: Readonly<Record<string, Step>> = {
  resize: {
    query: "w=32&h=20&fit=squeeze",
    oracle: (frame) => frame.resize(32, 20, { fit: "fill" }),
    psnr: 30,
  },
  crop: {
    query: "crop=9,7,31,20",
    oracle: (frame) => frame.extract({ left: 9, top: 7, width: 31, height: 20 }),
  },
  rotate: { query: "rotate=90", oracle: (frame) => frame.rotate(90) },
  flip: { query: "flip=h", oracle: (frame) => frame.flop() },
  effect: { query: "effect=invert", oracle: (frame) => frame.negate({ alpha: false }) },
  border: {
    query: "border=3,ff0000",
    oracle: (frame) =>
      frame.extend({ top: 3, bottom: 3, left: 3, right: 3, background: "#ff0000" }),
  },
  draw: {
    query: "draw=badge.png,gravity:northwest",
    oracle: (frame) => {
      const { data, width, height } = badge;
      const raw = { width, height, channels: 4 as const };
      return frame.composite([{ input: Buffer.from(data), raw, left: 0, top: 0 }]);
    },
  },
  all: {
    query: "crop=4,6,48,36&w=24&h=18&fit=squeeze&rotate=270&effect=invert&border=2,00ff00",
    oracle: (frame) =>
      frame.extract({ left: 4, top: 6, width: 48, height: 36 }).resize(18, 24, { fit: "fill" }),
    psnr: 28,
  },
};

/** Sharp has an order of its own: what comes behind the resize is a pipeline apart. */
async function wantedOf(name: string, frame: Picture, flat: boolean): Promise<Picture> {
  const first = await fromSharp(STEPS[name]!.oracle(inSharp(frame)));
  const turned = name === "all" ? await fromSharp(inSharp(first).rotate(270)) : first;
  const [width, color] = [2, "#00ff00"];
  const framed =
    name === "all"
      ? inSharp(await fromSharp(inSharp(turned).negate({ alpha: false }))).extend({
          top: width,
          bottom: width,
          left: width,
          right: width,
          background: color,
        })
      : inSharp(turned);
  return fromSharp(
    flat ? inSharp(await fromSharp(framed)).flatten({ background: "white" }) : framed,
  );
}

describe.each(PAIRS)("a moving %s as %s", (from, to) => {
  // Of half-transparent pixels, a GIF cannot tell.
  const output = to === "gif" ? "format=gif&background=ffffff" : "format=webp&lossless=true";

  it.each(Object.keys(STEPS))("is in every frame what sharp makes of it: %s", async (name) => {
    const { query, psnr } = STEPS[name]!;
    const file = await golden.get(`/scene.${from}?${output}&${query}`);
    expect(await timing(file)).toEqual({ pages: 5, delay: DELAYS, loop: 4 });
    const frames = await framesOf(file);
    for (const [i, frame] of shown[from]!.entries()) {
      const { most, psnr: got } = difference(frames[i]!, await wantedOf(name, frame, to === "gif"));
      const which = `${name}, frame ${i + 1}: ${most} levels, ${got} dB`;
      if (psnr === undefined) expect(most, which).toBeLessThanOrEqual(2);
      else expect(got, which).toBeGreaterThan(psnr);
    }
  });

  it.each([
    "pixelate=8",
    "radius=max",
    "blur=2",
    "sharpen=2",
    "hue=120&gamma=1.4",
    "w=40&h=40&fit=pad&background=blur",
    "w=40&h=40&fit=pad&background=0000ff&pad=3",
    "effect=duotone:1b2a6b:ffd9a0&border=2,red&radius=6",
  ])("does to every frame what is done to a still of it: %s", async (query) => {
    const flat = to === "gif" && !query.includes("background") ? "&background=ffffff" : "";
    const as = to === "gif" ? "format=gif" : "format=webp&lossless=true";
    const frames = await framesOf(await golden.get(`/scene.${from}?${as}&${query}${flat}`));
    expect(frames.length).toBe(5);
    for (const [i, frame] of frames.entries()) {
      const still = await golden.picture(
        `/scene.${from}?format=png&frame=${i + 1}&${query}${flat}`,
      );
      const { most, psnr } = difference(frame, still);
      if (to === "webp") expect(most, `frame ${i + 1}`).toBe(0);
      else expect(psnr, `frame ${i + 1}`).toBeGreaterThan(30);
    }
  });

  it.each([0, 1, 3])("is played as often as its file says: %i", async (plays) => {
    await golden.put(`loops.${from}`, await WRITERS[from]({ ...scene(from), plays }));
    const file = await golden.get(`/loops.${from}?format=${to}&w=20&v=${plays}`);
    expect(await timing(file)).toEqual({ pages: 5, delay: DELAYS, loop: plays });
  });
});

/** What looks at the picture looks at the first frame, and holds for all. */
describe("a moving picture that is looked at", () => {
  const wall = { x: 0, y: 0, width: 60, height: 40, index: () => 2, delay: 90 };
  const moved = (x: number, y: number): MovingFrame[] => [
    wall,
    { ...wall, x, y, width: 12, height: 10, index: () => 5, delay: 50 },
  ];
  /** The first frame has the square at 10, 6; the second one elsewhere. */
  const first = { ...wall, index: (x: number, y: number) => Number(isIn(x, y)) * 3 + 2 };
  const isIn = (x: number, y: number) => x >= 10 && x < 30 && y >= 6 && y < 26;
  const of = { width: 60, height: 40, plays: 0, frames: [first, moved(40, 20)[1]!] };

  it.each(FORMATS)("is trimmed to what its first frame shows: %s", async (format) => {
    await golden.put(`wall.${format}`, await WRITERS[format](of));
    const file = await golden.get(`/wall.${format}?format=webp&lossless=true&trim=border`);
    const frames = await framesOf(file);
    expect(frames.map(({ width, height }) => [width, height])).toEqual([
      [20, 20],
      [20, 20],
    ]);
    const whole = await framesOf(await golden.get(`/wall.${format}?format=webp&lossless=true`));
    for (const [i, frame] of frames.entries()) {
      const part = { left: 10, top: 6, width: 20, height: 20 };
      const wanted = await fromSharp(inSharp(whole[i]!).extract(part));
      expect(difference(frame, wanted).most).toBe(0);
    }
  });

  it.each(FORMATS)("stands on the colour of its first frame's edges: %s", async (format) => {
    const url = `/wall.${format}?format=webp&lossless=true&w=60&h=60&fit=pad`;
    const [frames, plain] = await Promise.all(
      [`${url}&background=auto`, `/wall.${format}?format=webp&lossless=true`].map(async (one) =>
        framesOf(await golden.get(one)),
      ),
    );
    const colour = plain![0]!.data.subarray(0, 4);
    expect(frames!.length).toBe(2);
    for (const frame of frames!) expect([...frame.data.subarray(0, 4)]).toEqual([...colour]);
  });

  it.each(FORMATS)(
    "is cut in the same place in every frame by gravity=auto: %s",
    async (format) => {
      const url = `/wall.${format}?format=webp&lossless=true&w=20&h=40&fit=cover&gravity=auto`;
      const [frames, plain] = await Promise.all(
        [url, `/wall.${format}?format=webp&lossless=true`].map(async (one) =>
          framesOf(await golden.get(one)),
        ),
      );
      const cut = (x: number, frame: Picture) =>
        fromSharp(inSharp(frame).extract({ left: x, top: 0, width: 20, height: 40 }));
      const places: number[][] = [];
      for (const [i, frame] of frames!.entries()) {
        const fits: number[] = [];
        for (let x = 0; x <= 40; x++) {
          if (difference(frame, await cut(x, plain![i]!)).most === 0) fits.push(x);
        }
        places.push(fits);
      }
      expect(places[0]!.filter((x) => places[1]!.includes(x)).length).toBeGreaterThan(0);
    },
  );
});

describe("how long frames are shown", () => {
  const withDelays = (format: Format, delays: readonly number[]): Promise<Uint8Array> => {
    const frames = delays.map((delay, i) => ({
      ...scene(format).frames[0]!,
      delay,
      index: () => i % 9,
    }));
    return WRITERS[format]({ ...scene(format), frames });
  };

  it("is kept to the millisecond from WebP to WebP", async () => {
    const delays = [33, 34, 7, 1, 1005, 16, 16777];
    await golden.put("ms.webp", await withDelays("webp", delays));
    expect((await timing(await golden.get("/ms.webp?w=16"))).delay).toEqual(delays);
  });

  it("is the nearest hundredth in a GIF, and no time is gained or lost by many", async () => {
    const delays = Array.from({ length: 30 }, (_, i) => [33, 33, 34, 16, 17, 1005][i % 6]!);
    await golden.put("sum.webp", await withDelays("webp", delays));
    const { delay = [] } = await timing(await golden.get("/sum.webp?format=gif&w=16"));
    let [wanted, got] = [0, 0];
    for (const [i, ms] of delays.entries()) {
      wanted += ms;
      got += delay[i]!;
      expect(Math.abs(delay[i]! - ms)).toBeLessThan(10);
      expect(Math.abs(got - wanted)).toBeLessThanOrEqual(5);
    }
  });

  it("is kept from GIF to WebP, in hundredths", async () => {
    const delays = [10, 20, 30, 1230, 655_350];
    await golden.put("cs.gif", await withDelays("gif", delays));
    expect((await timing(await golden.get("/cs.gif?format=webp&w=16"))).delay).toEqual(delays);
    expect((await timing(await golden.get("/cs.gif?w=16"))).delay).toEqual(delays);
  });

  it("is a fraction of a second in an APNG, of hundredths where it is divided by nothing", async () => {
    const fractions = [
      [1, 30, 33],
      [3, 0, 30],
      [2, 3, 667],
      [65_535, 1000, 65_535],
      [1, 60, 17],
    ] as const;
    const file = Buffer.from(
      await withDelays(
        "png",
        fractions.map(() => 100),
      ),
    );
    let at = 0;
    for (const [numerator, denominator] of fractions) {
      at = file.indexOf("fcTL", at + 1);
      file.writeUInt16BE(numerator, at + 4 + 20);
      file.writeUInt16BE(denominator, at + 4 + 22);
      file.writeUInt32BE(crc32(file.subarray(at, at + 4 + 26)), at + 4 + 26);
    }
    await golden.put("fraction.png", file);
    const { delay } = await timing(await golden.get("/fraction.png?format=webp&w=16"));
    expect(delay).toEqual(fractions.map(([, , ms]) => ms));
  });
});

describe("max-bytes on an animation", () => {
  const grain = (x: number, y: number) => ((x * 7 + y * 13) ^ (x * y)) & 15;
  const frames = [0, 1, 2].map((i) => ({
    ...{ x: 0, y: 0, width: 160, height: 120, delay: 80 },
    index: (x: number, y: number) => grain(x + 5 * i, y),
  }));

  it("lowers the quality of a WebP, and keeps its frames", async () => {
    await golden.put("grain.gif", await WRITERS.gif({ width: 160, height: 120, plays: 0, frames }));
    const long = await golden.get("/grain.gif?format=webp&q=90");
    const most = Math.floor(long.length * 0.6);
    const answer = await golden.ask(`/grain.gif?format=webp&q=90&max-bytes=${most}`);
    const file = new Uint8Array(await answer.arrayBuffer());
    expect(answer.headers.get("Pictor-Max-Bytes")).toMatch(/^quality=\d+$/);
    expect(file.length).toBeLessThanOrEqual(most);
    expect(await timing(file)).toEqual({ pages: 3, delay: [80, 80, 80], loop: 0 });
  });

  it("makes a GIF once, as it is, and says where it is longer", async () => {
    const as = await golden.get("/grain.gif?w=120");
    const answer = await golden.ask(`/grain.gif?w=120&max-bytes=${as.length - 1}`);
    expect(answer.headers.get("Pictor-Max-Bytes")).toBe("exceeded");
    expect(Buffer.compare(new Uint8Array(await answer.arrayBuffer()), as)).toBe(0);
    const fits = await golden.ask(`/grain.gif?w=120&max-bytes=${as.length}`);
    expect(fits.status).toBe(200);
    expect(fits.headers.get("Pictor-Max-Bytes")).toBeNull();
    expect((await decoded(new Uint8Array(await fits.arrayBuffer()))).width).toBe(120);
  });
});
