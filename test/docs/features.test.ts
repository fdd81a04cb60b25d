/** docs/features.md claims much; here each claim about Pictor is held to the table of parameters and to a test. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { longName, ROWS } from "../../src/params/names.ts";
import { parse } from "../../src/params/parse.ts";
import { PARAM_NAMES, type ParamName } from "../../src/params/table.ts";

const place = new URL("../../docs/features.md", import.meta.url);
const page = readFileSync(place, "utf8");
const COLUMNS =
  "|  | Pictor | proved by | Cloudflare | imgix | Cloudinary | imgproxy | imgproxy Pro | Thumbor | weserv | ipx | next/image |";
const NOTHING = "—";

interface Feature {
  readonly name: string;
  readonly pictor: string;
  readonly proof: string;
  readonly others: readonly string[];
}

function cellsOf(row: string): string[] {
  return row
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

const tables = page
  .split("\n## ")
  .map((section) => section.split("\n").filter((line) => line.startsWith("|")))
  .filter(([header = ""]) => cellsOf(header)[1] === "Pictor");

const features: readonly Feature[] = tables.flatMap(([, , ...rows]) =>
  rows.map((row) => {
    const [name = "", pictor = "", proof = "", ...others] = cellsOf(row);
    return { name, pictor, proof, others };
  }),
);

interface Link {
  readonly title: string;
  readonly file: URL;
}

function linksOf(text: string): Link[] {
  return [...text.matchAll(/\[([^[\]]+)\]\((\.\.\/test\/[^)]+)\)/g)].map(([, title, path]) => ({
    title: title!.replaceAll("`", ""),
    file: new URL(path!, place),
  }));
}

/** Whether the file has a test, or a group of them, of that very name. */
function hasTest({ title, file }: Link): boolean {
  if (!existsSync(file)) return false;
  const name = title.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`\\(\\s*(["'\`])${name}\\1,`).test(readFileSync(file, "utf8"));
}

/** What stands in code in a cell: `width`, `fit=cover`, `/_/health`. */
const codeOf = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);

/** The parameters that a cell names, with or without a value; throws for one that is none, or does not take it. */
function paramsOf(cell: string): ParamName[] {
  return codeOf(cell).flatMap((code) => {
    const [, name, value] = /^([a-z][a-z-]*)(?:=(.+))?$/.exec(code) ?? [];
    if (name === undefined) return [];
    const param = longName(name);
    if (param === undefined) throw new Error(`There is no parameter ${name}.`);
    if (value !== undefined) parse([[name, value]]);
    return [param];
  });
}

/** As it stands in a URL, or in an object of wishes. */
function mentions(file: URL, param: ParamName): boolean {
  const spellings = [param, ...(ROWS[param].alias ?? [])].join("|");
  return new RegExp(`(?<![\\w-])(?:${spellings})(?:=|"?:)`).test(readFileSync(file, "utf8"));
}

describe("docs/features.md", () => {
  it("has the same columns everywhere, and a cell for each", () => {
    expect(tables.length).toBeGreaterThan(8);
    for (const [header, , ...rows] of tables) {
      expect(cellsOf(header!)).toEqual(cellsOf(COLUMNS));
      for (const row of rows) {
        const cells = cellsOf(row);
        expect([row, cells.length]).toEqual([row, cellsOf(COLUMNS).length]);
        expect([row, cells.filter((cell) => cell === "")]).toEqual([row, []]);
      }
    }
    const names = features.map(({ name }) => name);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it("has every parameter in some row", () => {
    const named = new Set(features.flatMap(({ pictor }) => paramsOf(pictor)));
    expect(PARAM_NAMES.filter((name) => !named.has(name))).toEqual([]);
  });

  it("proves what Pictor has, and nothing else", () => {
    for (const { name, pictor, proof } of features) {
      if (pictor === NOTHING) expect([name, proof]).toEqual([name, NOTHING]);
      else expect([name, linksOf(proof).length > 0]).toEqual([name, true]);
    }
  });

  it("links to tests that are there, by their names", () => {
    const links = linksOf(page);
    expect(links.length).toBeGreaterThan(features.length / 2);
    expect(links.filter((link) => !hasTest(link)).map(({ title }) => title)).toEqual([]);
    expect([...page.matchAll(/\]\(\.\.\/test\//g)]).toHaveLength(links.length);
  });

  it("names no parameter in a row whose tests do not use it", () => {
    const unproved = features.flatMap(({ name, pictor, proof }) =>
      paramsOf(pictor)
        .filter((param) => !linksOf(proof).some(({ file }) => mentions(file, param)))
        .map((param) => `${name}: ${param}`),
    );
    expect(unproved).toEqual([]);
  });

  it("explains all that others have and Pictor does not, and nothing else", () => {
    const [, lacks = ""] = page.split("\n## What others have and Pictor does not\n");
    const explained = lacks
      .split("\n")
      .filter((line) => line.startsWith("- **"))
      .flatMap((line) => [...line.matchAll(/\*\*(.+?)\*\*/g)].map(([, name]) => name!));
    const absent = features.filter(({ pictor }) => pictor === NOTHING);
    expect(explained.sort()).toEqual(absent.map(({ name }) => name).sort());
    const pointless = absent.filter(({ others }) => others.every((cell) => cell === NOTHING));
    expect(pointless).toEqual([]);
  });
});
