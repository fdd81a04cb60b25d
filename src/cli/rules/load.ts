/** The rules that a command speaks of: those of pictor.config.ts, or of a document in a file. */
import { readFile, stat } from "node:fs/promises";
import definition from "../../../pictor.config.ts";
import { type Config, ConfigError, readConfig } from "../../config.ts";
import { examineRulesDocument, MAX_DOCUMENT_BYTES } from "../../policy/rules/document.ts";
import type { Rules } from "../../policy/rules/match.ts";
import { examineRules } from "../../policy/rules/read.ts";
import { CliError } from "../failure.ts";

export interface LoadedRules {
  readonly config: Config;
  readonly rules: Rules;
  readonly mistakes: readonly ConfigError[];
  /** Where they stand, for people. */
  readonly name: string;
}

/** Throws CliError where the configuration itself, or the file, cannot be read. */
export async function loadRules(
  file: string | undefined,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<LoadedRules> {
  // Mistakes in the rules are collected below, and must not hide behind the first.
  const config = configuration(settings);
  const known = { mounts: Object.keys(config.mounts), presets: Object.keys(config.presets) };
  if (file === undefined) {
    const name = "pictor.config.ts";
    return { config, name, ...examineRules(definition.rules ?? [], { file: name, ...known }) };
  }
  const { version, ...examined } = examineRulesDocument(await textOf(file), { file, ...known });
  return { config, name: version === "" ? file : `${file}, version ${version}`, ...examined };
}

function configuration(settings: Readonly<Record<string, unknown>>): Config {
  try {
    return readConfig(settings, { ...definition, rules: [] });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CliError(error.message, { cause: error });
  }
}

async function textOf(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > MAX_DOCUMENT_BYTES) {
      throw new CliError(`${file}: expected at most ${MAX_DOCUMENT_BYTES} bytes, received ${size}`);
    }
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await readFile(file));
  } catch (error) {
    if (error instanceof CliError) throw error;
    if (error instanceof TypeError) throw new CliError(`${file}: expected UTF-8`, { cause: error });
    throw new CliError(`${file}: ${(error as Error).message}`, { cause: error });
  }
}
