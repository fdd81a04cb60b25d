/** `pictor check`: validates pictor.config.ts. Wrangler runs it before it bundles anything (wrangler.toml). */
import definition from "../../pictor.config.ts";
import { ConfigError, readConfig } from "../config.ts";
import { CliError } from "./failure.ts";

/** Settings that a deployment keeps as secrets are not known here; the Worker judges them when it starts. */
export function check(): number {
  try {
    readConfig({}, definition);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CliError(error.message, { cause: error });
  }
  return 0;
}
