/** What is wrong with a configuration, and where. */
import { PictorError } from "./errors.ts";

/** A mistake in `pictor.config.ts` or in a setting; for whoever runs the service, never shown to clients. */
export class ConfigError extends Error {
  /** Where, e.g. `pictor.config.ts: rules[2].match.path`. */
  readonly place: string;
  /** What was expected, and what came. */
  readonly problem: string;

  constructor(place: string, problem: string) {
    super(`${place}: ${problem}`);
    this.name = "ConfigError";
    this.place = place;
    this.problem = problem;
  }
}

/** Runs a reader and puts the place before its complaint. */
export function at<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ConfigError(place, complaint(error));
  }
}

function complaint(error: unknown): string {
  if (!(error instanceof PictorError))
    return error instanceof Error ? error.message : String(error);
  const { param, expected, received, detail, fix } = error.info;
  const words = [
    param && `\`${param}\``,
    expected && `expected ${expected}`,
    received && `received ${received}`,
  ];
  return [words.filter(Boolean).join(": ") || (detail ?? error.message), fix]
    .filter(Boolean)
    .join(" ");
}
