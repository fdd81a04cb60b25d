/** The environment's settings (docs/operations.md, "Settings"): what the command itself needs, and what the Worker gets. */
import { CliError } from "../failure.ts";

export interface Settings {
  readonly port: number;
  readonly bindings: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_PORT = 8787;
const PASSED_ON = [
  "SIGNING",
  "SIGNING_KEYS",
  "ALLOWED_HOSTS",
  "PURGE_TOKEN",
  "PURGE_TOKENS",
  "RESPONSE_SIGNING_KEYS",
  "RULES_DOCUMENT",
  "EDGE_CACHE",
] as const;

/** Throws `CliError` when PORT is no port. The Worker's own settings are judged by its own configuration check. */
export function readSettings(environment: Environment): Settings {
  const bindings: Record<string, string> = { LOCAL_DEVELOPMENT: "true", SIGNING: "off" };
  for (const name of PASSED_ON) {
    const value = environment[name];
    if (value !== undefined && value !== "") bindings[name] = value;
  }
  return { port: readPort(environment.PORT), bindings };
}

/** 0 takes any free port. */
function readPort(text: string | undefined): number {
  if (text === undefined || text === "") return DEFAULT_PORT;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65535)) {
    throw new CliError(`PORT must be a number from 0 to 65535, not "${text}".`);
  }
  return port;
}
