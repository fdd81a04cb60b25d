/** The table as data: `/_/params.json`, and the source of `docs/parameters.md`. */
import { ROWS } from "./names.ts";
import type { Group, Role } from "./row.ts";
import { PARAM_NAMES, type ParamName } from "./table.ts";

export interface ParamDescription {
  readonly name: ParamName;
  readonly aliases: readonly string[];
  readonly group: Group;
  readonly role: Role;
  readonly expects: string;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly unit?: string;
  /** How often it may be given; absent: once. */
  readonly most?: number;
  /** As it would be written in a URL. */
  readonly default?: string;
  readonly example: string;
  readonly doc: string;
}

export function describe(): readonly ParamDescription[] {
  return PARAM_NAMES.map(describeOne);
}

function describeOne(name: ParamName): ParamDescription {
  const { kind, alias, group, role, unit, most, example, doc, default: usual } = ROWS[name];
  return {
    name,
    aliases: alias ?? [],
    group,
    role,
    expects: kind.expects,
    schema: kind.schema,
    ...(unit === undefined ? {} : { unit }),
    ...(most === undefined ? {} : { most }),
    ...(usual === undefined ? {} : { default: kind.print(usual) }),
    example,
    doc,
  };
}
