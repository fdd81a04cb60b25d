/** docs/parameters.md, from the parameter table. */
import { describe, type ParamDescription } from "../../params/describe.ts";
import { ANALYTICS } from "../../policy/analytics.ts";
import { hasPictures } from "./examples/list.ts";
import { GROUPS } from "./groups.ts";

export function parametersPage(): string {
  const rows = describe();
  const sections = Object.entries(GROUPS).map(([group, title]) =>
    section(
      title,
      rows.filter((row) => row.group === group),
    ),
  );
  return [
    "<!-- Generated from src/params/table.ts by `npm run docs`. Do not edit. -->",
    "# Parameters",
    "",
    "A URL is `/<picture>?<parameters>`. Each parameter may be given once (`draw` four times), under its name or one of its aliases.",
    "An unknown name, a repeated parameter or a value out of range is a 400 that names the parameter, what was",
    "expected and what came; nothing is clamped in silence. The same table as JSON: `/_/params.json`.",
    "What each one does to a picture is shown in [examples.md](examples.md).",
    "",
    "The order of work is fixed, whatever the order in the URL: EXIF orientation → `crop` → `trim` → resize (`width`,",
    "`height`, `fit`, `ar`) → cut by `gravity` → `flip`, `rotate` → `brightness`, `contrast`, `saturation`, `gamma`,",
    "`hue`, `effect` → `blur` → `sharpen` → `pixelate` → canvas of `fit=pad` → `draw` → `border` → `radius` → `pad`",
    "→ `background` → encode. So colours and filters change the picture alone: what is around it has the very colours that were asked for.",
    "",
    ...sections,
    "## Dropped without a word",
    "",
    `Parameters that analytics tools append are ignored, by the signature and the cache as well: ${ANALYTICS.map((name) => `\`${name}\``).join(", ")}.`,
    "",
  ].join("\n");
}

function section(title: string, rows: readonly ParamDescription[]): string {
  return [
    `## ${title}`,
    "",
    "| parameter | values | default | example |",
    "|---|---|---|---|",
    ...rows.map(tableRow),
    "",
    ...rows.map((row) => `- **\`${row.name}\`**: ${row.doc}${picturesOf(row)}`),
    "",
  ].join("\n");
}

function picturesOf({ name }: ParamDescription): string {
  return hasPictures(name) ? ` [Pictures](examples.md#${name}).` : "";
}

function tableRow({
  name,
  aliases,
  expects,
  unit,
  default: usual,
  example,
}: ParamDescription): string {
  const names = [name, ...aliases].map((spelling) => `\`${spelling}\``).join(", ");
  const values = unit === undefined || expects.includes("pixel") ? expects : `${expects} (${unit})`;
  const without = usual === undefined || usual === "" ? "" : `\`${usual}\``;
  return `| ${names} | ${cell(values)} | ${without} | \`${name}=${cell(example)}\` |`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
