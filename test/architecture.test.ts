import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/**
 * Imports run one way. A room is a folder of src/, or `top` for the files beside them. `types` are rooms of which
 * only types may be imported: `ports` holds nothing else.
 */
const ROOMS: Record<string, { readonly purpose: string; readonly mayImport: readonly string[] }> = {
  params: { purpose: "the parameter table and all that is derived from it", mayImport: ["errors"] },
  policy: {
    purpose: "who may ask for what, and how long it lives",
    mayImport: ["params", "errors", "config-error"],
  },
  image: { purpose: "probe, geometry, plan, memory", mayImport: ["params", "errors"] },
  cache: { purpose: "keys, stamps, freshness, purge records", mayImport: ["params", "http"] },
  http: { purpose: "HTTP semantics", mayImport: ["errors"] },
  engine: {
    purpose: "the engine: its own module, those for AVIF and JPEG XL, permits",
    mayImport: ["image", "errors"],
  },
  origins: {
    purpose: "where sources come from",
    mayImport: ["policy", "http", "errors", "deadline", "chunks"],
  },
  stores: {
    purpose: "where results are kept",
    mayImport: ["cache", "image", "deadline", "chunks"],
  },
  live: {
    purpose: "configuration that changes without a deployment",
    mayImport: ["policy", "deadline", "config-error"],
  },
  pages: { purpose: "pages for people", mayImport: ["params"] },
  sdk: { purpose: "what applications import", mayImport: ["params", "policy", "errors"] },
  cli: { purpose: "commands, and the local service", mayImport: ["*"] },
  top: { purpose: "the stories, and the composition", mayImport: ["*"] },
};

/** Types are free to cross where a contract is shared. */
const TYPES_ALLOWED: Record<string, readonly string[]> = {
  params: ["image"],
  cache: ["ports", "policy"],
  http: ["ports", "policy"],
  engine: ["ports"],
  origins: ["ports", "config"],
  stores: ["ports"],
  live: ["ports", "config"],
};

const SRC = fileURLToPath(new URL("../src/", import.meta.url));

interface Import {
  readonly from: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter(
  (file) => file.endsWith(".ts") && !file.endsWith(".d.ts"),
);

function importsOf(file: string): Import[] {
  const text = readFileSync(join(SRC, file), "utf8");
  const pattern = /(?:import|export)\s+(type\s+)?([^"';]*?from\s+)?"([^"]+)"|import\("([^"]+)"\)/g;
  return [...text.matchAll(pattern)].map(([, type, clause = "", target, dynamic]) => ({
    from: file,
    target: target ?? dynamic!,
    typeOnly: type !== undefined || /^\{(\s*type\s+\w+,?)+\s*\}/.test(clause),
  }));
}

const roomOf = (file: string) => (file.includes("/") ? file.split("/")[0]! : "top");

function targetOf({ from, target }: Import): string {
  const path = relative(SRC, join(SRC, dirname(from), target));
  return path.includes("/") ? path.split("/")[0]! : path.replace(/\.ts$/, "");
}

const internal = files
  .flatMap(importsOf)
  .filter(({ target }) => target.startsWith(".") && !target.endsWith(".wasm"));

describe("imports run one way", () => {
  it("knows every room", () => {
    expect(Object.keys(ROOMS)).toEqual(expect.arrayContaining([...new Set(files.map(roomOf))]));
  });

  it("finds the imports it judges", () => {
    expect(internal.length).toBeGreaterThan(100);
  });

  it.each(Object.keys(ROOMS))("%s imports only what it may", (room) => {
    const { mayImport } = ROOMS[room]!;
    const wrong = internal
      .filter(({ from }) => roomOf(from) === room && !mayImport.includes("*"))
      .map((arrow) => ({ ...arrow, to: targetOf(arrow) }))
      .filter(({ to }) => to !== room && !mayImport.includes(to))
      .filter(({ to, typeOnly }) => !(typeOnly && TYPES_ALLOWED[room]?.includes(to)))
      .map(({ from, target }) => `${from} → ${target}`);
    expect(wrong).toEqual([]);
  });
});

/** Methods of that name are declared there, not called. */
const DECLARES_FETCH = ["ports.ts", "stores/cache-api.ts", "stores/workers-cache.ts", "worker.ts"];

const PURE = ["params", "policy", "image", "cache", "http"];

describe("the pure core does no I/O", () => {
  it.each([
    ["fetch", /(?<![.\w])fetch\(/],
    ["caches", /\bcaches\.(default|open)/],
    ["the clock", /\bDate\.now\(|new Date\(\)/],
    ["randomness", /Math\.random|getRandomValues|randomUUID/],
    ["timers", /\bsetTimeout\(|\bsetInterval\(/],
    ["WASM", /\.wasm"|WebAssembly\./],
    ["the platform", /"cloudflare:|"node:/],
    ["the console", /\bconsole\./],
  ])("never touches %s", (_, pattern) => {
    const touching = files
      .filter((file) => PURE.includes(roomOf(file)))
      .filter((file) => pattern.test(withoutComments(readFileSync(join(SRC, file), "utf8"))));
    expect(touching).toEqual([]);
  });

  it("only safe-fetch and the composition call fetch", () => {
    const calling = files
      .filter((file) => roomOf(file) !== "cli" && roomOf(file) !== "pages")
      .filter((file) =>
        /(?<![.\w])fetch\(/.test(withoutComments(readFileSync(join(SRC, file), "utf8"))),
      )
      .filter((file) => !DECLARES_FETCH.includes(file));
    expect(calling.sort()).toEqual(["isolate.ts", "origins/safe-fetch.ts"]);
  });

  it("only the WASM modules' own file imports .wasm", () => {
    const importing = files.flatMap(importsOf).filter(({ target }) => target.endsWith(".wasm"));
    expect(new Set(importing.map(({ from }) => from))).toEqual(
      new Set([
        "engine/avif/decoder-module.ts",
        "engine/avif/encoder-module.ts",
        "engine/jxl/decoder-module.ts",
        "engine/colour/module.ts",
        "engine/faces/module.ts",
        "engine/jxl/module.ts",
        "engine/pictor/module.ts",
        "engine/svg/module.ts",
      ]),
    );
  });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
}
