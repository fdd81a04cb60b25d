import { PictorError } from "../../errors.ts";
import type { Plan, Size } from "../../image/job.ts";
import {
  decoderLimit,
  encoderLimit,
  MAX_BUFFERED_SOURCE_BYTES,
  peakBytes,
} from "../../image/memory.ts";
import type { Raster } from "../../image/raster.ts";
import type { Clock, Engine, RenderResult } from "../../ports.ts";
import { collect } from "../collect.ts";
import { createCounts, type InstanceCounts } from "../emscripten/instance.ts";
import { runSteps } from "../ops/pipeline.ts";
import { type Codecs, createCodecs } from "./codecs.ts";
import { decode, reads } from "./decode.ts";
import { encode } from "./encode.ts";
import type { JsquashModules } from "./instance.ts";

/** Changes whenever the bytes of a result may change: codecs, their options, ops. */
const VERSION = "jsquash-1";

export interface JsquashEngine extends Engine {
  /** WASM instances so far. */
  readonly counts: Readonly<InstanceCounts>;
}

/**
 * The engine on jSquash's codecs: it decodes whole pictures, so it is good for some 8 megapixels. `plan.peakBytes`
 * holds: no instance gets more memory than the plan leaves it beside the rasters. The caller holds leases on
 * `plan.peakBytes` of the job budget and on the source's bytes.
 */
export function createJsquashEngine(options: {
  readonly modules: JsquashModules;
  readonly now?: Clock;
  readonly maxSourceBytes?: number;
}): JsquashEngine {
  const { modules, now = Date.now, maxSourceBytes = MAX_BUFFERED_SOURCE_BYTES } = options;
  const codecs = createCodecs(modules);
  const counts = createCounts();
  return {
    version: VERSION,
    counts,
    reads,
    peakBytes,
    async render(plan, source) {
      const log = createLog(now);
      const file: Held = { bytes: await collect(source, maxSourceBytes) };
      log.mark("read");
      const decoded = await decodeAndForget(file, plan, codecs, counts);
      log.mark("decode");
      const picture = runSteps(decoded, plan, log.count);
      assertOutput(picture, plan);
      log.mark("ops");
      const limit = encoderLimit(plan);
      const bytes = await encode(picture, { codecs, counts, output: plan.output, limit });
      log.mark("encode");
      return log.result(bytes, plan.output);
    },
  };
}

/** A holder, so that its content can be given up while callers further out still run. */
interface Held {
  bytes: Uint8Array | undefined;
}

/** The source's bytes are given up as soon as they are decoded, before anything else is allocated. */
async function decodeAndForget(
  file: Held,
  plan: Plan,
  codecs: Codecs,
  counts: InstanceCounts,
): Promise<{ picture?: Raster }> {
  const facts = plan.source;
  const limit = decoderLimit(plan);
  const picture = await decode(file.bytes!, { codecs, counts, facts, limit });
  file.bytes = undefined;
  return { picture };
}

/** The plan's own sums must agree with what its steps made; that is a bug of ours, never the user's. */
function assertOutput(picture: Raster, { output }: Plan): void {
  if (picture.width === output.width && picture.height === output.height) return;
  throw new PictorError(
    "internal",
    {},
    {
      cause: new Error(
        `planned ${output.width}×${output.height}, made ${picture.width}×${picture.height}`,
      ),
    },
  );
}

function createLog(now: Clock) {
  const counts: Record<string, number> = {};
  const times: Record<string, number> = {};
  let last = now();
  const count = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  return {
    count,
    mark(stage: string): void {
      const at = now();
      times[stage] = at - last;
      last = at;
      if (stage !== "ops") count(stage);
    },
    result: (bytes: Uint8Array, { width, height }: Size): RenderResult => ({
      bytes,
      facts: { width, height, counts, times },
    }),
  };
}
