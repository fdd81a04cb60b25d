import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { Answer } from "../../../src/cli/corpus/ask.ts";
import { judgeHostile, judgePicture, mustDecode } from "../../../src/cli/corpus/judge.ts";
import { limitsOf } from "../../../src/cli/corpus/limits.ts";
import type { Entry } from "../../../src/cli/corpus/manifest.ts";
import { type PngPicture, pngOf } from "../../engine/pictor/png-files.ts";

const limits = limitsOf(`
| lossless | 415 | \`unsupported_format\` | Lossless JPEG is not read |
| large | 413 | \`picture_too_large\` |
| broken | 422 | \`broken_image\` |`);

function entry(changes: Partial<Entry> = {}): Entry {
  return {
    path: "jpeg/a.jpg",
    category: "jpeg",
    bytes: 1000,
    format: "jpeg",
    width: 400,
    height: 300,
    features: "baseline; 4:2:0",
    expected: "decodes",
    ...changes,
  };
}

/** A ramp, or its negative. */
async function ramp(width: number, height: number, invert = false) {
  const data = Buffer.from(
    Array.from(
      { length: width * height * 3 },
      (_, i) => (Math.floor(i / 3) % width) * (255 / width),
    ),
  );
  const image = sharp(data, { raw: { width, height, channels: 3 } });
  return invert ? sharp(await image.negate().png().toBuffer()) : image;
}

const source = async () => new Uint8Array(await (await ramp(400, 300)).png().toBuffer());

async function picture(width: number, height: number, invert = false): Promise<Answer> {
  const body = new Uint8Array(await (await ramp(width, height, invert)).webp().toBuffer());
  return { status: 200, contentType: "image/webp", body, ms: 1 };
}

/** As Photoshop stores it: with an Adobe marker, 255 for no ink. */
async function cmykSource(): Promise<Uint8Array> {
  const colours = (await ramp(400, 300)).linear([1, 0.5, 0.2], [0, 60, 30]);
  return new Uint8Array(await colours.toColourspace("cmyk").jpeg().toBuffer());
}

/** Red is what cyan and key let through, and so on; or the negative of it. */
async function throughInks(cmyk: Uint8Array, invert = false): Promise<Answer> {
  const { data } = await sharp(cmyk, { ignoreIcc: true })
    .pipelineColourspace("cmyk")
    .toColourspace("cmyk")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const light = (at: number) => 1 - data[at]! / 255;
  const colours = Array.from({ length: 400 * 300 * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3) * 4;
    const value = 255 * light(pixel + (i % 3)) * light(pixel + 3);
    return invert ? 255 - value : value;
  });
  const raw = { width: 400, height: 300, channels: 3 } as const;
  const image = sharp(Buffer.from(colours), { raw }).resize(200, 150);
  const body = new Uint8Array(await image.webp().toBuffer());
  return { status: 200, contentType: "image/webp", body, ms: 1 };
}

function refusal(status: number, code: string, detail = "x"): Answer {
  const contentType = "application/problem+json";
  return { status, contentType, body: new Uint8Array(), ms: 1, problem: { code, detail } };
}

const judged = async (answer: Answer, changes: Partial<Entry> = {}) =>
  (await judgePicture(entry(changes), await source(), answer, limits)).outcome;

