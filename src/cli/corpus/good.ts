/** The good request: a small picture whose result is known, asked for again and again. */
import sharp from "sharp";
import type { Bucket } from "../local/service.ts";
import type { Ask } from "./ask.ts";
import { decoded } from "./oracle.ts";
import { type Verdict, wrong } from "./verdict.ts";

export interface GoodRequest {
  /** Asks past every cache; a verdict only when the answer is not what it always is. */
  again(): Promise<Verdict | undefined>;
}

const KEY = "good.jpg";

/** Throws when the service does not even manage this one at the start. */
export async function createGoodRequest(
  bucket: Bucket,
  url: string,
  ask: Ask,
): Promise<GoodRequest> {
  await bucket.put(KEY, await smallPicture());
  let asked = 0;
  const next = () => ask(`${url}/${KEY}?w=48&format=webp&v=${asked++}`);
  const first = await next();
  const { width, height } = await decoded(first.body);
  if (width !== 48 || height !== 36)
    throw new Error(`the good picture came as ${width} × ${height}`);
  return {
    async again() {
      const { status, body, problem, failure } = await next();
      if (status !== 200) {
        return wrong(
          `afterwards the good request failed: ${failure ?? `${status} ${problem?.code}`}`,
        );
      }
      if (Buffer.compare(body, first.body) === 0) return undefined;
      return wrong("afterwards the good request had other bytes");
    },
  };
}

/** A picture with something in every corner, so that pixels of another one would show. */
async function smallPicture(): Promise<Uint8Array> {
  const [width, height] = [96, 72];
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y, c] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
    return 128 + 120 * Math.sin(x / (5 + c)) * Math.cos(y / (7 - c));
  });
  const jpeg = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg()
    .toBuffer();
  return new Uint8Array(jpeg);
}
