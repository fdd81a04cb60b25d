// Checks the module that was built and writes its manifest: what it was made of, and by what. Collects the licences.
//
//   node wasm/engine/manifest.mjs <folder of engine.wasm> <toolchain> <sources> < description by engine.mk
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MAX_GZIP_BYTES = 350 * 1024;
const PAGE_BYTES = 65_536;

const [folder, toolchain, sources] = process.argv.slice(2);
const here = fileURLToPath(new URL(".", import.meta.url));
const wasm = readFileSync(join(folder, "engine.wasm"));
const description = readFileSync(0, "utf8").trim().split("\n");
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** What is linked in, where its licence lies, and how the licence is called (SPDX). */
const COMPONENTS = [
  {
    name: "libjpeg-turbo",
    version: "2.1.5",
    licence: "IJG AND BSD-3-Clause AND Zlib",
    pin: "libjpeg-turbo",
    texts: {
      "libjpeg-turbo.md": join(sources, "libjpeg-turbo/LICENSE.md"),
      "libjpeg-turbo-ijg.txt": join(sources, "libjpeg-turbo/README.ijg"),
    },
  },
  {
    name: "libwebp",
    version: "1.5.0",
    licence: "BSD-3-Clause",
    pin: "libwebp",
    texts: {
      "libwebp.txt": join(sources, "libwebp/COPYING"),
      "libwebp-patents.txt": join(sources, "libwebp/PATENTS"),
    },
  },
  {
    name: "libdeflate",
    version: "1.23",
    licence: "MIT",
    pin: "libdeflate",
    texts: { "libdeflate.txt": join(sources, "libdeflate/COPYING") },
  },
  {
    name: "SIMDe",
    version: "0.8.2",
    licence: "MIT",
    pin: "libsimde-dev",
    texts: { "simde.txt": join(toolchain, "usr/share/doc/libsimde-dev/copyright") },
  },
  {
    name: "wasi-libc",
    version: "20241209",
    licence: "MIT AND CC0-1.0",
    pin: "wasi-libc",
    texts: { "wasi-libc.txt": join(toolchain, "usr/share/doc/wasi-libc/copyright") },
  },
];

/** Lines of a file of ours, without comments, as words. */
function words(file) {
  const lines = readFileSync(join(here, file), "utf8").split("\n");
  return lines.filter((line) => line !== "" && !line.startsWith("#")).map((line) => line.split(/ +/));
}

function assertInterface(module) {
  const found = [
    ...WebAssembly.Module.imports(module).map(({ module: from, name }) => `import ${from}.${name}`),
    ...WebAssembly.Module.exports(module).map(({ name }) => `export ${name}`),
  ].sort();
  const allowed = words("exports.txt").map((line) => line.join(" ")).sort();
  const extra = found.filter((line) => !allowed.includes(line));
  const missing = allowed.filter((line) => !found.includes(line));
  if (extra.length + missing.length > 0) {
    throw new Error(`engine.wasm differs from exports.txt: extra [${extra}], missing [${missing}]`);
  }
}

/** Where the heap starts, in bytes; also shows that the module starts in a memory that cannot grow. */
function heapBase(module) {
  for (let pages = 1; pages <= 1024; pages++) {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const engine_throw = () => {
      throw new Error("engine_throw");
    };
    try {
      const { exports } = new WebAssembly.Instance(module, { env: { memory, engine_throw } });
      exports._initialize();
      return { pages, bytes: exports.engine_heap_base() };
    } catch (error) {
      if (!(error instanceof WebAssembly.LinkError)) throw error;
    }
  }
  throw new Error("engine.wasm wants more than 64 MiB to start with");
}

function manifest() {
  const module = new WebAssembly.Module(wasm);
  assertInterface(module);
  // GNU gzip, as zlib's sizes differ between versions of Node.
  const gzipBytes = execFileSync("gzip", ["-9nc"], { input: wasm, maxBuffer: 2 ** 26 }).length;
  if (gzipBytes > MAX_GZIP_BYTES) throw new Error(`engine.wasm has ${gzipBytes} bytes gzipped`);
  const base = heapBase(module);
  const pins = words("pins.txt");
  return {
    module: "engine.wasm",
    sha256: sha256(wasm),
    bytes: wasm.length,
    gzipBytes,
    heapBase: base.bytes,
    leastMemoryBytes: base.pages * PAGE_BYTES,
    build: Object.fromEntries(
      description.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    ),
    components: COMPONENTS.map(({ name, version, licence, pin, texts }) => ({
      name,
      version,
      licence,
      licenceFiles: Object.keys(texts).map((file) => `LICENSES/${file}`),
      ...fileOf(pins, pin),
    })),
    toolchain: pins
      .filter(([, , name]) => !COMPONENTS.some(({ pin }) => pin === name))
      .map(([, , name]) => ({ name, ...fileOf(pins, name) })),
  };
}

function fileOf(pins, wanted) {
  const [kind, suite, name, version, sha] = pins.find(([, , name]) => name === wanted);
  return kind === "source"
    ? { debianFile: version, sha256: sha }
    : { debianPackage: `${name} ${version} (${suite})`, sha256: sha };
}

function collectLicences() {
  const licences = join(folder, "LICENSES");
  rmSync(licences, { recursive: true, force: true });
  mkdirSync(licences);
  for (const { texts } of COMPONENTS) {
    for (const [name, from] of Object.entries(texts)) copyFileSync(from, join(licences, name));
  }
}

try {
  const result = manifest();
  writeFileSync(join(folder, "manifest.json"), `${JSON.stringify(result, null, 2)}\n`);
  collectLicences();
  console.log(
    `engine.wasm: ${result.bytes} bytes, ${result.gzipBytes} gzipped, sha256 ${result.sha256}`,
  );
} catch (error) {
  console.error(`wasm/engine/manifest.mjs: ${error.message}`);
  process.exitCode = 1;
}
