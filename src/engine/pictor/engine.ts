import { PictorError } from "../../errors.ts";
import { MAX_BUFFERED_SOURCE_BYTES, MAX_SVG_BYTES } from "../../image/budget.ts";
import { comesAsPlanes, type Facts } from "../../image/facts.ts";
import type { Output, Plan } from "../../image/job.ts";
import { SIGHT_VERSION } from "../../image/look/sight.ts";
import { jxlLimit, peakBytes } from "../../image/memory.ts";
import { avifEncoderBytes } from "../../image/memory-avif-encode.ts";
import { decoderLimit } from "../../image/memory-decode.ts";
import { instanceBytes } from "../../image/memory-pictor.ts";
import { withMetadata } from "../../image/metadata/attach.ts";
import type { KeptMetadata } from "../../image/metadata/blocks.ts";
import { keptMetadata } from "../../image/metadata/kept.ts";
import type { Raster } from "../../image/raster.ts";
import type { Clock, HeldSource, Renderer, RenderResult } from "../../ports.ts";
import type { EncodeAvif } from "../avif/encode.ts";
import { collect } from "../collect.ts";
import { type ColourTable, numbersFor } from "../colour/numbers.ts";
import type { Decode } from "../decoded.ts";
import type { EncodeJxl } from "../jxl/encode.ts";
import { tapped } from "../metadata/tap.ts";
import { doneSteps } from "./done-steps.ts";
import { endedEarly, feed } from "./feed.ts";
import { asPngOfIcon } from "./icon.ts";
import { jobBytes } from "./job-bytes.ts";
import { createParts } from "./parts.ts";
import type { Pool } from "./pool.ts";
import { assertReads, reads } from "./reads.ts";

/**
 * Changes whenever the bytes of a result may change: the modules, their options, the job's layout, and what is seen in
 * pictures.
 */
export const ENGINE_VERSION = `pictor-5.${SIGHT_VERSION}`;

/** What works beside the engine's own module: most of it in modules that are made when needed, and dropped after that. */
export interface OtherModules {
  /** Sources that the engine's own module does not read. */
  readonly decoders: Readonly<Partial<Record<Facts["format"], Decode>>>;
  /** The same SVG with nothing in it but what draws. */
  readonly sanitiseSvg?: (file: Uint8Array) => Uint8Array;
  readonly encodeAvif: EncodeAvif;
  readonly encodeJxl: EncodeJxl;
  readonly colourTable: ColourTable;
}

export interface PictorEngine extends Renderer {
  /** Whether the source is worked on as it arrives; else it is first read whole. */
  readonly streams: (plan: Plan) => boolean;
}

/**
 * The engine: its own module reads JPEG, PNG, GIF and WebP, shrinks while it decodes, works, and writes JPEG, PNG, GIF
 * and WebP; it never holds a full-size picture. What else is read comes in bands from `others.decoders`. AVIF leaves as
 * planes for a module of its own, JPEG XL as a raster for another. The caller holds a lease on `plan.peakBytes`.
 */
