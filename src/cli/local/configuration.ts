/** Judges the settings as the Worker will, so that a bad one is a message at start and not a 503 later. */
import definition from "../../../pictor.config.ts";
import { type Config, ConfigError, readConfig } from "../../config.ts";
import { CliError } from "../failure.ts";

/** Throws `CliError` with the configuration check's own words. */
export function assertConfiguration(bindings: Readonly<Record<string, string>>): Config {
  const config = read(bindings);
  if (config.signing.mode === "required" && config.signing.keys.length === 0) {
    throw new CliError(
      "SIGNING=required needs a key, as id:hex of at least 32 bytes:\n\n" +
        '  SIGNING=required SIGNING_KEYS="k1:$(openssl rand -hex 32)" npm start',
    );
  }
  return config;
}

function read(bindings: Readonly<Record<string, string>>): Config {
  try {
    return readConfig(bindings, definition);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CliError(error.message, { cause: error });
  }
}
