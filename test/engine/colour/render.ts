import sharp from "sharp";
import { createPictorEngine } from "../../../src/engine/pictor/engine.ts";
import { createPool } from "../../../src/engine/pictor/pool.ts";
import { peakBytes } from "../../../src/image/memory.ts";
import { planOf } from "../../../src/image/plan.ts";
import { probe } from "../../../src/image/probe/index.ts";
import { parse } from "../../../src/params/parse.ts";
import { resolve } from "../../../src/params/resolve.ts";
import { others } from "../modules.ts";
import { module } from "../pictor/module.ts";
import { streamOf } from "../plans.ts";

const pool = createPool({ module, maxIdleBytes: 2 ** 24 });
export const engine = createPictorEngine({ pool, others });

export function planned(file: Uint8Array, query: string) {
  const result = probe(file, true);
  if (result.kind !== "facts") throw new Error("no facts");
  const { format, ...transform } = resolve(parse([...new URLSearchParams(query)]));
  const wanted = format === undefined || format === "auto" ? "own" : format;
  return planOf(transform, wanted as never, result.facts, file.length, peakBytes);
}

/** As the query says, in no more memory than is priced. */
export async function rendered(file: Uint8Array, query: string): Promise<Buffer> {
  const { bytes } = await engine.render(planned(file, query), streamOf(file));
  return Buffer.from(bytes);
}

/** Red, green and blue as sharp converts them to sRGB, or as they are stored. */
export async function pixelsOf(file: Uint8Array, stored = false): Promise<Buffer> {
  const image = sharp(file, { ignoreIcc: stored }).removeAlpha();
  return await (stored ? image : image.toColourspace("srgb")).raw().toBuffer();
}

export interface Distance {
  /** Of levels, over all channels. */
  readonly mean: number;
  readonly most: number;
}

export function distance(a: Buffer, b: Buffer): Distance {
  if (a.length !== b.length) throw new Error(`${a.length} bytes against ${b.length}`);
  let sum = 0;
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    const off = Math.abs(a[i]! - b[i]!);
    sum += off;
    if (off > most) most = off;
  }
  return { mean: sum / a.length, most };
}
