/**
 * THE parameter table: the only place where a parameter is described. The parser, the canonical form, the types,
 * `/_/params.json`, `docs/parameters.md` and the SDK are derived from it. Its rows are in `rows/`, by what they are about.
 *
 * Adding a row: give it a kind, a role, a sentence and an example; then teach the one place that acts on it.
 */
import type { ValueOf } from "./kinds.ts";
import { ACCESS, DELIVERY } from "./rows/delivery.ts";
import { OUTPUT } from "./rows/output.ts";
import { ADJUSTMENT, ORIENTATION, OVERLAY } from "./rows/pixels.ts";
import { SIZE } from "./rows/size.ts";

export const PARAMS = {
  ...SIZE,
  ...ORIENTATION,
  ...ADJUSTMENT,
  ...OVERLAY,
  ...OUTPUT,
  ...DELIVERY,
  ...ACCESS,
} as const;

type Table = typeof PARAMS;
export type ParamName = keyof Table;
export type ParamValue<N extends ParamName> = Table[N] extends { readonly most: number }
  ? readonly ValueOf<Table[N]["kind"]>[]
  : ValueOf<Table[N]["kind"]>;

/** What a URL asks for: typed, aliases and synonyms folded, nothing filled in. */
export type Wishes = { readonly [N in ParamName]?: ParamValue<N> };

export const PARAM_NAMES = Object.keys(PARAMS) as ParamName[];
