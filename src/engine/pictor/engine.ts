import { PictorError } from "../../errors.ts";
import type { Facts } from "../../image/facts.ts";
import type { Output, Plan } from "../../image/job.ts";
import { encoderLimit, MAX_BUFFERED_SOURCE_BYTES } from "../../image/memory.ts";
import { instanceBytes, pictorPeakBytes } from "../../image/memory-pictor.ts";
import type { Raster } from "../../image/raster.ts";
import type { Clock, Engine, RenderResult } from "../../ports.ts";
import { collect } from "../collect.ts";
import { doneSteps } from "./done-steps.ts";
import { endedEarly, feed } from "./feed.ts";
import { jobBytes, leavesAsRaster } from "./job-bytes.ts";
import type { Pool } from "./pool.ts";

/** Changes whenever the bytes of a result may change: the module, its options, the job's layout. */
const VERSION = "pictor-2";

/** Encodes a finished picture with at most `limit` bytes of memory of its own. */
export type EncodeRaster = (picture: Raster, output: Output, limit: number) => Promise<Uint8Array>;

export interface PictorEngine extends Engine {
  /** Whether the source is worked on as it arrives; else it is first read whole. */
  readonly streams: (plan: Plan) => boolean;
}

/**
 * The engine on our own module: shrinks while it decodes, and never holds a full-size picture. It reads JPEG and WebP,
 * writes both and PNG, and leaves other formats to `encodeRaster`. The caller holds a lease on `plan.peakBytes`.
 */
export function createPictorEngine(options: {
  readonly pool: Pool;
  readonly encodeRaster: EncodeRaster;
  readonly now?: Clock;
}): PictorEngine {
  const { pool, encodeRaster, now = Date.now } = options;

  /** A source that cannot be worked on in parts is there before an instance is taken. */
  async function made(plan: Plan, source: ReadableStream<Uint8Array>) {
    if (streams(plan)) {
      return pool.run(memoryFor(plan, 0), async (instance) => {
        instance.start(jobBytes(plan));
        await feed(source, instance);
        return instance.output();
      });
    }
    const file = await collect(source, MAX_BUFFERED_SOURCE_BYTES);
    return pool.run(memoryFor(plan, file.length), async (instance) => {
      instance.start(jobBytes(plan));
      if (!instance.feed(file, true)) throw endedEarly();
      return instance.output();
    });
  }

  return {
    version: VERSION,
    reads,
    peakBytes: pictorPeakBytes,
    streams,
    async render(plan, source): Promise<RenderResult> {
      assertReads(plan.source);
      const start = now();
      const result = await made(plan, source);
      const { output } = plan;
      const bytes = leavesAsRaster(output)
        ? await encodeRaster(rasterOf(result, output), output, encoderLimit(plan))
        : result;
      const { width, height } = output;
      const times = { engine: now() - start };
      return { bytes, facts: { width, height, counts: doneSteps(plan), times } };
    },
  };
}

/** libjpeg-turbo and libwebp, as `wasm/engine` builds them; of arithmetic coding, the progressive kind is not read. */
function reads(facts: Facts): true | { readonly reason: string } {
  const reason = reasonAgainst(facts);
  return reason === undefined ? true : { reason };
}

function reasonAgainst({ format, jpegProcess, bitDepth }: Facts): string | undefined {
  if (format === "webp") return undefined;
  if (format !== "jpeg") return `${format.toUpperCase()} is not read by this engine`;
  if (jpegProcess === "lossless") return "Lossless JPEG is not read";
  if (bitDepth !== 8) return `JPEG of ${bitDepth} bits a sample is not read`;
  return undefined;
}

function assertReads(facts: Facts): void {
  const detail = reasonAgainst(facts);
  if (detail === undefined) return;
  throw new PictorError("unsupported_format", { detail, received: facts.format });
}

/** What the plan was priced at is the most that the job gets. */
function memoryFor(plan: Plan, sourceBytes: number): number {
  const bytes = instanceBytes(plan, sourceBytes);
  if (bytes <= plan.peakBytes) return bytes;
  throw new PictorError("picture_too_large", {
    detail: "The picture needs more memory than was planned for it.",
  });
}

function streams({ source }: Pick<Plan, "source">): boolean {
  return source.format === "jpeg";
}

/** The module has checked the size; that the bytes agree with it is checked before they are trusted as pixels. */
function rasterOf(bytes: Uint8Array<ArrayBuffer>, { width, height }: Output): Raster {
  if (bytes.length !== width * height * 4) {
    const cause = new Error(`${bytes.length} bytes for ${width}×${height} pixels`);
    throw new PictorError("internal", {}, { cause });
  }
  return { width, height, data: new Uint8ClampedArray(bytes.buffer) };
}
