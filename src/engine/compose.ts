/** The engine of an isolate: its own module, others for what it does not do, and permits around them. */
import {
  JOB_BUDGET_BYTES,
  MAX_BUFFERED_SOURCE_BYTES,
  SOURCE_BUDGET_BYTES,
} from "../image/budget.ts";
import type { Engine } from "../ports.ts";
import { avifDecoding } from "./avif/decode.ts";
import { module as avifDecoder } from "./avif/decoder-module.ts";
import { avifEncoding, createAvifEncoders } from "./avif/encode.ts";
import { module as avifEncoder } from "./avif/encoder-module.ts";
import { module as colour } from "./colour/module.ts";
import { createColourTable } from "./colour/table.ts";
import { module as faces } from "./faces/module.ts";
import { createFaceNetwork } from "./faces/network.ts";
import { createJxlDecoder } from "./jxl/decode.ts";
import { module as jxlDecoder } from "./jxl/decoder-module.ts";
import { createJxlEncoder } from "./jxl/encode.ts";
import { module as jxlEncoder } from "./jxl/module.ts";
import { createBudget, type Timers } from "./permits.ts";
import { admittedStreams } from "./pictor/admission.ts";
import { createPictorEngine } from "./pictor/engine.ts";
import { module } from "./pictor/module.ts";
import { createPool } from "./pictor/pool.ts";
import { rowDecoders } from "./row-decoders.ts";
import { createSvgDrawing } from "./svg/draw.ts";
import { module as resvg } from "./svg/module.ts";
import { sanitiseSvg } from "./svg/sanitise.ts";

const MIB = 2 ** 20;

/** Jobs that may wait for memory, and for how long, before the rest get 503. */
const QUEUE_LENGTH = 32;
const QUEUE_WAIT_MS = 8_000;

/** What jobs may hold together while they wait for a long source: the rest is always there for the others. */
const STREAM_BUDGET_BYTES = 32 * MIB;
/** Nearly every picture of the web is shorter, and so is all there before its job begins. */
const READ_AHEAD_BYTES = 4 * MIB;
/** Scrubbed instances that wait for the next job of their size: so much of the engine's, and of the AVIF encoder's. */
const MAX_IDLE_BYTES = 24 * MIB;

export function createEngine(timers: Timers): Engine {
  const queue = { queueLength: QUEUE_LENGTH, waitMs: QUEUE_WAIT_MS, timers };
  const jobs = createBudget({ bytes: JOB_BUDGET_BYTES, ...queue, reclaim });
  const kept = {
    maxIdleBytes: MAX_IDLE_BYTES,
    holdIdle: (bytes: number) => jobs.tryLease(bytes),
  };
  const pool = createPool({ module, ...kept });
  const avifEncoders = createAvifEncoders(avifEncoder, kept);
  function reclaim(): void {
    pool.clear();
    avifEncoders.clear();
  }
  const budgets = {
    jobs,
    sources: createBudget({ bytes: SOURCE_BUDGET_BYTES, queueLength: 0, waitMs: 0, timers }),
    maxSourceBytes: MAX_BUFFERED_SOURCE_BYTES,
    streams: createBudget({ bytes: STREAM_BUDGET_BYTES, ...queue }),
    maxStreamBytes: STREAM_BUDGET_BYTES,
    aheadBytes: READ_AHEAD_BYTES,
  };
  const others = {
    decoders: {
      ...rowDecoders,
      avif: avifDecoding(avifDecoder),
      jxl: createJxlDecoder(jxlDecoder),
      svg: createSvgDrawing(resvg),
    },
    sanitiseSvg,
    encodeAvif: avifEncoding(avifEncoder, avifEncoders),
    encodeJxl: createJxlEncoder(jxlEncoder),
    colourTable: createColourTable(colour),
  };
  const engine = admittedStreams(createPictorEngine({ pool, others }), budgets);
  return { ...engine, faces: createFaceNetwork(faces, jobs) };
}
