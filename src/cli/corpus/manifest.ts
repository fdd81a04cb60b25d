/** The corpus: a folder of real and hostile pictures, described by its MANIFEST.tsv. It is never part of the project. */
import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { CliError } from "../failure.ts";
import { ROOT } from "../local/paths.ts";

export interface Entry {
  /** Below the corpus' folder, with `/`. */
  readonly path: string;
  /** The path's first folder. */
  readonly category: string;
  /** File size. */
  readonly bytes: number;
  /** By content, as the manifest's author parsed it. */
  readonly format: string;
  /** Pixels as stored, before orientation; 0 where the manifest does not know. */
  readonly width: number;
  readonly height: number;
  readonly features: string;
  /** What its author thinks should happen; a judgement, not a truth. */
  readonly expected: string;
}

export interface Corpus {
  readonly folder: string;
  readonly entries: readonly Entry[];
}

const COLUMNS = ["path", "bytes", "format", "width", "height", "features", "expected"] as const;

/** Where the corpus is looked for: `PICTOR_CORPUS`, or `shared/corpus` beside the checkout. */
export function corpusFolder(environment: NodeJS.ProcessEnv): string {
  return resolve(environment.PICTOR_CORPUS || join(ROOT, "..", "shared", "corpus"));
}

/** Nothing when there is no such corpus. Throws `CliError` when its manifest is not one. */
export async function readCorpus(folder: string): Promise<Corpus | undefined> {
  const path = join(folder, "MANIFEST.tsv");
  if (!(await stat(path).catch(() => undefined))?.isFile()) return undefined;
  return { folder, entries: parseManifest(await readFile(path, "utf8")) };
}

export function parseManifest(text: string): Entry[] {
  const [head = "", ...lines] = text.split("\n").filter((line) => line !== "");
  const names = head.split("\t");
  const missing = COLUMNS.filter((name) => !names.includes(name));
  if (missing.length > 0) throw new CliError(`MANIFEST.tsv has no column "${missing[0]}".`);
  return lines.map((line) => {
    const fields = line.split("\t");
    const field = (name: (typeof COLUMNS)[number]) => fields[names.indexOf(name)] ?? "";
    return {
      path: field("path"),
      category: field("path").split("/")[0]!,
      bytes: Number(field("bytes")),
      format: field("format"),
      width: Number(field("width")),
      height: Number(field("height")),
      features: field("features"),
      expected: field("expected"),
    };
  });
}