describe("a picture's judge", () => {
  it("accepts the picture in its planned size, and nothing else with 200", async () => {
    expect(await judged(await picture(200, 150))).toBe("ok");
    expect(await judged(await picture(199, 150))).toBe("wrong");
    expect(await judged(await picture(200, 150, true))).toBe("wrong");
    const png = { ...(await picture(200, 150)), contentType: "image/png" };
    expect(await judged(png)).toBe("wrong");
    const whole = await picture(200, 150);
    expect(await judged({ ...whole, body: whole.body.subarray(0, 40) })).toBe("wrong");
  });

  it("accepts a refusal that the page of limits lists, word for word where it is 415", async () => {
    const rare = { expected: "decodes, or clean refusal (rare variant)" };
    const lossless = refusal(415, "unsupported_format", "Lossless JPEG is not read");
    expect(await judged(lossless, rare)).toBe("limit");
    expect(await judged(refusal(415, "unsupported_format", "no reason"), rare)).toBe("wrong");
    expect(await judged(refusal(415, "unsupported_format", ""), rare)).toBe("wrong");
    expect(await judged(refusal(404, "not_found"), rare)).toBe("wrong");
  });

  it("accepts no refusal of a sound file, but of a kind that is left out", async () => {
    const lossless = refusal(415, "unsupported_format", "Lossless JPEG is not read");
    expect(await judged(lossless)).toBe("wrong");
    expect(await judged(lossless, { category: "heic" })).toBe("limit");
    const fax = { category: "tiff", format: "tiff", features: "ccitt g3; 1-bit" };
    expect(await judged(lossless, fax)).toBe("limit");
  });

  it("says how near the picture comes to sharp's", async () => {
    const answer = await picture(200, 150);
    const { db } = await judgePicture(entry(), await source(), answer, limits);
    expect(db).toBeGreaterThan(32);
  });

  it("wants the gamma of a PNG applied, where nothing counts more", async () => {
    const grey = Uint8Array.from({ length: 400 * 300 }, (_, i) => (i % 400) * (255 / 400));
    const raw = { width: 400, height: 300, channels: 1 } as const;
    const png = (more: Partial<PngPicture>) =>
      pngOf({
        width: 400,
        height: 300,
        type: 0,
        depth: 8,
        sample: (x, y) => grey[y * 400 + x]!,
        ...more,
      });
    const answerOf = async (levels: Uint8Array): Promise<Answer> => {
      const image = sharp(levels, { raw }).resize(200, 150).webp();
      const body = new Uint8Array(await image.toBuffer());
      return { status: 200, contentType: "image/webp", body, ms: 1 };
    };
    const lighter = grey.map((level) => Math.round(255 * (level / 255) ** (1 / 2.2)));
    const verdict = async (file: Uint8Array, levels: Uint8Array) => {
      const changes = { format: "png", path: "png/a.png", features: "gray" };
      return (await judgePicture(entry(changes), file, await answerOf(levels), limits)).outcome;
    };
    expect(await verdict(png({}), grey)).toBe("ok");
    expect(await verdict(png({ gamma: 1 }), lighter)).toBe("ok");
    expect(await verdict(png({ gamma: 1 }), grey)).toBe("wrong");
    expect(await verdict(png({ gamma: 0.45455 }), grey)).toBe("ok");
    const before = [{ type: "sRGB", data: Uint8Array.of(0) }];
    expect(await verdict(png({ gamma: 1, before }), grey)).toBe("ok");
  });

  it("wants CMYK answered, by the product of its inks, and counts it by itself", async () => {
    const changes = {
      features: "baseline; 4-component; cmyk",
      expected: "decodes, or clean refusal",
    };
    const cmyk = await cmykSource();
    const verdict = async (answer: Answer) =>
      (await judgePicture(entry(changes), cmyk, answer, limits)).outcome;
    expect(await verdict(await throughInks(cmyk))).toBe("cmyk");
    expect(await verdict(await throughInks(cmyk, true))).toBe("wrong");
    const refused = refusal(415, "unsupported_format", "Lossless JPEG is not read");
    expect(await verdict(refused)).toBe("wrong");
  });

  it("lets only large pictures be too large, and only those that need not decode be broken", async () => {
    const tooLarge = refusal(413, "picture_too_large");
    const large = { width: 5000, height: 4000 };
    expect(await judged(tooLarge, { format: "png" })).toBe("wrong");
    expect(await judged(tooLarge, { ...large, format: "png" })).toBe("over budget");
    expect(await judged(tooLarge, large)).toBe("wrong");
    expect(await judged(refusal(422, "broken_image"))).toBe("wrong");
    const maybe = { expected: "decodes, or clean refusal (rare variant)" };
    expect(await judged(refusal(422, "broken_image"), maybe)).toBe("limit");
  });

  it("accepts no 5xx, no silence, and no refusal without a problem", async () => {
    expect(await judged(refusal(503, "over_capacity"))).toBe("wrong");
    const { problem: _, ...bare } = refusal(422, "broken_image");
    expect(await judged(bare, { expected: "decodes, or clean refusal" })).toBe("wrong");
    expect(await judged({ ...bare, status: 0, failure: "timeout" })).toBe("wrong");
  });

  it("counts what decodes, but for the kinds that are left out", () => {
    expect(mustDecode(entry())).toBe(true);
    expect(mustDecode(entry({ expected: "decodes; invalid orientation ignored" }))).toBe(true);
    expect(mustDecode(entry({ expected: "decodes, or clean refusal" }))).toBe(false);
    expect(mustDecode(entry({ category: "photo" }))).toBe(true);
    expect(mustDecode(entry({ category: "hostile" }))).toBe(false);
    expect(mustDecode(entry({ category: "heic" }))).toBe(false);
    expect(mustDecode(entry({ category: "tiff", features: "cielab" }))).toBe(false);
  });
});

