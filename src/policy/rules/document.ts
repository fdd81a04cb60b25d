/** The live document: `{ "version": "…", "rules": [ … ] }`, with rules as in `pictor.config.ts`. */
import { ConfigError } from "../../config-error.ts";
import { objectOf, textOf } from "./fields.ts";
import { JsonError, parseJson } from "./json.ts";
import type { Rules } from "./match.ts";
import { examineRules, type RulesContext } from "./read.ts";

/** UTF-8 bytes; 200 rules of a thousand characters and more. */
export const MAX_DOCUMENT_BYTES = 262_144;

export interface RulesDocument {
  readonly version: string;
  readonly rules: Rules;
}

const VERSION = textOf(
  /^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/,
  "1 to 128 visible ASCII characters",
);

/** Throws ConfigError for the first mistake. `context.file` names the document. */
export function readRulesDocument(text: string, context: RulesContext): RulesDocument {
  const { version, rules, mistakes } = examineRulesDocument(text, context);
  if (mistakes[0]) throw mistakes[0];
  return { version, rules };
}

/** All that is wrong, one mistake a rule; where the whole cannot be read, that alone. */
export function examineRulesDocument(
  text: string,
  context: RulesContext,
): RulesDocument & { readonly mistakes: readonly ConfigError[] } {
  const { file } = context;
  try {
    const value = parsed(text, file);
    const fields = objectOf(value, file, ["version", "rules"]);
    const version = VERSION(fields.version, `${file}: version`);
    return { version, ...examineRules(fields.rules, context) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { version: "", rules: [], mistakes: [error] };
  }
}

function parsed(text: string, file: string): unknown {
  if (text.length > MAX_DOCUMENT_BYTES) {
    throw new ConfigError(file, `expected at most ${MAX_DOCUMENT_BYTES} bytes, received more`);
  }
  try {
    // Editors of some systems begin a file with a byte order mark.
    return parseJson(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new ConfigError(file, error.message);
  }
}

/** What a document that cannot be used calls itself, where that can be read: for the operator who wonders which. */
export function versionIn(text: string): string | undefined {
  try {
    const { version } = parseJson(text) as { version?: unknown };
    return typeof version === "string" ? version.slice(0, 128) : undefined;
  } catch {
    return undefined;
  }
}
