/**
 * `pictor docs [--pictures | --check]`: writes the generated pages of docs/ (with the pictures of the examples, which
 * takes the service), or says which of the pages are out of date.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorsPage } from "./docs/errors-page.ts";
import { examplesPage } from "./docs/examples-page.ts";
import { parametersPage } from "./docs/parameters-page.ts";
import { ROOT } from "./local/paths.ts";

const PAGES: Readonly<Record<string, () => string>> = {
  "docs/parameters.md": parametersPage,
  "docs/errors.md": errorsPage,
  "docs/examples.md": examplesPage,
};

export async function docs(args: readonly string[]): Promise<number> {
  if (args.includes("--check")) return check();
  if (args.includes("--pictures")) {
    const { writePictures } = await import("./docs/pictures.ts");
    await writePictures();
  }
  return write();
}

function write(): number {
  for (const [path, page] of Object.entries(PAGES)) {
    writeFileSync(join(ROOT, path), page());
    console.log(`wrote ${path}`);
  }
  return 0;
}

function check(): number {
  const stale = Object.entries(PAGES).filter(([path, page]) => textOf(path) !== page());
  for (const [path] of stale) console.error(`${path} is out of date: npm run docs`);
  return stale.length === 0 ? 0 : 1;
}

function textOf(path: string): string {
  try {
    return readFileSync(join(ROOT, path), "utf8");
  } catch {
    return "";
  }
}
