/**
 * `node wasm/resvg/build.mjs`: makes `resvg.wasm` of the pinned package's module (`bound.mjs` tells what changes), and its
 * manifest. With `--check`, compares instead of writing.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { bounded, leastPages } from "./bound.mjs";

const PACKAGE = "@resvg/resvg-wasm";
const VERSION = "2.6.2";
const SOURCE_SHA256 = "22bf6e9f9a100d972da0411a69c5ba504367fc1fa87b3b64e3f35e53926d2d70";

const here = (file) => new URL(file, import.meta.url);
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

const source = readFileSync(createRequire(import.meta.url).resolve(`${PACKAGE}/index_bg.wasm`));
if (sha256(source) !== SOURCE_SHA256) throw new Error(`${PACKAGE} is not ${VERSION} as pinned`);
const made = bounded(source);
const manifest = `${JSON.stringify(
  {
    name: "resvg",
    upstream: `${PACKAGE} ${VERSION} (https://github.com/thx/resvg-js), resvg (https://github.com/linebender/resvg)`,
    licence: "MPL-2.0",
    source: { file: "index_bg.wasm", sha256: SOURCE_SHA256 },
    changes: "wasm/resvg/bound.mjs",
    leastPages: leastPages(source),
    bytes: made.length,
    gzipBytes: gzipSync(made, { level: 9 }).length,
    sha256: sha256(made),
  },
  undefined,
  2,
)}\n`;
if (process.argv.includes("--check")) {
  const same = Buffer.compare(readFileSync(here("resvg.wasm")), made) === 0;
  if (!same) throw new Error("resvg.wasm is not what wasm/resvg/build.mjs makes");
} else {
  writeFileSync(here("resvg.wasm"), made);
  writeFileSync(here("manifest.json"), manifest);
  console.log(manifest);
}
