/** `pictor rules check` and `pictor rules explain`: the cache rules, before and instead of trying them out. */
import { parseArgs } from "node:util";
import { PictorError } from "../errors.ts";
import { CliError } from "./failure.ts";
import { checkRules } from "./rules/check.ts";
import { explainUrl } from "./rules/explain.ts";

const HELP = `Usage: npx pictor rules check [file.json] [--strict]
       npx pictor rules explain <url> [options]

check validates the rules of pictor.config.ts, or those of a document for RULES_DOCUMENT, and warns of rules that
cannot keep what they promise. The exit code is 1 when there are mistakes, else 0.
  --strict               warnings count as mistakes

explain says which rule a picture's URL (https://img.example.com/a.jpg?w=800, or /a.jpg?w=800) comes under, why the
earlier ones do not match, what the headers of the answer will be, and the key that it is cached under. Nothing is
fetched, and signatures are not looked at. ALLOWED_HOSTS and RULES_DOCUMENT are not needed for pictures of a mount.
  --accept <header>      what the reader accepts, for format=auto (default: none)
  --status <number>      the answer's status (default 200)
  --document <file.json> the rules of this document instead of those of pictor.config.ts`;

/** What the user typed cannot be used. */
class UsageError extends Error {}

/** The exit code: 0, 1 for rules with mistakes, 2 when the arguments or the URL cannot be used. `args` follow `rules`. */
export async function rules(args: readonly string[]): Promise<number> {
  try {
    return await run(args);
  } catch (error) {
    const text = explainError(error);
    if (text === undefined) throw error;
    console.error(`pictor rules: ${text}`);
    return error instanceof CliError ? 1 : 2;
  }
}

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = read(args);
  const [what, subject, ...more] = positionals;
  if (values.help) return print(HELP, 0);
  if (what === "check" && more.length === 0) {
    const { text, code } = await checkRules(subject, { strict: values.strict === true });
    return print(text, code);
  }
  if (what === "explain" && subject !== undefined && more.length === 0) {
    const { accept, document } = values;
    const options = {
      accept,
      document,
      status: statusOf(values.status),
      settings: process.env,
      now: Date.now(),
    };
    return print(await explainUrl(subject, options), 0);
  }
  throw new UsageError(`expected "check" or "explain <url>", received "${positionals.join(" ")}"`);
}

function print(text: string, code: number): number {
  console.log(text);
  return code;
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        accept: { type: "string" },
        document: { type: "string" },
        help: { type: "boolean", short: "h" },
        status: { type: "string" },
        strict: { type: "boolean" },
      },
    });
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function statusOf(text: string | undefined): number {
  if (text === undefined) return 200;
  if (text === "200" || /^[45]\d\d$/.test(text)) return Number(text);
  throw new UsageError(`--status takes 200 or an error such as 404, received "${text}"`);
}

/** `undefined` for what is not the user's doing. */
function explainError(error: unknown): string | undefined {
  if (error instanceof UsageError) return `${error.message}; see --help`;
  if (error instanceof CliError) return error.message;
  if (!(error instanceof PictorError)) return undefined;
  const { param, expected, received, fix } = error.info;
  const words = [
    `${error.status} ${error.code}: ${error.message}`,
    param && `  param: ${param}`,
    expected && `  expected: ${expected}`,
    received && `  received: ${received}`,
    fix && `  fix: ${fix}`,
  ];
  return words.filter(Boolean).join("\n");
}
