/** Rules between parameters. Each pair that cannot both be meant is an error, never a silent choice. */
import { PictorError } from "../errors.ts";
import type { Wishes } from "./table.ts";

interface Rule {
  /** Beside an explicit one, a preset gives up the first of them. */
  readonly params: readonly (keyof Wishes)[];
  readonly broken: (wishes: Wishes) => boolean;
  readonly expected: string;
  readonly fix: string;
}

const NEVER_LOSSLESS = ["jpeg", "baseline-jpeg", "gif"] as const;

const RULES: readonly Rule[] = [
  {
    params: ["ar", "height", "width"],
    broken: ({ ar, width, height }) =>
      ar !== undefined && width !== undefined && height !== undefined,
    expected: "`ar` with at most one of `width` and `height`",
    fix: "Leave out `ar`, `width` or `height`.",
  },
  {
    params: ["progressive", "format"],
    broken: ({ progressive, format }) => progressive === true && format === "baseline-jpeg",
    expected: "`progressive=true` with `format=jpeg`",
    fix: "Use `format=jpeg`.",
  },
  {
    params: ["lossless", "format"],
    broken: ({ lossless, format }) =>
      lossless === true && NEVER_LOSSLESS.some((lossy) => lossy === format),
    expected: "`lossless=true` with a format that can be lossless: webp, avif, jxl, png or auto",
    fix: "Use `format=webp`.",
  },
  {
    params: ["max-bytes", "lossless"],
    broken: ({ lossless, ...wishes }) => lossless === true && wishes["max-bytes"] !== undefined,
    expected: "`max-bytes` without `lossless`: there is no quality that could be lowered",
    fix: "Leave out `max-bytes` or `lossless`.",
  },
];

export function brokenRule(wishes: Wishes): Rule | undefined {
  return RULES.find((rule) => rule.broken(wishes));
}

/** Throws conflicting_parameters (400) and names the parameters. */
export function assertConsistent(wishes: Wishes): void {
  const broken = brokenRule(wishes);
  if (!broken) return;
  throw new PictorError("conflicting_parameters", {
    param: broken.params.join(", "),
    expected: broken.expected,
    received: broken.params.map((name) => `${name}=${printable(wishes[name])}`).join("&"),
    fix: broken.fix,
  });
}

function printable(value: unknown): string {
  return typeof value === "object" && value !== null
    ? Object.values(value).join(":")
    : String(value);
}
