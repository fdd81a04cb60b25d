import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createJxlDecoder } from "../../../src/engine/jxl/decode.ts";
import { createJxlEncoder } from "../../../src/engine/jxl/encode.ts";
import { PictorError } from "../../../src/errors.ts";
import { JOB_BUDGET_BYTES } from "../../../src/image/budget.ts";
import { jxlDecoderBytes } from "../../../src/image/memory-jxl-decode.ts";
import type { Raster } from "../../../src/image/raster.ts";
import { decodedBy, expectSound, pixelsOf, probed } from "../decoded.ts";
import { modules } from "../modules.ts";
import { difference, disc, gradient, noisePicture } from "../pictures.ts";
import { factsOf, planOf } from "../plans.ts";

const decode = createJxlDecoder(modules.jxlDecode);
const encode = createJxlEncoder(modules.jxlEncode);

async function written(picture: Raster, lossless: boolean): Promise<Uint8Array> {
  const { width, height } = picture;
  const facts = factsOf({ format: "png", width, height, alpha: true });
  const { output } = planOf(facts, { output: { format: "jxl", alpha: true, lossless } });
  return encode({ ...picture, data: picture.data.slice() }, output, 2 ** 28);
}

describe("a JPEG XL that is read", () => {
  /** The binding converts to sRGB, by floats, what is sRGB already: dark levels lose one. */
  it("has every pixel but for a level, where it was coded without loss", async () => {
    for (const picture of [gradient(61, 43), noisePicture(40, 33), gradient(1, 300)]) {
      const made = await decodedBy(decode, await written(picture, true));
      expect(difference(made, picture).most).toBeLessThanOrEqual(1);
    }
  });

  it("keeps alpha", async () => {
    const soft = disc(64);
    const { data } = await decodedBy(decode, await written(soft, true));
    expect([...data].filter((_, i) => i % 4 === 3)).toEqual(
      [...soft.data].filter((_, i) => i % 4 === 3),
    );
  });

  it("looks like what was coded with loss", async () => {
    const picture = gradient(200, 150);
    const made = await decodedBy(decode, await written(picture, false));
    expect(difference(made, picture).psnr).toBeGreaterThan(38);
  });

  it("tells rows as they were stored, whatever the orientation", async () => {
    const picture = noisePicture(5, 3);
    const file = await written(picture, true);
    const upright = await decodedBy(decode, file);
    for (const orientation of [2, 3, 4, 5, 6, 7, 8] as const) {
      const lies = orientation >= 5;
      // The decoder's raster is upright: here it is taken for one that was turned.
      const size = lies ? { width: 3, height: 5 } : { width: 5, height: 3 };
      const plan = planOf({ ...probed(file), ...size, orientation }, {});
      const stored = pixelsOf(await decode(file, plan, 2 ** 28), plan.source);
      expect(turned(stored, orientation).data).toEqual(upright.data);
    }
  });

  it("is refused when its memory does not suffice", async () => {
    const file = await written(gradient(700, 700), false);
    const refused = await decodedBy(decode, file, 20 * 2 ** 20).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(PictorError);
    expect((refused as PictorError).code).toBe("picture_too_large");
  });

  it("takes no more than its price says", async () => {
    for (const lossless of [true, false])
      for (const picture of [gradient(600, 400), noisePicture(500, 300), gradient(64, 64)]) {
        const file = await written(picture, lossless);
        await decodedBy(decode, file, jxlDecoderBytes(picture, file.length).most);
      }
  });

  it("is sound: whatever is in the file, it is read or refused", async () => {
    await expectSound(
      decode,
      [await written(gradient(30, 20), true), await written(disc(40), false)],
      60,
    );
  }, 120_000);
});

/** By the meaning of EXIF's orientation, written plainly: where a stored pixel is shown. */
function turned({ width, height, data }: Raster, orientation: number): Raster {
  const lies = orientation >= 5;
  const upright = { width: lies ? height : width, height: lies ? width : height };
  const out = new Uint8ClampedArray(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [right, bottom] = [width - 1 - x, height - 1 - y];
      const places: Record<number, [number, number]> = {
        2: [right, y],
        3: [right, bottom],
        4: [x, bottom],
        5: [y, x],
        6: [bottom, x],
        7: [bottom, right],
        8: [y, right],
      };
      const [to_x, to_y] = places[orientation]!;
      const from = (y * width + x) * 4;
      out.set(data.subarray(from, from + 4), (to_y * upright.width + to_x) * 4);
    }
  return { ...upright, data: out };
}

const CORPUS = "../shared/corpus/jxl/";

describe("JPEG XLs of a test suite", () => {
  it.skipIf(!existsSync(CORPUS))(
    "are read within their price, or are too large for any",
    async () => {
      for (const name of readdirSync(CORPUS)) {
        const file = new Uint8Array(readFileSync(CORPUS + name));
        const source = probed(file);
        const { most } = jxlDecoderBytes(source, file.length);
        if (most > 1.5 * JOB_BUDGET_BYTES) continue;
        const { data } = await decodedBy(decode, file, most);
        expect(data.length, name).toBe(source.width * source.height * 4);
      }
    },
    120_000,
  );
});
