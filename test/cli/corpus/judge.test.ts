import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { Answer } from "../../../src/cli/corpus/ask.ts";
import { judgeHostile, judgePicture, mustDecode } from "../../../src/cli/corpus/judge.ts";
import { limitsOf } from "../../../src/cli/corpus/limits.ts";
import type { Entry } from "../../../src/cli/corpus/manifest.ts";

const limits = limitsOf(`
| CMYK | 415 | \`unsupported_format\` | CMYK JPEG: not yet |
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
    const cmyk = { features: "baseline; 4-component; cmyk" };
    const refused = refusal(415, "unsupported_format", "CMYK JPEG: not yet");
    expect(await judged(refused, cmyk)).toBe("cmyk");
    expect(await judged(refused)).toBe("limit");
    expect(await judged(refusal(415, "unsupported_format", "no reason"))).toBe("wrong");
    expect(await judged(refusal(415, "unsupported_format", ""))).toBe("wrong");
    expect(await judged(refusal(404, "not_found"))).toBe("wrong");
  });

  it("lets only large pictures be too large, and only those that need not decode be broken", async () => {
    const tooLarge = refusal(413, "picture_too_large");
    expect(await judged(tooLarge)).toBe("wrong");
    expect(await judged(tooLarge, { width: 4000, height: 3000 })).toBe("over budget");
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

  it("counts what decodes in the categories that the service is for", () => {
    expect(mustDecode(entry())).toBe(true);
    expect(mustDecode(entry({ expected: "decodes; invalid orientation ignored" }))).toBe(true);
    expect(mustDecode(entry({ expected: "decodes, or clean refusal" }))).toBe(false);
    expect(mustDecode(entry({ category: "photo" }))).toBe(false);
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
