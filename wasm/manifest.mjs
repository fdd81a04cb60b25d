// Checks a module that was built and writes its manifest: what it was made of, and by what. Collects the licences.
//
//   node wasm/manifest.mjs <module> <folder of its .wasm> <toolchain> <sources> < description by its makefile
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { COMPONENTS } from "./components.mjs";

const PAGE_BYTES = 65_536;

const [name, folder, toolchain, sources] = process.argv.slice(2);
const file = `${name}.wasm`;
const here = fileURLToPath(new URL(".", import.meta.url));
const wasm = readFileSync(join(folder, file));
const settings = JSON.parse(readFileSync(join(here, name, "module.json"), "utf8"));
const components = [...settings.sources, ...settings.packages].map((pin) => ({ pin, ...COMPONENTS[pin] }));
const description = readFileSync(0, "utf8").trim().split("\n");
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Lines of a file of ours, without comments, as words. */
function words(path) {
  const lines = readFileSync(join(here, path), "utf8").split("\n");
  return lines.filter((line) => line !== "" && !line.startsWith("#")).map((line) => line.split(/ +/));
}

function assertInterface(module) {
  const found = [
    ...WebAssembly.Module.imports(module).map(({ module: from, name }) => `import ${from}.${name}`),
    ...WebAssembly.Module.exports(module).map(({ name }) => `export ${name}`),
  ].sort();
  const allowed = words(`${name}/exports.txt`).map((line) => line.join(" ")).sort();
  const extra = found.filter((line) => !allowed.includes(line));
  const missing = allowed.filter((line) => !found.includes(line));
  if (extra.length + missing.length > 0) {
    throw new Error(`${file} differs from exports.txt: extra [${extra}], missing [${missing}]`);
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
  throw new Error(`${file} wants more than 64 MiB to start with`);
}

function manifest() {
  const module = new WebAssembly.Module(wasm);
  assertInterface(module);
  // GNU gzip, as zlib's sizes differ between versions of Node.
  const gzipBytes = execFileSync("gzip", ["-9nc"], { input: wasm, maxBuffer: 2 ** 26 }).length;
  if (gzipBytes > settings.maxGzipBytes) throw new Error(`${file} has ${gzipBytes} bytes gzipped`);
  const base = heapBase(module);
  const pins = words("pins.txt");
  return {
    module: file,
    sha256: sha256(wasm),
    bytes: wasm.length,
    gzipBytes,
    heapBase: base.bytes,
    leastMemoryBytes: base.pages * PAGE_BYTES,
    build: Object.fromEntries(
      description.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    ),
    components: components.map(({ pin, name, version, licence, texts }) => ({
      name,
      version,
      licence,
      licenceFiles: Object.keys(texts).map((text) => `LICENSES/${text}`),
      ...fileOf(pins, pin),
    })),
    toolchain: pins
      .filter(([kind, , pin]) => kind === "package" && !(pin in COMPONENTS))
      .map(([, , pin]) => ({ name: pin, ...fileOf(pins, pin) })),
  };
}

function fileOf(pins, wanted) {
  const [kind, suite, , version, sha] = pins.find(([, , pin]) => pin === wanted);
  if (suite === "npm") return { npmFile: version, sha256: sha };
  return kind === "source"
    ? { debianFile: version, sha256: sha }
    : { debianPackage: `${wanted} ${version} (${suite})`, sha256: sha };
}

function collectLicences() {
  const licences = join(folder, "LICENSES");
  rmSync(licences, { recursive: true, force: true });
  mkdirSync(licences);
  for (const { pin, texts } of components) {
    const root = settings.sources.includes(pin) ? join(sources, pin) : join(toolchain, "usr/share/doc", pin);
    for (const [text, from] of Object.entries(texts)) copyFileSync(join(root, from), join(licences, text));
  }
}

try {
  const result = manifest();
  writeFileSync(join(folder, "manifest.json"), `${JSON.stringify(result, null, 2)}\n`);
  collectLicences();
  console.log(
    `${file}: ${result.bytes} bytes, ${result.gzipBytes} gzipped, sha256 ${result.sha256}`,
  );
} catch (error) {
  console.error(`wasm/manifest.mjs: ${name}: ${error.message}`);
  process.exitCode = 1;
}
