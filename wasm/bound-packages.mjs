/**
 * `node wasm/bound-packages.mjs`: makes modules of ours out of those that packages of the lockfile hold (`bound.mjs` tells
 * what changes), with their manifests. With `--check`, compares instead of writing.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { bounded, leastPages } from "./bound.mjs";

const MODULES = {
  resvg: {
    file: "@resvg/resvg-wasm/index_bg.wasm",
    upstream: "@resvg/resvg-wasm 2.6.2 (https://github.com/thx/resvg-js)",
    licence: "MPL-2.0",
    sha256: "22bf6e9f9a100d972da0411a69c5ba504367fc1fa87b3b64e3f35e53926d2d70",
  },
  "jxl-decoder": {
    file: "@jsquash/jxl/codec/dec/jxl_dec.wasm",
    upstream: "@jsquash/jxl 1.3.0 (https://github.com/jamsinclair/jSquash), libjxl",
    licence: "Apache-2.0 AND BSD-3-Clause",
    sha256: "165bde0f48f3bdc39c7806365db5bb3b777df67fefff48050841fb4430062433",
  },
};

const { resolve } = createRequire(import.meta.url);
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

for (const [name, { file, sha256: expected, ...rest }] of Object.entries(MODULES)) {
  const source = readFileSync(resolve(file));
  if (sha256(source) !== expected) throw new Error(`${file} is not the one that is pinned here`);
  const made = bounded(source);
  const at = (path) => new URL(`${name}/${path}`, import.meta.url);
  if (process.argv.includes("--check")) {
    const isSame = Buffer.compare(readFileSync(at(`${name}.wasm`)), made) === 0;
    if (!isSame) throw new Error(`wasm/${name}/${name}.wasm is not what bound-packages.mjs makes`);
    continue;
  }
  const manifest = {
    module: `${name}.wasm`,
    sha256: sha256(made),
    bytes: made.length,
    gzipBytes: gzipSync(made, { level: 9 }).length,
    leastPages: leastPages(source),
    ...rest,
    source: { file, sha256: expected },
  };
  writeFileSync(at(`${name}.wasm`), made);
  writeFileSync(at("manifest.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  console.log(manifest);
}
