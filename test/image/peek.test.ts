import fc from "fast-check";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { PictorError } from "../../src/errors.ts";
import { type Peeked, peek } from "../../src/image/peek.ts";

const files = new Map<string, Uint8Array>();

beforeAll(async () => {
  const noise = sharp({
    create: {
      width: 90,
      height: 60,
      channels: 3,
      background: "white",
      noise: { type: "gaussian", mean: 128, sigma: 60 },
    },
  });
  const raw = await noise.raw().toBuffer();
  const still = sharp(raw, { raw: { width: 90, height: 60, channels: 3 } });
  // A book of three pages; sharp writes it as an animation.
  const book = () => sharp(raw, { raw: { width: 90, height: 60, channels: 3, pageHeight: 20 } });
  const comment = { IFD0: { Copyright: "x".repeat(9000) } };
  files.set(
    "jpeg",
    await still.clone().jpeg().withExif(comment).withMetadata({ orientation: 6 }).toBuffer(),
  );
  files.set("progressive jpeg", await still.clone().jpeg({ progressive: true }).toBuffer());
  files.set("png", await still.clone().png().withIccProfile("p3").toBuffer());
  files.set("webp", await still.clone().webp().toBuffer());
  files.set(
    "webp with EXIF at its end",
    await still.clone().webp().withMetadata({ orientation: 8 }).toBuffer(),
  );
  files.set("avif", await still.clone().avif().toBuffer());
  files.set("animated gif", await book().gif({ loop: 0 }).toBuffer());
  files.set("animated webp", await book().webp({ quality: 100 }).toBuffer());
  files.set("tiff", await still.clone().tiff().toBuffer());
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="7"><!--${"-x".repeat(4000)}--></svg>`;
  files.set("svg", new TextEncoder().encode(svg));
});

const NAMES = [
  "jpeg",
  "progressive jpeg",
  "png",
  "webp",
  "webp with EXIF at its end",
  "avif",
  "animated gif",
  "animated webp",
  "tiff",
  "svg",
] as const;

interface Source {
  readonly stream: ReadableStream<Uint8Array>;
  readonly seen: { pulled: number; cancelled: unknown[] };
}

/** A stream of the file cut at these lengths, over and over; `failure` comes in the place of its end. */
function streamed(file: Uint8Array, lengths: readonly number[], failure?: Error): Source {
  const seen: Source["seen"] = { pulled: 0, cancelled: [] };
  let turn = 0;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (seen.pulled >= file.length) {
          if (failure) controller.error(failure);
          else controller.close();
          return;
        }
        const length = lengths[turn++ % lengths.length]!;
        controller.enqueue(file.slice(seen.pulled, seen.pulled + length));
        seen.pulled = Math.min(file.length, seen.pulled + length);
      },
      cancel(reason) {
        seen.cancelled.push(reason);
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, seen };
}

async function drained({ source }: Peeked): Promise<Uint8Array> {
  return new Uint8Array(await new Response(source).arrayBuffer());
}

async function refusal(peeked: Promise<Peeked>): Promise<unknown> {
  return peeked.then(
    ({ facts }) => Promise.reject(new Error(`was answered: ${JSON.stringify(facts)}`)),
    (error: unknown) => error,
  );
}

describe("peek", () => {
  it.each(NAMES)(
    "%s: the facts and the bytes are the same however the file is cut",
    async (name) => {
      const file = files.get(name)!;
      const whole = await peek(streamed(file, [file.length]).stream);
      expect(Buffer.from(await drained(whole)).equals(file)).toBe(true);
      const lengths = fc.array(
        fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 9000 })),
        {
          minLength: 1,
          maxLength: 6,
        },
      );
      await fc.assert(
        fc.asyncProperty(lengths, async (cuts) => {
          const peeked = await peek(streamed(file, cuts).stream);
          expect(peeked.facts).toEqual(whole.facts);
          expect(Buffer.from(await drained(peeked)).equals(file)).toBe(true);
        }),
        { numRuns: 25 },
      );
    },
  );

  it("passes over chunks of no bytes", async () => {
    const file = files.get("png")!;
    const chunks = [file.slice(0, 7), new Uint8Array(), file.slice(7), new Uint8Array()];
    const peeked = await peek(
      new ReadableStream({
        pull(controller) {
          const chunk = chunks.shift();
          if (chunk) controller.enqueue(chunk);
          else controller.close();
        },
      }),
    );
    expect(peeked.facts.format).toBe("png");
    expect(Buffer.from(await drained(peeked)).equals(file)).toBe(true);
  });

  it("reads no further than the header, and nothing before it is asked", async () => {
    const jpeg = files.get("progressive jpeg")!;
    const long = new Uint8Array(2_000_000);
    long.set(jpeg);
    const { stream, seen } = streamed(long, [1000]);
    const { source } = await peek(stream);
    const read = seen.pulled;
    expect(read).toBeLessThanOrEqual(10_000);
    const reader = source.getReader();
    await reader.read();
    expect(seen.pulled).toBe(read);
    await reader.read();
    expect(seen.pulled).toBe(read + 1000);
    await reader.cancel("enough");
    expect(seen.cancelled).toEqual(["enough"]);
  });

  it.each<[string, Uint8Array, number]>([
    ["an empty stream", new Uint8Array(), 415],
    ["text", new TextEncoder().encode("hello, world ".repeat(2000)), 415],
    ["a JPEG that ends in its header", Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a), 422],
    ["a PNG without its header", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0), 422],
  ])("%s is refused with its status, and the stream is given up", async (_, file, status) => {
    const { stream, seen } = streamed(file, [4096]);
    const error = await refusal(peek(stream));
    expect(error).toBeInstanceOf(PictorError);
    expect((error as PictorError).status).toBe(status);
    // A stream that was read to its end needs no cancelling.
    if (seen.pulled < file.length) expect(seen.cancelled).toEqual([error]);
  });

  it("cancels what it refuses before its end, with the reason", async () => {
    const { stream, seen } = streamed(new Uint8Array(1_000_000).fill(65), [5000]);
    const error = await refusal(peek(stream));
    expect((error as PictorError).code).toBe("unsupported_format");
    expect(seen.cancelled).toEqual([error]);
    expect(seen.pulled).toBeLessThan(1_000_000);
  });

  it("throws what the stream throws, while peeking and after", async () => {
    const failure = new Error("the origin went away");
    const file = files.get("progressive jpeg")!;
    expect(await refusal(peek(streamed(file.slice(0, 10), [4], failure).stream))).toBe(failure);
    const long = new Uint8Array(20_000);
    long.set(file);
    const peeked = await peek(streamed(long, [500], failure).stream);
    await expect(drained(peeked)).rejects.toThrow(failure.message);
  });
});
