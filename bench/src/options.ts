/** The command line. */
import { parseArgs } from "node:util";
import { CORPUS } from "./paths.ts";

export interface Options {
  /** Few pictures and few rounds: for development, not for numbers. */
  readonly quick: boolean;
  /** Timed runs of each contender on each row. */
  readonly rounds: number;
  /** After that long, the pictures that are left are left out. */
  readonly minutes: number;
  readonly corpus: string;
  /** Writes the pages again from the last results, without measuring. */
  readonly reportOnly: boolean;
  /** Where `benchmarks.md` and `img/` go; the project's `docs` when absent. */
  readonly out: string | undefined;
  /** Only pictures whose name matches. */
  readonly only: RegExp | undefined;
}

export function readOptions(argv: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      quick: { type: "boolean", default: false },
      rounds: { type: "string" },
      minutes: { type: "string", default: "10" },
      corpus: { type: "string", default: CORPUS },
      report: { type: "boolean", default: false },
      out: { type: "string" },
      only: { type: "string" },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 3 : 7));
  if (!(Number(values.minutes) > 0)) throw new Error("--minutes takes a number above 0");
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error("--rounds takes a whole number ≥ 1");
  return {
    quick: values.quick,
    rounds,
    minutes: Number(values.minutes),
    corpus: values.corpus,
    reportOnly: values.report,
    out: values.out,
    only: values.only === undefined ? undefined : new RegExp(values.only),
  };
}
