/** What `npm ci` asks of the lockfile: an install that fails for somebody else is found here, without an install. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

type Ranges = Readonly<Record<string, string>>;

interface Manifest {
  readonly dependencies?: Ranges;
  readonly devDependencies?: Ranges;
  readonly optionalDependencies?: Ranges;
  readonly peerDependencies?: Ranges;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

interface Entry extends Manifest {
  readonly version?: string;
  readonly resolved?: string;
}

type Entries = Readonly<Record<string, Entry>>;

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), "utf8"));
const lockfile = read("package-lock.json") as { lockfileVersion: number; packages: Entries };
const manifest = read("package.json") as Manifest;

/** What must be there for an entry to work; of the peers, all that are not optional. Only the root's are developed. */
function needs(path: string, entry: Entry): Ranges {
  const peers = Object.entries(entry.peerDependencies ?? {}).filter(
    ([name]) => entry.peerDependenciesMeta?.[name]?.optional !== true,
  );
  return {
    ...Object.fromEntries(peers),
    ...(path === "" ? entry.devDependencies : {}),
    ...entry.dependencies,
    ...entry.optionalDependencies,
  };
}

/** As Node resolves a name: in the package's own node_modules, then in those of the folders above. */
function resolve(packages: Entries, from: string, name: string): Entry | undefined {
  for (
    let folder = from;
    ;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf("node_modules/")))
  ) {
    folder = folder.replace(/\/$/, "");
    const found = packages[`${folder === "" ? "" : `${folder}/`}node_modules/${name}`];
    if (found !== undefined || folder === "") return found;
  }
}

/** `path needs name@range`, for each that has no entry, or one of another version than the only one that will do. */
function missing(packages: Entries): string[] {
  return Object.entries(packages).flatMap(([path, entry]) =>
    Object.entries(needs(path, entry))
      .filter(([name, range]) => {
        const found = resolve(packages, path, name);
        const isExact = /^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(range);
        return found === undefined || (isExact && found.version !== range);
      })
      .map(([name, range]) => `${path || "the project"} needs ${name}@${range}`),
  );
}

describe("package-lock.json", () => {
  it("has an entry for everything that any entry needs, on every platform", () => {
    expect(lockfile.lockfileVersion).toBe(3);
    expect(Object.keys(lockfile.packages).length).toBeGreaterThan(50);
    expect(missing(lockfile.packages)).toEqual([]);
  });

  it("asks for the same as package.json", () => {
    const root = lockfile.packages[""];
    for (const kind of ["dependencies", "devDependencies", "optionalDependencies"] as const) {
      expect(root?.[kind], kind).toEqual(manifest[kind]);
    }
  });

  it("says what packages are, not where they come from: npm takes them from where it is set to", () => {
    const placed = Object.entries(lockfile.packages).filter(([, { resolved }]) => resolved);
    expect(placed.map(([path]) => path)).toEqual([]);
  });
});

describe("the check itself", () => {
  const b = { version: "1.0.0", dependencies: { c: "^1.0.0" } };

  it("finds what is missing at any depth, and what is there in another version", () => {
    const packages: Entries = {
      "": { dependencies: { a: "1.0.0" }, devDependencies: { "@s/d": "2.0.0" } },
      "node_modules/a": {
        version: "1.0.0",
        optionalDependencies: { "@s/a-linux": "1.0.0", b: "*" },
      },
      "node_modules/a/node_modules/b": b,
      "node_modules/@s/d": { version: "2.0.1", peerDependencies: { p: "*" } },
    };
    expect(missing(packages)).toEqual([
      "the project needs @s/d@2.0.0",
      "node_modules/a needs @s/a-linux@1.0.0",
      "node_modules/a/node_modules/b needs c@^1.0.0",
      "node_modules/@s/d needs p@*",
    ]);
  });

  it("looks in every node_modules above, but in none beside", () => {
    const nested = { "": {}, "node_modules/@s/a": {}, "node_modules/@s/a/node_modules/b": b };
    const c = { version: "1.0.0" };
    for (const where of ["", "node_modules/@s/a/", "node_modules/@s/a/node_modules/b/"]) {
      expect(missing({ ...nested, [`${where}node_modules/c`]: c }), where).toEqual([]);
    }
    expect(missing({ ...nested, "node_modules/x/node_modules/c": c })).toHaveLength(1);
  });

  it("asks for no optional peer", () => {
    const meta = { peerDependenciesMeta: { p: { optional: true } } };
    expect(missing({ "node_modules/a": { peerDependencies: { p: "*" }, ...meta } })).toEqual([]);
  });
});
