/** docs/examples.md: every parameter's pictures, from the list of examples and the pictures' files. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { describe } from "../../params/describe.ts";
import { CliError } from "../failure.ts";
import { ROOT } from "../local/paths.ts";
import type { Example, Shot } from "./examples/example.ts";
import { EXAMPLES } from "./examples/list.ts";
import { GROUPS } from "./groups.ts";

const ACROSS = [3];

export function examplesPage(): string {
  const rows = describe();
  const groups = Object.entries(GROUPS).flatMap(([group, title]) => {
    const names = rows.filter((row) => row.group === group).map((row) => row.name);
    return [`## ${title}`, "", ...names.flatMap((name) => section(name, EXAMPLES[name]))];
  });
  return [
    "<!-- Generated from src/cli/docs/examples/ by `npm run docs`; the pictures by `npm run docs:examples`. Do not edit. -->",
    "# Examples",
    "",
    "Every parameter of [parameters.md](parameters.md), by pictures. Each picture is the answer of the service to the URL",
    "that stands below it, byte by byte; after `npm start` they can be tried as they are, at `http://127.0.0.1:8787`.",
    "`test/golden/examples.test.ts` asks for all of them again and compares them with what sharp, or a formula, makes of the",
    "same source. The sources, and whose they are: [examples/pictures](../examples/pictures/README.md).",
    "",
    ...groups,
  ].join("\n");
}

function section(name: string, example: Example): readonly string[] {
  const heading = [`### \`${name}\``, ""];
  if ("none" in example) return [...heading, `No picture. ${example.none}`, ""];
  const { says, shots, across = ACROSS } = example;
  return [
    ...heading,
    says,
    "",
    ...rowsOf(shots, across).flatMap((row) => [...table(row), ""]),
    "```",
    ...shots.map(({ url }) => url),
    "```",
    "",
  ];
}

/** `across`: how many stand in each row; the last number goes for all further ones. */
function rowsOf(shots: readonly Shot[], across: readonly number[]): readonly (readonly Shot[])[] {
  const rows: (readonly Shot[])[] = [];
  for (let at = 0; at < shots.length; ) {
    const count = across[Math.min(rows.length, across.length - 1)] ?? 1;
    rows.push(shots.slice(at, at + count));
    at += count;
  }
  return rows;
}

/** A table a row, so that no column is wider than its own pictures. */
function table(shots: readonly Shot[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(shots.map(({ file, alt }) => `![${alt}](examples/${file})`)),
    line(shots.map(() => "---")),
    line(shots.map((shot) => `${shot.label}<br>${bytesOf(shot)}`)),
  ];
}

function bytesOf({ file }: Shot): string {
  const found = statSync(join(ROOT, "docs", "examples", file), { throwIfNoEntry: false });
  if (!found) throw new CliError(`docs/examples/${file} is missing: npm run docs:examples`);
  return `${found.size.toLocaleString("en-US")} bytes`;
}