describe("an animation's judge", () => {
  const FRAMES = 3;

  /** A bar that moves, with a delay for each frame. */
  async function animation(
    format: "gif" | "webp",
    { delays = [70, 120, 40], loop = 3, bar = 60 } = {},
  ): Promise<Uint8Array> {
    const [width, height] = [120, 80];
    const data = Buffer.alloc(width * height * FRAMES * 3, 250);
    for (let frame = 0; frame < FRAMES; frame++) {
      for (let y = 0; y < bar; y++) {
        const at = ((frame * height + y) * width + 20 * frame + 10) * 3;
        data.fill(30 + 40 * frame, at, at + 60);
      }
    }
    const raw = { width, height: height * FRAMES, channels: 3, pageHeight: height } as const;
    const image = sharp(data, { raw });
    const moving =
      format === "gif"
        ? image.gif({ delay: delays, loop })
        : image.webp({ delay: delays, loop, quality: 95 });
    return new Uint8Array(await moving.toBuffer());
  }

  const verdict = async (body: Uint8Array) => {
    const changes = { category: "gif", format: "gif", width: 120, height: 80 };
    const answer: Answer = { status: 200, contentType: "image/webp", body, ms: 1 };
    return judgePicture(entry(changes), await animation("gif"), answer, limits);
  };

  it("wants all frames, as long and as often", async () => {
    expect(await verdict(await animation("webp"))).toMatchObject({ outcome: "ok", frames: 3 });
    const longer = await verdict(await animation("webp", { delays: [70, 130, 40] }));
    expect(longer.reason).toBe("frame 2 is shown for 130 ms, not 120");
    const once = await verdict(await animation("webp", { loop: 1 }));
    expect(once.reason).toBe("played 1 times, not 3");
    const still = new Uint8Array(
      await sharp(await animation("gif"))
        .webp()
        .toBuffer(),
    );
    expect((await verdict(still)).reason).toBe("it does not move");
  });

  it("looks at every frame", async () => {
    const file = await animation("webp");
    const { data, info } = await sharp(file, { animated: true })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const last = data.length - info.width * 80 * info.channels;
    data.fill(128, last);
    const raw = {
      width: info.width,
      height: info.height,
      channels: info.channels,
      pageHeight: 80,
    } as const;
    const other = sharp(data, { raw }).webp({ delay: [70, 120, 40], loop: 3 });
    const { outcome, reason } = await verdict(new Uint8Array(await other.toBuffer()));
    expect([outcome, reason]).toEqual(["wrong", expect.stringContaining("over 3 frames")]);
  });
});

describe("a hostile file's judge", () => {
  const hostile = async (answer: Answer, expected: string) =>
    (await judgeHostile({ path: "hostile/a", expected }, answer)).outcome;

  it("wants a refusal where one is due, and leaves a choice where there is one", async () => {
    const answer = await picture(20, 10);
    expect(await hostile(answer, "must be refused: 289 MP in 1340 bytes")).toBe("wrong");
    expect(await hostile(answer, "must be refused; no stack overflow")).toBe("wrong");
    expect(await hostile(answer, "must be refused or clamped")).toBe("ok");
    expect(await hostile(answer, "no crash/hang: error or best-effort image")).toBe("ok");
    expect(await hostile(refusal(422, "broken_image"), "must be refused: x")).toBe("limit");
  });

  it("accepts no 200 that does not decode, and no 500", async () => {
    const answer = await picture(20, 10);
    const cut = { ...answer, body: answer.body.subarray(0, 30) };
    expect(await hostile(cut, "no crash/hang")).toBe("wrong");
    expect(await hostile(refusal(500, "internal"), "no crash/hang")).toBe("wrong");
  });
});
