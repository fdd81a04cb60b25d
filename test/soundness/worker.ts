/**
 * The trials inside of the runtime. `PUT /files` brings the secret and the good files (each behind its length, four bytes
 * little-endian), `POST /trials?seed=…&count=…` runs so many and answers their report.
 */
import { avifDecoding } from "../../src/engine/avif/decode.ts";
import { module as avifDecoder } from "../../src/engine/avif/decoder-module.ts";
import { avifEncoding } from "../../src/engine/avif/encode.ts";
import { module as avifEncoder } from "../../src/engine/avif/encoder-module.ts";
import { module as colour } from "../../src/engine/colour/module.ts";
import { createColourTable } from "../../src/engine/colour/table.ts";
import { createPictorEngine } from "../../src/engine/pictor/engine.ts";
import { module } from "../../src/engine/pictor/module.ts";
import { createPool } from "../../src/engine/pictor/pool.ts";
import { type Opened, runTrials } from "./trials.ts";

let secret = new Uint8Array();
let files: readonly Uint8Array[] = [];

function open(): Opened {
  const pool = createPool({ module, maxIdleBytes: 24 * 2 ** 20 });
  const others = {
    decoders: { avif: avifDecoding(avifDecoder) },
    encodeAvif: avifEncoding(avifEncoder),
    colourTable: createColourTable(colour),
    encodeJxl: () => Promise.reject(new Error("The trials ask for what our own modules write.")),
  };
  return { pool, engine: createPictorEngine({ pool, others }) };
}

function parts(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const view = new DataView(bytes.buffer);
  const found: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + view.getUint32(at, true);
    found.push(bytes.slice(at + 4, end));
    at = end;
  }
  return found;
}

export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/files") {
      [secret = secret, ...files] = parts(new Uint8Array(await request.arrayBuffer()));
      return new Response(`${files.length}`);
    }
    const [seed, count] = [Number(searchParams.get("seed")), Number(searchParams.get("count"))];
    return Response.json(await runTrials({ open, files, secret, seed, count }));
  },
};