export function createPictorEngine(options: {
  readonly pool: Pool;
  readonly others: OtherModules;
  readonly now?: Clock;
}): PictorEngine {
  const { pool, others, now = Date.now } = options;

  /** What the engine's own module makes: the finished file, or pixels for another module. */
  async function made(
    plan: Plan,
    source: ReadableStream<Uint8Array>,
    overlays: readonly Raster[] = [],
  ) {
    if (streams(plan)) {
      const { conversion, numbers } = numbersFor(plan, others.colourTable);
      const parts = createParts(plan);
      const output = await pool.run(memoryFor(plan, 0), async (instance) => {
        instance.start(jobBytes(plan, undefined, conversion), overlays, numbers);
        await feed(source, instance, parts.take);
        return instance.output();
      });
      return parts.joined(output);
    }
    // A source that cannot be worked on in parts is there before an instance is taken.
    const file = await collect(source, MAX_BUFFERED_SOURCE_BYTES);
    const known = asPngOfIcon(plan, file);
    if (known) return read(known.plan, known.file, overlays);
    const decode = others.decoders[plan.source.format];
    if (decode) return transcoded(plan, file, decode, overlays);
    if (comesAsPlanes(plan.source)) throw leftOut(plan.source);
    return read(plan, file, overlays);
  }

  /** A whole file, by the engine's own module. */
  async function read(plan: Plan, file: Uint8Array, overlays: readonly Raster[]) {
    const { conversion, numbers } = numbersFor(plan, others.colourTable);
    const parts = createParts(plan);
    const output = await pool.run(memoryFor(plan, file.length), async (instance) => {
      instance.start(jobBytes(plan, undefined, conversion), overlays, numbers);
      if (!instance.feed(file, true, parts.take)) throw endedEarly();
      return instance.output();
    });
    return parts.joined(output);
  }

  async function cleaned(plan: Plan, source: ReadableStream<Uint8Array>): Promise<Uint8Array> {
    const file = await collect(source, MAX_SVG_BYTES);
    if (!others.sanitiseSvg) throw leftOut(plan.source);
    return others.sanitiseSvg(file);
  }

  /** By another module, or by code of ours: the engine's own gets planes. */
  async function transcoded(
    plan: Plan,
    file: Uint8Array,
    decode: Decode,
    overlays: readonly Raster[],
  ) {
    const memory = memoryFor(plan, file.length);
    const { layout, bands } = await decode(file, plan, decoderLimit(plan, file.length));
    const { conversion, numbers } = numbersFor(plan, others.colourTable);
    return pool.run(memory, async (instance) => {
      instance.start(jobBytes(plan, layout, conversion), overlays, numbers);
      for (const band of bands()) if (instance.feed(band, false)) return instance.output();
      throw endedEarly();
    });
  }

  async function looked(plan: Plan, source: ReadableStream<Uint8Array>): Promise<Raster> {
    assertReads(plan.source);
    return rasterOf(await made(plan, source), plan.output);
  }

  /** One after the other, as their price says. */
  async function drawn({ draw = [] }: Plan, overlays: readonly HeldSource[]) {
    const rasters: Raster[] = [];
    for (const [i, { plan }] of draw.entries()) {
      rasters.push(
        await looked(plan, overlays[i]!.open()).catch((error: unknown) => {
          throw error instanceof PictorError ? error.within("draw", `Overlay ${i + 1}`) : error;
        }),
      );
    }
    return rasters;
  }

  /** The file, where another module encodes. */
  async function encoded(
    bytes: Uint8Array<ArrayBuffer>,
    plan: Plan,
    kept: KeptMetadata | undefined,
  ): Promise<Uint8Array> {
    const { output } = plan;
    const { width, height, alpha } = output;
    if (output.format === "avif") {
      const chroma = chromaOf(bytes, output);
      const planes = { width, height, chroma, bytes, alpha } as const;
      return others.encodeAvif(planes, output, avifEncoderBytes(output), kept);
    }
    if (output.format === "jxl") {
      return others.encodeJxl(rasterOf(bytes, output), output, jxlLimit(plan));
    }
    return kept ? withMetadata(bytes, kept, output) : bytes;
  }

  async function rendered(
    plan: Plan,
    source: ReadableStream<Uint8Array>,
    overlays: readonly HeldSource[],
  ) {
    const { output } = plan;
    if (output.format === "svg") return cleaned(plan, source);
    if (!output.metadata) {
      return encoded(await made(plan, source, await drawn(plan, overlays)), plan, undefined);
    }
    const { source: heard, found, cancel } = tapped(source, plan.source.format);
    try {
      const picture = await made(plan, heard, await drawn(plan, overlays));
      return await encoded(picture, plan, keptMetadata(await found(), output));
    } catch (error) {
      await cancel(error);
      throw error;
    }
  }

  return {
    version: ENGINE_VERSION,
    reads,
    peakBytes,
    streams,
    look: looked,
    async render(plan, source, overlays = []): Promise<RenderResult> {
      assertReads(plan.source);
      const start = now();
      const bytes = await rendered(plan, source, overlays);
      const { width, height } = plan.output;
      const times = { engine: now() - start };
      return { bytes, facts: { width, height, counts: doneSteps(plan), times } };
    },
  };
}

/** A deployment may go without modules that it has no use for. */
function leftOut({ format }: Facts): PictorError {
  const detail = `${format.toUpperCase()} is not read by this deployment.`;
  return new PictorError("unsupported_format", { detail, received: format });
}

/** What the plan was priced at is the most that the job gets. */
function memoryFor(plan: Plan, sourceBytes: number): number {
  const bytes = instanceBytes(plan, sourceBytes);
  if (bytes <= plan.peakBytes) return bytes;
  throw new PictorError("picture_too_large", {
    detail: "The picture needs more memory than was planned for it.",
  });
}

/** Formats that the module reads as their bytes come. */
const STREAMED: ReadonlySet<Facts["format"]> = new Set(["jpeg", "png", "gif"]);

function streams({ source }: Pick<Plan, "source">): boolean {
  return STREAMED.has(source.format);
}

/** A grey JPEG that nothing was done to but resizing leaves a plane of luma alone. */
function chromaOf({ length }: Uint8Array, { width, height, lossless, chroma }: Output) {
  if (length === width * height) return "400";
  return lossless ? "444" : chroma;
}

/** The module has checked the size; that the bytes agree with it is checked before they are trusted as pixels. */
function rasterOf(bytes: Uint8Array<ArrayBuffer>, { width, height }: Output): Raster {
  if (bytes.length !== width * height * 4) {
    const cause = new Error(`${bytes.length} bytes for ${width}×${height} pixels`);
    throw new PictorError("internal", {}, { cause });
  }
  return { width, height, data: new Uint8ClampedArray(bytes.buffer) };
}
